"""Are a device's files written as chosen, and is a choice refused that they cannot say?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest

from chalicelib.catalog import Catalog
from chalicelib.domain.cascade import MODEL, SITE, Layer
from chalicelib.domain.cascade import SERVER as OF_SERVER
from chalicelib.domain.device import Dossier
from chalicelib.domain.draft import Circumstances
from chalicelib.domain.errors import InputError
from chalicelib.domain.format import FORMATS, Format
from chalicelib.domain.server import Server
from chalicelib.domain.shared import Layout
from chalicelib.domain.timezone import TimeZone
from chalicelib.domain.vendor import FileKind, FileRule, Generation, Model, Pack, Template
from chalicelib.domain.vocabulary import SAMPLE
from chalicelib.drafting import Drafter
from chalicelib.rendering import Renderer
from tests.fakes import Layers

CATALOG = Catalog()
SERVER = Server(
    name="PBX",
    sip_host="pbx.example.com",
    sip_port=5060,
    timezone=CATALOG.time_zone("Europe/Berlin"),
    ntp_servers=(),
    codecs=("PCMU",),
)
RAW = "{% for raw in vendor_settings %}\n{{ raw.name }} = {{ raw.value }}\n{% endfor %}\n"
PHONE = "user = {{ lines[0].number }}\nlanguage = {{ language }}\n"
RULE = FileRule(vendor="acme", shape="{mac}.cfg", kind=FileKind.DEVICE)


class Vendors:
    """One vendor with one model, whose device file has this source."""

    def __init__(self, source: str, *rules: FileRule, form: Format = FORMATS["key_value"]) -> None:
        template = Template(name="acme/phone", path="phone.template", source=source, format=form)
        self._model = Model(name="x1", label="X1", aliases=(), template=template, facts={})
        self._pack = Pack(
            vendor="acme",
            label="Acme",
            aliases=(),
            format=form,
            time_zone_form="month_week_day_hour",
            codecs={"PCMU": 0, "G722": 9},
            models={"x1": self._model},
            files=(RULE, *rules),
            generations=(
                Generation(name="old", field=1, up_to=4),
                Generation(name="new", field=1, up_to=None),
            ),
        )

    def find(self, vendor: str, model: str) -> tuple[Pack, Model]:
        assert (vendor, model) == ("acme", "x1")
        return self._pack, self._model

    def pack(self, vendor: str) -> Pack | None:
        return self._pack if vendor == "acme" else None

    def time_zone(self, name: str, *, where: str = "timezone") -> TimeZone:
        return CATALOG.time_zone(name, where=where)


def a_dossier(**more: Any) -> Dossier:  # noqa: ANN401 - fields of Device
    return replace(SAMPLE, device=replace(SAMPLE.device, vendor="acme", model="x1", **more))


def drafter(
    source: str,
    *rules: FileRule,
    server: Server = SERVER,
    layers: Layers | None = None,
    **more: Any,  # noqa: ANN401 - as for Vendors
) -> Drafter:
    vendors = Vendors(source, *rules, **more)
    return Drafter(vendors=vendors, renderer=Renderer(), server=server, layers=layers or Layers())


def examine(source: str, settings: dict[str, Any], *rules: FileRule, **more: Any) -> Sequence[str]:  # noqa: ANN401
    return drafter(source, *rules, **more).examine(a_dossier(settings=settings))


def complaints(source: str, settings: dict[str, Any], **more: Any) -> list[str]:  # noqa: ANN401
    with pytest.raises(InputError) as caught:
        examine(source, settings, **more)
    return [str(flaw) for flaw in caught.value.flaws]


def other(source: str, shape: str = "{mac}.boot", kind: FileKind = FileKind.DEVICE) -> FileRule:
    """A file with a template of its own."""
    form = FORMATS["key_value"]
    template = Template(name=f"acme/{shape}", path=shape, source=source, format=form)
    return FileRule(vendor="acme", shape=shape, kind=kind, template=template)


def test_file_is_made_from_the_models_template() -> None:
    draft = drafter(PHONE).device_file(a_dossier(), RULE, Circumstances())

    assert draft.text == "user = 1000\n"
    assert draft.content_type == "text/plain; charset=utf-8"


def test_file_with_a_template_of_its_own_is_made_from_that() -> None:
    rule = other("mac = {{ mac }}\n")

    draft = drafter(PHONE, rule).device_file(a_dossier(), rule, Circumstances())

    assert draft.text == "mac = 001565000000\n"


def test_common_file_has_no_word_of_a_device() -> None:
    rule = other("vendor = {{ vendor }}\n", "all.cfg", FileKind.COMMON)

    draft = drafter(PHONE, rule).common_file(rule, Circumstances())

    assert draft.text == "vendor = acme\n"


@pytest.mark.parametrize(
    ("version", "generation"), [(None, "new"), ("4.9", "old"), ("5.0", "new"), ("x", "new")]
)
def test_generation_is_that_of_the_firmware(version: str | None, generation: str) -> None:
    rule = other("g = {{ generation }}\n", "all.cfg", FileKind.COMMON)
    circumstances = Circumstances(version=version)

    own = drafter("g = {{ generation }}\n").device_file(a_dossier(), RULE, circumstances)
    common = drafter(PHONE, rule).common_file(rule, circumstances)

    assert own.text == common.text == f"g = {generation}\n"


@pytest.mark.parametrize(
    ("sip_host", "written"), [("pbx.example.com", "pbx.example.com"), (None, "192.0.2.7")]
)
def test_pbx_is_where_the_phone_fetches_when_nobody_says(
    sip_host: str | None, written: str
) -> None:
    server = replace(SERVER, sip_host=sip_host)
    circumstances = Circumstances(host="192.0.2.7")

    draft = drafter("s = {{ SIP_SERVER }}\n", server=server).device_file(
        a_dossier(), RULE, circumstances
    )

    assert draft.text == f"s = {written}\n"


@pytest.mark.parametrize(
    ("url", "text"), [("https://x.example.com/p/", "u = https://x.example.com/p/\n"), ("", "")]
)
def test_provisioning_url_is_written_where_there_is_one(url: str, text: str) -> None:
    circumstances = Circumstances(provisioning_url=url)

    draft = drafter("u = {{ provisioning_url }}\n").device_file(a_dossier(), RULE, circumstances)

    assert draft.text == text


def test_own_time_zone_is_written() -> None:
    dossier = a_dossier(settings={"timezone": "Asia/Tokyo"})

    draft = drafter("z = {{ time.offset }}\n").device_file(dossier, RULE, Circumstances())

    assert draft.text == "z = +9\n"


@pytest.mark.parametrize(
    ("zone", "says"),
    [
        ("Europe/Nowhere", 'settings.timezone: "Europe/Nowhere" is not an IANA time zone (such as'),
        ("Pacific/Chatham", "settings.timezone: Pacific/Chatham cannot be written"),
    ],
)
def test_time_zone_without_a_code_is_an_error_when_it_is_set(zone: str, says: str) -> None:
    [complaint] = complaints("z = {{ time.offset }}\n", {"timezone": zone})

    assert complaint.startswith(says)


def test_time_zone_of_the_server_without_a_code_is_an_error_too() -> None:
    server = replace(SERVER, timezone=CATALOG.time_zone("Pacific/Chatham"))

    [complaint] = complaints("z = {{ time.offset }}\n", {}, server=server)

    assert complaint.startswith("server.timezone: Pacific/Chatham cannot be written")


def test_what_no_file_says_is_a_warning() -> None:
    assert examine(PHONE, {"language": "de", "lldp": True}) == [
        "settings.lldp: Acme cannot be told"
    ]


def test_what_another_file_of_the_device_says_is_no_warning() -> None:
    settings = {"language": "de", "lldp": True}

    assert examine(PHONE, settings, other("lldp = {{ lldp }}\n")) == []


def test_what_only_a_common_file_says_is_a_warning() -> None:
    """Common files know no settings of a device."""
    rule = other("lldp = {{ lldp }}\n", "all.cfg", FileKind.COMMON)

    assert examine(PHONE, {"lldp": True}, rule) == ["settings.lldp: Acme cannot be told"]


def test_raw_parameters_are_written() -> None:
    settings = {"vendor_settings": {"b.2": "2", "a.1": "x = # y"}}

    draft = drafter(PHONE + RAW).device_file(a_dossier(settings=settings), RULE, Circumstances())

    assert draft.text == "user = 1000\na.1 = x = # y\nb.2 = 2\n"
    assert examine(PHONE + RAW, settings) == []


def test_raw_parameter_that_the_template_writes_too_is_refused() -> None:
    settings = {"language": "de", "vendor_settings": {"user": "x", "language": "y", "other": "z"}}
    taken = "is already in the file, from another setting or the template"

    assert complaints(PHONE + RAW, settings) == [
        f"settings.vendor_settings.language: {taken}",
        f"settings.vendor_settings.user: {taken}",
    ]


def test_raw_parameter_of_a_line_that_is_left_out_is_taken() -> None:
    assert examine(PHONE + RAW, {"vendor_settings": {"language": "y"}}) == []


def test_raw_parameters_without_a_place_are_a_warning() -> None:
    assert examine(PHONE, {"vendor_settings": {"user": "x"}}) == [
        "settings.vendor_settings: Acme cannot be told"
    ]


COLON = "{% for raw in vendor_settings %}\n{{ raw.name }}: {{ raw.value }}\n{% endfor %}\n"
SHOUTED = RAW.replace("raw.name", "raw.name | upper")
ELEMENTS = (
    "<x>\n{% for raw in vendor_settings %}\n<{{ raw.name }}>{{ raw.value }}</{{ raw.name }}>\n"
    "{% endfor %}\n</x>\n"
)


@pytest.mark.parametrize(
    ("form", "source", "name", "says"),
    [
        ("colon", COLON, "a:b", 'settings.vendor_settings."a:b": is not a name that'),
        ("key_value", SHOUTED, "a", "settings.vendor_settings.a: cannot be written so in the"),
        ("xml", ELEMENTS, "a b", 'settings.vendor_settings."a b": is not a name that'),
        ("xml", ELEMENTS, "1a", "settings.vendor_settings.1a: is not a name that the vendor's"),
    ],
)
def test_raw_name_that_the_format_cannot_write_is_refused(
    form: str, source: str, name: str, says: str
) -> None:
    [complaint] = complaints(source, {"vendor_settings": {name: "1"}}, form=FORMATS[form])

    assert complaint.startswith(says)


def test_value_that_the_format_cannot_write_is_refused_with_its_line() -> None:
    [complaint] = complaints("a = 1\n" + RAW, {"vendor_settings": {"b": " x"}})

    assert complaint == "phone.template, line 3: a value must not begin or end with a blank"


def test_codecs_of_which_the_vendor_has_none_are_refused() -> None:
    assert complaints(PHONE, {"codecs": ["opus", "G729"]}) == [
        "settings.codecs: holds no codec of Acme, which has PCMU, G722"
    ]


ZONE = "z = {{ time.offset }}\n"
KEYED = (
    "{% for key in keys %}\n{{ key.position }} = {{ key.label }}: {{ key.value }}\n{% endfor %}\n"
)


def site(**settings: Any) -> Layers:  # noqa: ANN401 - settings
    return Layers(Layer(OF_SERVER, {"language": "en"}), Layer(SITE, settings, "berlin"))


def a_layout(*keys: dict[str, Any], site: str | None = None) -> Layout:
    whole = tuple({"module": 0, "line": 1, **key} for key in keys)
    at = SAMPLE.device.created_at
    return Layout(
        name="desk", label="", keys=whole, site=site, keys_at=at, created_at=at, updated_at=at
    )


def test_file_says_what_the_layers_set() -> None:
    dossier = a_dossier(settings={"language": "fr"})
    layers = site(language="de", timezone="Asia/Tokyo")

    own = drafter(PHONE + ZONE, layers=layers).device_file(dossier, RULE, Circumstances())
    of_site = drafter(PHONE, layers=layers).device_file(a_dossier(), RULE, Circumstances())

    assert own.text == "user = 1000\nlanguage = fr\nz = +9\n"
    assert of_site.text == "user = 1000\nlanguage = de\n"


def test_null_takes_a_line_out_of_the_file() -> None:
    dossier = a_dossier(settings={"language": None, "ntp_servers": None})
    source = PHONE + "{% for server in ntp_servers %}\nntp = {{ server }}\n{% endfor %}\n"
    server = replace(SERVER, ntp_servers=("ntp.example.com",))

    draft = drafter(source, server=server, layers=site(language="de")).device_file(
        dossier, RULE, Circumstances()
    )

    assert draft.text == "user = 1000\n"


def test_codecs_of_a_layer_are_ranked() -> None:
    source = "{% for codec in codecs if codec.enabled %}\n{{ codec.name }}\n{% endfor %}\n"

    draft = drafter(source, layers=site(codecs=["G722"])).device_file(
        a_dossier(), RULE, Circumstances()
    )

    assert draft.text == "G722\n"


def test_common_file_says_the_time_of_its_layers_and_no_secret() -> None:
    rule = other(
        ZONE + "p = {{ web.admin_password }}\nl = {{ language }}\n", "all.cfg", FileKind.COMMON
    )
    layers = Layers(
        Layer(
            OF_SERVER, {"timezone": "Asia/Tokyo", "web": {"admin_password": "x"}, "language": "de"}
        )
    )

    draft = drafter(PHONE, rule, layers=layers).common_file(rule, Circumstances())

    assert draft.text == "z = +9\n"


def test_phonebook_file_says_the_time_of_its_layers() -> None:
    rule = other(ZONE, "{mac}-book.cfg", FileKind.PHONEBOOK)

    draft = drafter(PHONE, rule, layers=site(timezone="Asia/Tokyo")).phonebook_file(
        a_dossier().device, rule, []
    )

    assert draft.text == "z = +9\n"


def test_only_the_devices_own_choices_are_warned_of() -> None:
    layers = site(lldp=True, cdp=True)

    assert examine(PHONE, {"cdp": False}, layers=layers) == ["settings.cdp: Acme cannot be told"]


def test_unset_setting_is_no_loss() -> None:
    assert examine(PHONE, {"cdp": None, "vlan": {"pc": None}}) == []


@pytest.mark.parametrize(
    ("said", "complaint"),
    [
        (
            {"timezone": "Pacific/Chatham"},
            "settings.timezone: Pacific/Chatham cannot be written (from the site berlin)",
        ),
        (
            {"codecs": ["opus"]},
            "settings.codecs: holds no codec of Acme, which has PCMU, G722 (from the site berlin)",
        ),
        (
            {"syslog": {"port": 514}},
            "settings.syslog.server: is required (from the site berlin)",
        ),
        (
            {"vendor_settings": {"user": "x"}},
            (
                "settings.vendor_settings.user: is already in the file, from another setting "
                "or the template (from the site berlin)"
            ),
        ),
        (
            {"vendor_settings": {"b": " x"}},
            "settings.vendor_settings.b: must not begin or end with a blank (from the site berlin)",
        ),
    ],
)
def test_what_a_layer_sets_and_nobody_can_write_is_refused_with_its_source(
    said: dict[str, Any], complaint: str
) -> None:
    [found] = complaints(PHONE + ZONE + RAW, {}, layers=site(**said))

    head, _, source = complaint.partition(" (from")
    assert found.startswith(head)
    assert found.endswith(source)


def test_device_may_complete_what_its_site_began() -> None:
    layers = site(syslog={"port": 514})

    assert examine("s = {{ syslog.server }}\n", {"syslog": {"server": "x"}}, layers=layers) == []


def test_device_is_not_to_blame_for_a_time_zone_that_it_overrides() -> None:
    layers = site(timezone="Pacific/Chatham")

    assert examine(ZONE, {"timezone": "Europe/Berlin"}, layers=layers) == []


def test_explanation_has_every_layer() -> None:
    found = drafter(PHONE, layers=site(language="de")).explain(
        a_dossier(settings={"lldp": True}), Circumstances()
    )

    assert [(each.where, each.word.layer.name) for each in found] == [
        ("codecs", "config.yml"),
        ("language", "site"),
        ("lldp", "device"),
        ("timezone", "config.yml"),
    ]


def test_keys_of_a_layout_speak_of_the_own_extension() -> None:
    layout = a_layout(
        {"position": 1, "type": "park", "value": "*5{{EXTENSION_NUMBER}}", "label": "Park"},
        {"position": 2, "type": "blf", "value": "1001", "label": "{{ EXTENSION_NAME }}"},
        {"position": 3, "type": "blf", "value": "1002"},
    )
    layers = Layers(Layer(SITE, {"key_layout": "desk"}), layouts=[layout])
    own = {"position": 3, "module": 0, "type": "speed_dial", "value": "{{EXTENSION_NUMBER}}"}
    source = KEYED.replace("key.label", "key.label | default")

    draft = drafter(source, layers=layers).device_file(
        a_dossier(keys=({**own, "line": 1, "label": "Own"},)), RULE, Circumstances()
    )

    assert draft.text == "1 = Park: *51000\n2 = Sample: 1001\n3 = Own: {{EXTENSION_NUMBER}}\n"


@pytest.mark.parametrize("layouts", [[], [a_layout(site="rome")]])
def test_layout_that_is_not_there_leaves_the_own_keys(layouts: list[Layout]) -> None:
    layers = Layers(Layer(SITE, {"key_layout": "desk"}, "berlin"), layouts=layouts)
    own = {"position": 1, "module": 0, "type": "blf", "value": "1", "label": "x", "line": 1}

    drafting = drafter(KEYED, layers=layers)

    assert drafting.device_file(a_dossier(keys=(own,)), RULE, Circumstances()).text == "1 = x: 1\n"
    assert drafting.examine(a_dossier(keys=(own,))) == [
        (
            'settings.key_layout: there is no layout "desk" for the site default; its keys are '
            "left out (from the site berlin)"
        )
    ]


def test_keys_of_the_devices_own_layout_are_warned_of() -> None:
    layout = a_layout({"position": 1, "type": "blf", "value": "{{EXTENSION_NUMBER}}"})
    layers = Layers(Layer(SITE, {"key_layout": "desk"}), layouts=[layout])

    assert examine(PHONE, {"key_layout": "desk"}, layers=layers) == [
        "keys: those of Acme cannot be set"
    ]
    assert examine(PHONE, {}, layers=layers) == []


def test_layers_of_a_model_are_tried_out_without_a_device() -> None:
    own = Layer(MODEL, {"lldp": True, "language": "de"}, "acme/x1")
    layers = [Layer(OF_SERVER, {"cdp": True}), own]

    assert drafter(PHONE).examine_layers("acme", "x1", layers, own, site="default") == [
        "settings.lldp: Acme cannot be told"
    ]


def test_layers_of_a_model_that_cannot_be_written_are_refused() -> None:
    own = Layer(MODEL, {"language": "de"}, "acme/x1")
    layers = [Layer(OF_SERVER, {"timezone": "Pacific/Chatham"}), own]

    with pytest.raises(
        InputError, match=r"timezone: Pacific/Chatham .* \(from the server's settings"
    ):
        drafter(ZONE).examine_layers("acme", "x1", layers, own, site="default")
