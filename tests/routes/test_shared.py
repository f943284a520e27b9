"""Can settings be shared by the server, models and sites, and is every one of them told?"""

from __future__ import annotations

from typing import Any

import pytest
from chalice.test import HTTPResponse

from chalicelib import wiring
from chalicelib.domain.standing import Group
from tests.routes.installation import DEVICES, MAC, Installation, one_store

SERVER = "/api/settings"
MODEL = "/api/models/zip/33g/settings"
SITE = "/api/sites/berlin"
DEVICE = f"{DEVICES}/{MAC}"
GROUP = Group(site="berlin", vendor="zip", model="33g")


@pytest.fixture
def berlin(site: Installation) -> Installation:
    """An installation with a site, and a phone there."""
    site.send("PUT", SITE, {"label": "Berlin"})
    device = {"extension_number": "1001", "vendor": "zip", "model": "33g", "site": "berlin"}
    assert site.send("PUT", DEVICE, device).status_code == 201
    return site


def as_role(
    installation: Installation,
    role: str,
    method: str,
    path: str,
    body: object = None,
    *,
    site: str | None = None,
    **headers: str,
) -> HTTPResponse:
    token = installation.token(role, reveal=False, site=site)
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return installation.send(
        method, path, body, headers={"authorization": f"Bearer {token}", **named}
    )


def file_of(installation: Installation) -> str:
    return installation.get(f"/provision/{MAC}.cfg").body.decode()


def mistakes(answer: HTTPResponse) -> list[tuple[str, str]]:
    assert answer.status_code == 400, answer.body
    return [(flaw["field"], flaw["message"]) for flaw in answer.json_body["errors"]]


def effective(installation: Installation) -> Any:  # noqa: ANN401 - JSON
    return installation.get(f"{DEVICE}/settings").json_body["settings"]


def test_each_layer_beats_the_one_below(berlin: Installation) -> None:
    languages = []
    for path, body in (
        (SERVER, {"settings": {"language": "en"}}),
        (MODEL, {"settings": {"language": "de"}}),
        (SITE, {"settings": {"language": "fr"}}),
        (SITE, {"models": {"zip/33g": {"language": "es"}}}),
        (DEVICE, {"settings": {"language": "it"}}),
    ):
        assert berlin.send("PATCH", path, body).status_code == 200
        languages.append(effective(berlin)["language"])

    assert languages == ["en", "de", "fr", "es", "it"]


def test_file_of_the_phone_says_what_its_site_sets(berlin: Installation) -> None:
    before = file_of(berlin)
    berlin.send("PATCH", SITE, {"settings": {"ntp_servers": ["ntp.berlin.example.com"]}})

    assert "ntp.berlin.example.com" not in before
    assert "ntp.berlin.example.com" in file_of(berlin)


def test_config_yml_lies_below_all(berlin: Installation) -> None:
    berlin.configure("server: {sip_host: pbx.example.com, timezone: Europe/Paris}\n")

    assert effective(berlin) == {
        "timezone": "Europe/Paris",
        "ntp_servers": ["pool.ntp.org"],
        "codecs": ["PCMU", "PCMA"],
        "resync": {"interval": 1442},  # the fleet's pace
    }


def test_explanation_names_the_layers(berlin: Installation) -> None:
    berlin.send("PUT", SERVER, {"settings": {"vlan": {"phone": 1, "pc": 2}}})
    berlin.send("PATCH", SITE, {"settings": {"vlan": {"phone": 100}}})
    berlin.send("PUT", DEVICE, {**_device(), "settings": {"vlan": {"pc": None}}})

    explained = berlin.get(f"{DEVICE}/settings?explain=1").json_body["explained"]

    assert [each for each in explained if each["setting"].startswith("vlan")] == [
        {
            "setting": "vlan.pc",
            "value": None,
            "layer": "device",
            "overrode": [{"layer": "server", "value": 2}],
        },
        {
            "setting": "vlan.phone",
            "value": 100,
            "layer": "site",
            "of": "berlin",
            "overrode": [{"layer": "server", "value": 1}],
        },
    ]


def _device() -> dict[str, Any]:
    return {"extension_number": "1001", "vendor": "zip", "model": "33g", "site": "berlin"}


def test_put_sets_all_anew_and_keeps_secrets(berlin: Installation) -> None:
    secret = {"web": {"admin_password": "of-all-phones"}, "language": "de"}
    berlin.send("PUT", SERVER, {"settings": secret})

    answer = berlin.send("PUT", SERVER, {"settings": {"web": {}, "lldp": True}})

    assert answer.json_body["settings"] == {"web": {}, "lldp": True}
    assert berlin.get(SERVER).json_body["settings"] == {"web": {}, "lldp": True}
    stored = wiring.offhook().records.settings_at(("server", ""))
    assert stored is not None
    assert stored.value.settings["web"] == {"admin_password": "of-all-phones"}


def test_settings_of_a_model_are_taken_back(berlin: Installation) -> None:
    berlin.send("PUT", MODEL, {"settings": {"language": "de"}})
    before = wiring.offhook().layers.stamp(GROUP)

    answer = berlin.send("DELETE", MODEL)

    assert answer.json_body == {"success": True, "message": "Settings deleted"}
    assert berlin.get(MODEL).json_body["settings"] == {}
    after = wiring.offhook().layers.stamp(GROUP)
    assert before is not None
    assert after is not None
    assert after >= before


def test_stamp_stays_when_nothing_is_set_otherwise(berlin: Installation) -> None:
    berlin.send("PATCH", SITE, {"settings": {"language": "de"}})
    before = wiring.offhook().layers.stamp(GROUP)

    berlin.send("PATCH", SITE, {"settings": {"language": "de"}, "label": "Another"})

    assert wiring.offhook().layers.stamp(GROUP) == before


def test_change_of_who_had_not_seen_the_last_one_is_refused(berlin: Installation) -> None:
    etags = {path: berlin.get(path).headers["ETag"] for path in (SERVER, MODEL, SITE)}
    for path in etags:
        berlin.send("PATCH", path, {"settings": {"language": "de"}})

    answers = [
        berlin.send("PATCH", path, {"settings": {"language": "fr"}}, headers={"if-match": etag})
        for path, etag in etags.items()
    ]

    assert [answer.status_code for answer in answers] == [412, 412, 412]


@one_store
@pytest.mark.parametrize(
    ("path", "body", "where", "says"),
    [
        (
            SERVER,
            {"settings": {"timezone": "Europe/Nowhere"}},
            "settings.timezone",
            "is not an IANA",
        ),
        (SERVER, {"settings": {"syslog": {"port": 514}}}, "settings.syslog.server", "is required"),
        (MODEL, {"settings": {"language": 1}}, "settings.language", "not a text"),
        ("/api/models/zip/99/settings", {"settings": {}}, "model", "is not a model of zip"),
        (SITE, {"models": {"zip/99": {}}}, 'models."zip/99"', "is not a model of zip"),
        (
            SITE,
            {"models": {"zip/33g": {"timezone": "Europe/Nowhere"}}},
            'models."zip/33g".timezone',
            "is not an IANA time zone",
        ),
        (
            SITE,
            {"models": {"zip/33g": {"codecs": ["opus"]}}},
            'models."zip/33g".codecs',
            "holds no codec of",
        ),
        (SITE, {"settings": {"codecs": ["opus"]}}, "settings.codecs", "(for zip/33g)"),
        (SERVER, {"settings": {"codecs": ["opus"]}}, "settings.codecs", "(for zip/33g)"),
        (
            SERVER,
            {"settings": {"vendor_settings": {"sip.transport": "x\u0000"}}},
            'settings.vendor_settings."sip.transport"',
            "control character",
        ),
        (SITE, {}, "body", "changes nothing"),
    ],
)
def test_settings_that_cannot_be_are_refused(
    berlin: Installation, path: str, body: dict[str, Any], where: str, says: str
) -> None:
    [(field, message)] = mistakes(berlin.send("PATCH", path, body))

    assert field == where
    assert says in message
    assert effective(berlin)["codecs"] == ["PCMU", "PCMA"]


@one_store
def test_what_the_devices_of_a_model_cannot_be_told_is_warned_of(berlin: Installation) -> None:
    of_all = berlin.send("PATCH", SERVER, {"settings": {"cdp": True}})
    of_model = berlin.send("PUT", MODEL, {"settings": {"cdp": True}})
    of_site = berlin.send("PATCH", SITE, {"settings": {"cdp": True}})
    of_both = berlin.send("PATCH", SITE, {"models": {"zip/33g": {"cdp": False}}})

    assert of_all.json_body["warnings"] == ["settings.cdp: Zultys ZIP cannot be told"]
    assert of_model.json_body["warnings"] == ["settings.cdp: Zultys ZIP cannot be told"]
    assert of_site.json_body["warnings"] == ["settings.cdp: Zultys ZIP cannot be told"]
    assert 'models."zip/33g".cdp: Zultys ZIP cannot be told' in of_both.json_body["warnings"]


@one_store
@pytest.mark.parametrize("path", [SERVER, "/api/sites/rome"])
def test_what_no_vendor_can_be_told_is_warned_of_before_there_is_a_device(
    bare: Installation, path: str
) -> None:
    bare.send("PUT", "/api/sites/rome", {})

    nowhere = bare.send("PATCH", path, {"settings": {"language": "xx"}})
    somewhere = bare.send("PATCH", path, {"settings": {"language": "de", "codecs": ["opus"]}})

    assert nowhere.json_body["warnings"] == [
        "settings.language: 2N cannot be told (as with every vendor)"
    ]
    assert "warnings" not in somewhere.json_body


@one_store
def test_registration_is_refused_over_what_the_site_sets_and_told_whence(
    berlin: Installation,
) -> None:
    berlin.send("PUT", "/api/sites/chatham", {"settings": {"codecs": ["opus"]}})

    answer = berlin.send("PATCH", DEVICE, {"site": "chatham"})

    [(field, message)] = mistakes(answer)
    assert field == "settings.codecs"
    assert message.endswith("(from the site chatham)")


@one_store
def test_operator_of_a_site_sets_its_settings_and_nothing_else(berlin: Installation) -> None:
    def ask(method: str, path: str, body: object = None) -> int:
        return as_role(berlin, "operator", method, path, body, site="berlin").status_code

    assert ask("PATCH", SITE, {"settings": {"language": "de"}}) == 200
    assert ask("PATCH", SITE, {"models": {"zip/33g": {"lldp": True}}}) == 200
    assert ask("PATCH", SITE, {"access": {"policy": ["open"]}}) == 403
    assert ask("PATCH", SITE, {"label": "Mine"}) == 403
    assert ask("PUT", SITE, {}) == 403
    assert ask("PATCH", "/api/sites/default", {"settings": {}}) == 404
    assert ask("GET", SERVER) == 404
    assert ask("PATCH", MODEL, {"settings": {}}) == 403
    assert ask("GET", f"{DEVICE}/settings?explain=1") == 200


@one_store
def test_secrets_of_layers_are_for_who_may_reveal(berlin: Installation) -> None:
    said = {
        "web": {"admin_password": "canary-web"},
        "vendor_settings": {"feature.x": "canary-raw"},
    }
    berlin.send("PUT", SERVER, {"settings": said})
    berlin.send("PATCH", SITE, {"settings": said, "models": {"zip/33g": said}})
    paths = (SERVER, SITE, "/api/sites", f"{DEVICE}/settings?explain=1", f"{DEVICE}/config")

    hidden = [as_role(berlin, "admin", "GET", path).body.decode() for path in paths]
    shown = berlin.get(f"{DEVICE}/settings?explain=1").json_body["settings"]
    trail = berlin.get(f"/api/audit?day={_today(berlin)}").body.decode()

    assert not any("canary" in text for text in [*hidden, trail])
    assert "********" in hidden[3]
    assert "********" in hidden[4]
    assert shown["web"] == {"admin_password": "canary-web"}
    assert shown["vendor_settings"] == {"feature.x": "canary-raw"}
    assert '"feature.x"' in trail


def _today(installation: Installation) -> str:
    return str(installation.get(SITE).json_body["updated_at"][:10])


@one_store
def test_site_is_made_and_removed(berlin: Installation) -> None:
    created = berlin.send("POST", "/api/sites", {"name": "rome", "settings": {"language": "it"}})
    removed = berlin.send("DELETE", "/api/sites/rome")

    assert (created.status_code, created.json_body["site"]["settings"]) == (201, {"language": "it"})
    assert removed.json_body == {"success": True, "message": "Site deleted"}
    assert berlin.get("/api/sites/rome").status_code == 404


def test_site_in_use_stays(berlin: Installation) -> None:
    berlin.create_extension("2001", site="berlin")
    berlin.send("POST", "/api/contacts", {"name": "X", "numbers": ["1"], "site": "berlin"})

    answer = berlin.send("DELETE", SITE)

    assert answer.status_code == 409
    assert answer.json_body["error"] == ("site berlin is used by 1 device, 1 extension, 1 contact")


def test_site_that_something_else_is_for_stays(berlin: Installation) -> None:
    berlin.send("DELETE", DEVICE)
    berlin.send("POST", "/api/layouts", {"name": "desk", "keys": [], "site": "berlin"})
    berlin.send("POST", "/api/tokens", {"name": "t", "role": "viewer", "site": "berlin"})
    hook = {"url": "https://hooks.example.com/1", "events": ["failing"], "site": "berlin"}
    berlin.send("POST", "/api/webhooks", hook)

    answer = berlin.send("DELETE", SITE)

    assert answer.status_code == 409
    assert answer.json_body["error"] == ("site berlin is used by 1 API token, 1 layout, 1 webhook")


@one_store
def test_token_for_no_site_is_refused(bare: Installation) -> None:
    answer = bare.send("POST", "/api/tokens", {"name": "t", "role": "viewer", "site": "rome"})

    assert mistakes(answer) == [
        ("site", '"rome" is not a site; create it first (PUT /api/sites/rome)')
    ]


@one_store
def test_default_site_stays(berlin: Installation) -> None:
    assert berlin.send("DELETE", "/api/sites/default").status_code == 409


LAYOUT = "/api/layouts/desk"
KEYS = [
    {"position": 1, "type": "blf", "value": "1001", "label": "Boss"},
    {"position": 2, "type": "speed_dial", "value": "*5{{EXTENSION_NUMBER}}", "label": "Park"},
]


def test_layout_gives_its_keys_to_every_device_of_the_site(berlin: Installation) -> None:
    berlin.send("PUT", LAYOUT, {"label": "Desks", "keys": KEYS})
    answer = berlin.send("PATCH", SITE, {"settings": {"key_layout": "desk"}})
    text = file_of(berlin)

    assert "warnings" not in answer.json_body
    assert "*51001" in text
    assert "Boss" in text


def test_own_key_stands_in_place_of_the_layouts(berlin: Installation) -> None:
    berlin.send("PUT", LAYOUT, {"keys": KEYS})
    own = [{"position": 1, "type": "blf", "value": "1003", "label": "Own"}]
    berlin.send("PATCH", DEVICE, {"settings": {"key_layout": "desk"}, "keys": own})

    text = file_of(berlin)

    assert "Own" in text
    assert "Boss" not in text
    assert "*51001" in text


def test_layout_is_shown_listed_changed_and_removed(berlin: Installation) -> None:
    created = berlin.send("POST", "/api/layouts", {"name": "desk", "keys": KEYS})
    changed = berlin.send(
        "PATCH", LAYOUT, {"label": "Desks"}, headers={"if-match": created.headers["ETag"]}
    )
    listed = berlin.get("/api/layouts").json_body
    stale = berlin.send("DELETE", LAYOUT, headers={"if-match": created.headers["ETag"]})
    removed = berlin.send("DELETE", LAYOUT)

    assert (created.status_code, created.json_body["layout"]["label"]) == (201, "desk")
    assert [each["label"] for each in listed] == ["Desks"]
    assert changed.json_body["layout"] == listed[0] == berlin_layout(listed)
    assert (stale.status_code, removed.status_code) == (412, 200)
    assert berlin.get(LAYOUT).status_code == 404


def berlin_layout(listed: list[Any]) -> Any:  # noqa: ANN401 - JSON
    [found] = listed
    assert [key["position"] for key in found["keys"]] == [1, 2]
    return found


@one_store
@pytest.mark.parametrize(
    ("keys", "flaw"),
    [
        (
            [{"position": 1, "type": "blf", "value": "{{EXTENSION_PASSWORD}}"}],
            ("keys[0].value", '"EXTENSION_PASSWORD" is not a placeholder; known are '),
        ),
        (
            [{"position": 1, "type": "blf"}, {"position": 1, "type": "dnd"}],
            ("keys", "names key 1 2 times"),
        ),
    ],
)
def test_layout_that_cannot_be_is_refused(
    berlin: Installation, keys: list[Any], flaw: tuple[str, str]
) -> None:
    [(field, message)] = mistakes(berlin.send("PUT", LAYOUT, {"keys": keys}))

    assert field == flaw[0]
    assert message.startswith(flaw[1])


@one_store
def test_layout_in_use_stays(berlin: Installation) -> None:
    berlin.send("PUT", LAYOUT, {"keys": KEYS})
    berlin.send("PATCH", SITE, {"settings": {"key_layout": "desk"}})
    berlin.send("PUT", SERVER, {"settings": {"key_layout": "desk"}})

    answer = berlin.send("DELETE", LAYOUT)

    assert answer.status_code == 409
    assert (
        answer.json_body["error"] == "layout desk is used by the server's settings, the site berlin"
    )


def test_layout_that_devices_name_themselves_stays(berlin: Installation) -> None:
    berlin.send("PUT", LAYOUT, {"keys": KEYS})
    named = {"key_layout": "desk"}
    berlin.send("PATCH", DEVICE, {"settings": named})
    one = berlin.send("DELETE", LAYOUT)
    for number in range(4):
        mac = f"00156500000{number}"
        body = {**_device(), "site": "default", "settings": named}
        assert berlin.send("PUT", f"{DEVICES}/{mac}", body).status_code == 201
    many = berlin.send("DELETE", LAYOUT)

    assert (one.status_code, many.status_code) == (409, 409)
    assert one.json_body["error"] == f"layout desk is used by the device {MAC}"
    assert many.json_body["error"] == (
        "layout desk is used by 5 devices (001565000000, 001565000001, 001565000002, ...)"
    )


def test_layout_that_devices_name_no_more_is_deleted(berlin: Installation) -> None:
    berlin.send("PUT", LAYOUT, {"keys": KEYS})
    berlin.send("PATCH", DEVICE, {"settings": {"key_layout": "desk", "firmware": "1.0"}})
    other = f"{DEVICES}/001565000000"
    berlin.send("PUT", other, {**_device(), "settings": {"key_layout": "desk"}})
    used = berlin.send("DELETE", LAYOUT)
    berlin.send("PATCH", DEVICE, {"settings": {"key_layout": None}})
    berlin.send("DELETE", other)

    assert used.status_code == 409
    assert berlin.send("DELETE", LAYOUT).status_code == 200


@one_store
def test_only_what_the_caller_may_know_is_told_of_the_use_of_a_layout(
    berlin: Installation,
) -> None:
    berlin.send("PUT", "/api/sites/rome", {})
    berlin.send("PUT", LAYOUT, {"keys": KEYS, "site": "berlin"})
    berlin.send("PUT", SERVER, {"settings": {"key_layout": "desk"}})
    berlin.send("PATCH", "/api/sites/rome", {"settings": {"key_layout": "desk"}})
    berlin.send("PATCH", DEVICE, {"settings": {"key_layout": "desk"}})
    elsewhere = {**_device(), "site": "rome", "settings": {"key_layout": "desk"}}
    berlin.send("PUT", f"{DEVICES}/001565000000", elsewhere)

    answer = as_role(berlin, "operator", "DELETE", LAYOUT, site="berlin")

    assert answer.status_code == 409
    assert answer.json_body["error"] == (
        f"layout desk is used by settings that more than this site has, the device {MAC}"
    )


@one_store
def test_layout_of_a_site_is_for_nobody_else(berlin: Installation) -> None:
    berlin.send("PUT", "/api/sites/rome", {})
    berlin.send("PUT", LAYOUT, {"keys": KEYS, "site": "rome"})
    seen = as_role(berlin, "operator", "GET", LAYOUT, site="berlin")
    taken = as_role(berlin, "operator", "PUT", LAYOUT, {"keys": []}, site="berlin")
    named = berlin.send("PATCH", DEVICE, {"settings": {"key_layout": "desk"}})

    assert (seen.status_code, taken.status_code) == (404, 404)
    assert as_role(berlin, "viewer", "GET", "/api/layouts", site="berlin").json_body == []
    assert named.json_body["warnings"] == [
        'settings.key_layout: there is no layout "desk" for the site berlin; its keys are left out'
    ]


def own_file(answer: HTTPResponse) -> Any:  # noqa: ANN401 - JSON
    [found] = [file for file in answer.json_body["files"] if file["name"] == f"{MAC}.cfg"]
    return found


def test_config_is_what_the_phone_gets(berlin: Installation) -> None:
    berlin.send("PATCH", SITE, {"settings": {"language": "de", "vlan": {"phone": 100}}})

    file = own_file(berlin.get(f"{DEVICE}/config"))
    fetched = berlin.get(f"/provision/{MAC}.cfg")

    assert file["name"] == f"{MAC}.cfg"
    assert file["text"] == fetched.body.decode()
    assert f'"{file["etag"]}"' == fetched.headers["ETag"]


@one_store
def test_config_is_what_the_phone_gets_by_its_own_url(berlin: Installation) -> None:
    berlin.configure("server: {sip_host: pbx.example.com}\naccess: {policy: [token]}\n")
    url = berlin.get(f"{DEVICE}/access").json_body["own_url"]

    file = own_file(berlin.get(f"{DEVICE}/config"))
    veiled = own_file(as_role(berlin, "viewer", "GET", f"{DEVICE}/config"))

    path = url.removeprefix("http://192.168.1.14:8080")
    assert file["text"] == berlin.get(f"{path}{MAC}.cfg").body.decode()
    assert url in file["text"]
    assert "http://192.168.1.14:8080/p/********/" in veiled["text"]


@one_store
def test_config_that_cannot_be_written_is_the_devices_fault_not_the_requests(
    site: Installation,
) -> None:
    site.register()
    site.configure("server: {sip_host: pbx.example.com, timezone: Pacific/Chatham}\n")

    answer = site.get(f"{DEVICES}/{MAC}/config")

    assert answer.status_code == 409
    assert answer.json_body["error"].startswith(
        f"the files of device {MAC} cannot be written: server.timezone: Pacific/Chatham "
    )


@one_store
def test_config_without_secrets_has_no_checksum_of_them(berlin: Installation) -> None:
    file = own_file(as_role(berlin, "viewer", "GET", f"{DEVICE}/config"))

    assert file["etag"] is None
    assert "account.1.password = ********" in file["text"]
    assert "account.1.user_name = 1001" in file["text"]


@one_store
@pytest.mark.parametrize(
    ("query", "flaw"),
    [
        ("config?diff=first", ("diff", '"first" is not last')),
        ("settings?explain=yes", ("explain", '"yes" is not 1')),
        ("config?x=1", ("x", "is not a known parameter; known is diff")),
    ],
)
def test_parameter_that_cannot_be_is_refused(
    berlin: Installation, query: str, flaw: tuple[str, str]
) -> None:
    assert mistakes(berlin.get(f"{DEVICE}/{query}")) == [flaw]


@one_store
@pytest.mark.parametrize("path", ["config", "settings"])
def test_device_of_another_site_does_not_exist(berlin: Installation, path: str) -> None:
    berlin.send("PUT", "/api/sites/rome", {})

    answer = as_role(berlin, "admin", "GET", f"{DEVICE}/{path}", site="rome")

    assert answer.status_code == 404
