"""Are a device's files written as chosen, and is a choice refused that they cannot say?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest

from chalicelib.catalog import Catalog
from chalicelib.domain.device import Dossier
from chalicelib.domain.draft import Circumstances
from chalicelib.domain.errors import InputError
from chalicelib.domain.format import FORMATS, Format
from chalicelib.domain.server import Server
from chalicelib.domain.timezone import TimeZone
from chalicelib.domain.vendor import FileKind, FileRule, Generation, Model, Pack, Template
from chalicelib.domain.vocabulary import SAMPLE
from chalicelib.drafting import Drafter
from chalicelib.rendering import Renderer

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


def drafter(source: str, *rules: FileRule, server: Server = SERVER, **more: Any) -> Drafter:  # noqa: ANN401
    return Drafter(vendors=Vendors(source, *rules, **more), renderer=Renderer(), server=server)


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
        ("colon", COLON, "a:b", "settings.vendor_settings: holds a name that the vendor's files"),
        ("key_value", SHOUTED, "a", "settings.vendor_settings.a: cannot be written so in the"),
        ("xml", ELEMENTS, "a b", "settings.vendor_settings: holds a name that the vendor's files"),
        ("xml", ELEMENTS, "1a", "settings.vendor_settings: holds a name that the vendor's files"),
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
