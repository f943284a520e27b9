"""What may stand in a vendor.yml?

Packs are checked by this in the tests and by `make packs`, not while a phone waits.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from chalicelib.domain.format import FORMATS
from chalicelib.domain.profile import CODEC_NAMES, KEY_TYPES, LINE, SETTINGS
from chalicelib.domain.shape import (
    Anything,
    Code,
    Field,
    Flag,
    ListOf,
    MapOf,
    Record,
    Shape,
    Text,
    Whole,
)
from chalicelib.domain.time_forms import FORMS
from chalicelib.domain.vendor import FileKind

_NAME = Text(max=40, pattern=r"[a-z0-9]+", says="a name in lower case, such as acme")
_ALIAS = Text(max=60, pattern=r"[^A-Z]*", says="in lower case")
_ALIASES = ListOf(_ALIAS, max=40)
_LABEL = Text(max=60)
_TEMPLATE = Text(
    max=40, pattern=r"[a-z0-9][a-z0-9_-]*", says="the name of a template without .template"
)
_PARAMETERS = ListOf(Text(max=120), max=4000)
_FILE_NAME = Text(
    max=100, pattern=r"[!-.0-~ ]+", says="the name of a file, with {mac} for the MAC address"
)


def _find_choices(shape: Record, path: str) -> Iterator[tuple[str, tuple[str, ...]]]:
    """The neutral values of each field that has a fixed set of them."""
    for name, field in shape.fields.items():
        if isinstance(field.shape, Record):
            yield from _find_choices(field.shape, f"{path}{name}.")
        elif isinstance(field.shape, Text) and field.shape.choices:
            yield path + name, field.shape.choices


def _codes_for(values: tuple[str, ...]) -> Field:
    return Field(Record({value: Field(Code()) for value in values}))


_CODES = Record(
    {
        "key": _codes_for(KEY_TYPES),
        "boolean": _codes_for(("true", "false")),
        **{
            name: _codes_for(values)
            for shape in (LINE, SETTINGS)
            for name, values in _find_choices(shape, "")
        },
        "language": Field(
            MapOf(Code(), name=r"[a-z]{2}(-[A-Z]{2})?", says="a language such as pt-BR", max=100)
        ),
    }
)
_TIME_ZONES = MapOf(Code(), name=r"[A-Za-z0-9_+/-]+", says="the name of a time zone", max=700)
_MODEL = Record(
    {
        "label": Field(_LABEL, required=True, doc="as people know it"),
        "aliases": Field(_ALIASES, doc="other names, in lower case"),
        "template": Field(_TEMPLATE, required=True),
        "format": Field(Text(choices=tuple(FORMATS)), doc="that of the pack if absent"),
        "lines": Field(Whole(min=1, max=1000), doc="accounts that it can register"),
        "keys": Field(Whole(min=0, max=400), doc="programmable keys on the phone itself"),
        "modules": Field(Whole(min=0, max=20), doc="expansion modules that it takes"),
        "time_zone_form": Field(Text(choices=tuple(FORMS)), doc="that of the pack if absent"),
        "time_zones": Field(_TIME_ZONES, doc="beside time_zone_form: the codes of this model"),
        "facts": Field(
            MapOf(Anything(), name=r"[a-z][a-z0-9_]*", says="the name of a fact", max=40),
            doc="what the templates want to know of it",
        ),
    }
)
_RECOGNISED = Record(
    {
        "label": Field(_LABEL, required=True, doc="as people know it"),
        "aliases": Field(_ALIASES, doc="other names, in lower case"),
    }
)
_NAME_OF_MODEL = r"[a-z0-9][a-z0-9 ._+-]{0,39}"
_MODELS = MapOf(_MODEL, name=_NAME_OF_MODEL, says="the name of a model in lower case", max=400)
_FILE = Record(
    {
        "name": Field(_FILE_NAME, required=True),
        "kind": Field(Text(choices=tuple(kind.value for kind in FileKind)), required=True),
        "models": Field(ListOf(Text(max=40), max=200), doc="those that ask for it; all if absent"),
        "template": Field(_TEMPLATE, doc="a device's file has the model's if absent"),
        "format": Field(Text(choices=tuple(FORMATS)), doc="that of the pack if absent"),
        "at_boot": Field(
            Flag(),
            doc="false: asked for only where a setting, another file, or who typed it names it",
        ),
        "keeps": Field(Flag(), doc="of an upload: it is given back to the device"),
    }
)
_GENERATION = Record(
    {
        "name": Field(Text(max=20), required=True),
        "field": Field(Whole(min=1, max=6), doc="which number of the version counts; 1 if absent"),
        "up_to": Field(Whole(min=0, max=999_999_999), doc="absent: the newest"),
    }
)
_SIGN = Record(
    {
        "pattern": Field(Text(max=200), required=True),
        "examples": Field(ListOf(Text(max=300), min=1, max=20), required=True),
        "model": Field(Text(max=40), doc="the model that always sends it"),
    }
)
_PROOF = {
    "confidence": Field(Text(choices=("A", "B", "V", "W", "F", "T", "X")), required=True),
    "source": Field(Text(max=1000), required=True),
}
_EVIDENCE = Record(_PROOF)


def _fact(shape: Shape[Any], doc: str) -> Field:
    """A single fact with its own source; absent where nobody knows."""
    return Field(Record({"value": Field(shape, required=True), **_PROOF}), doc=doc)


_SENT = Record(
    {
        "value": Field(
            Text(max=200),
            required=True,
            doc="{model} is the model in upper case, {number} that from its first digit on; "
            "{mac}, {MAC}, {ma:c}, {MA:C} and {MA-C} are the address",
        ),
        "models": Field(ListOf(Text(max=40), min=1, max=200), doc="all others if absent"),
        **_PROOF,
    }
)
_BOOT = Record(
    {
        "user_agents": Field(
            ListOf(_SENT, min=1, max=40), doc="what phones send; of several the first that fits"
        ),
        "tries": _fact(Whole(min=1, max=100), "how often a file is asked for in a row, in all"),
        "retry_seconds": _fact(
            Whole(min=1, max=1_000_000), "the pause before a phone that failed begins anew"
        ),
        "absent_is_failure": _fact(Flag(), "whether 404 of a device's file makes it try again"),
        "follows_redirects": _fact(Flag(), "whether it follows 301 and 302"),
        "tls": _fact(
            ListOf(Text(choices=("1.0", "1.1", "1.2", "1.3")), min=1, max=4),
            "the versions that it speaks",
        ),
        "uploads_by": _fact(ListOf(Text(choices=("PUT", "POST")), min=1, max=2), "the method"),
    }
)
_DHCP = Record(
    {
        "option": Field(Whole(min=1, max=254), required=True),
        "part": Field(Whole(min=1, max=254), doc="of option 43: the number inside of it"),
        "value": Field(
            Text(max=200, pattern=r"[!-~ ]+", says="a text"),
            required=True,
            doc="what goes in; {url} is the folder with its slash; or its {host}, {port}, {path}",
        ),
    }
)
_ADDRESS = Record(
    {
        "dhcp": Field(ListOf(_DHCP, min=1, max=6), doc="the options that tell it, the best first"),
        "macros": Field(
            MapOf(
                Text(max=10, choices=("{mac}", "{MAC}", "{ma:c}", "{model}", "{MODEL}")),
                name=r"[!-~]{2,12}",
                says="what phones replace in an address",
                max=10,
            ),
            doc="what phones replace in it; none where they send every letter as it stands",
        ),
        "models": Field(
            MapOf(
                Text(max=40, pattern=r"[!-~]+", says="a name without blanks"),
                name=_NAME_OF_MODEL,
                says="the name of a model in lower case",
                max=100,
            ),
            doc="what a phone puts for {MODEL} and {model}, where it is not our name of its model",
        ),
        "upper": Field(Flag(), doc="whether they spell their MAC address in capitals; else not"),
        "chained": Field(
            Flag(), doc="whether they ask for the first file only, and for what files name"
        ),
    }
)
_CERTIFICATE = Record(
    {
        "field": _fact(
            Text(max=20, pattern=r"[A-Z]+", says="the type of a field, such as CN"),
            "of the subject: the one that holds the MAC address",
        ),
        "issuers": _fact(
            ListOf(Text(max=300), min=1, max=20), "the distinguished names of who signs"
        ),
        "generic": _fact(
            ListOf(Text(max=100), min=1, max=10), "by what a certificate of many phones is known"
        ),
    }
)
_RESYNC = Record(
    {
        "unit": _fact(Whole(min=1, max=60), "minutes: what they count in"),
        "least": _fact(Whole(min=5, max=43_200), "minutes: the shortest interval"),
        "most": _fact(Whole(min=60, max=43_200), "minutes: the longest interval"),
        "jitter": _fact(Whole(min=1, max=1440), "minutes: the longest delay that they draw"),
    }
)

PACK = Record(
    {
        "vendor": Field(_NAME, required=True, doc="as the folder is named"),
        "label": Field(_LABEL, required=True, doc="as people know it"),
        "aliases": Field(_ALIASES, doc="other names, in lower case"),
        "format": Field(Text(choices=tuple(FORMATS)), required=True),
        "time_zone_form": Field(Text(choices=tuple(FORMS))),
        "time_zones": Field(
            _TIME_ZONES, doc="the vendor's codes, for the forms that look zones up"
        ),
        "codecs": Field(Record({name: Field(Code()) for name in CODEC_NAMES})),
        "codes": Field(_CODES, doc="the vendor's codes for neutral values"),
        "models": Field(_MODELS, required=True),
        "recognised_models": Field(
            MapOf(
                _RECOGNISED, name=_NAME_OF_MODEL, says="the name of a model in lower case", max=200
            ),
            doc="models that are known by what they send, but get no file of settings",
        ),
        "files": Field(ListOf(_FILE, max=500), required=True, doc="in the order of the requests"),
        "generations": Field(ListOf(_GENERATION, max=10), doc="the oldest first"),
        "user_agents": Field(ListOf(_SIGN, max=40)),
        "option_60": Field(ListOf(_SIGN, max=40)),
        "mac_prefixes": Field(ListOf(Text(max=12), max=200)),
        "resync_event": Field(Text(max=60), doc="of the SIP NOTIFY that makes a phone fetch"),
        "redirect_service": Field(Text(max=100), doc="the vendor's own, for zero touch"),
        "parameters": Field(_PARAMETERS, required=True, doc="that the templates may write"),
        "repeated_parameters": Field(
            _PARAMETERS, doc="of these, those that may stand several times in one file"
        ),
        "refused_parameters": Field(_PARAMETERS, doc="that real phones do not take"),
        "boot": Field(_BOOT, doc="how its phones go about a fetch"),
        "address": Field(_ADDRESS, doc="how its phones learn where to fetch"),
        "version_field": _fact(
            Whole(min=1, max=6), "which number of a firmware version is the first to tell its age"
        ),
        "resync": Field(_RESYNC, doc="when its phones look for a new file; absent: at boot only"),
        "certificate": Field(_CERTIFICATE, doc="the client certificates that its phones have"),
        "evidence": Field(
            MapOf(_EVIDENCE, name=r"[a-z0-9_]+", says="the name of a block", max=40),
            required=True,
            doc="confidence and source of each block",
        ),
        "notes": Field(ListOf(Text(max=500), max=40), doc="what an administrator should know"),
    }
)


def schema() -> dict[str, Any]:
    """The same as a JSON Schema (2020-12)."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "vendor.yml, the facts of a vendor pack of Offhook",
        **PACK.schema(),
    }


def check_pack(facts: Mapping[str, Any]) -> None:
    """Raise InputError with everything that is wrong with the facts of a pack."""
    PACK.read(facts)
