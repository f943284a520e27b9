"""Can settings be shared by the server, models and sites, and is every one of them told?"""

from __future__ import annotations

from typing import Any

import pytest

from chalicelib import wiring
from tests.routes.berlin import (
    DEVICE,
    GROUP,
    MODEL,
    SERVER,
    SITE,
    a_device,
    as_role,
    effective,
    file_of,
    mistakes,
)
from tests.routes.installation import Installation, one_store


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
    berlin.send("PUT", DEVICE, {**a_device(), "settings": {"vlan": {"pc": None}}})

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
