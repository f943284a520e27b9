"""Is the published JSON Schema of vendor.yml what the tests hold the packs to?"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from chalicelib.domain.errors import InputError
from tools.pack_shape import check_pack, schema

PUBLISHED = Path(__file__).parents[2] / "docs" / "vendor.schema.json"
SMALLEST: dict[str, Any] = {
    "vendor": "acme",
    "label": "Acme",
    "format": "key_value",
    "models": {"x1": {"label": "Acme X1", "template": "phone"}},
    "files": [{"name": "{mac}.cfg", "kind": "device"}],
    "parameters": ["account.{n}.user"],
    "evidence": {"files": {"confidence": "A", "source": "a log"}},
}


def complaints(**changes: Any) -> list[str]:  # noqa: ANN401 - parts of a vendor.yml
    with pytest.raises(InputError) as caught:
        check_pack({**SMALLEST, **changes})
    return [str(flaw) for flaw in caught.value.flaws]


def test_published_schema_is_current() -> None:
    published = json.loads(PUBLISHED.read_text("utf-8"))

    assert published == schema(), "run: make packs"


def test_smallest_pack_is_taken() -> None:
    check_pack(SMALLEST)


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"label": None}, ["label: is null, not a text"]),
        (
            {"models": {"X1": {"label": "Acme X1", "template": "phone"}}},
            ['models: "X1" is not the name of a model in lower case'],
        ),
        (
            {"models": {"x1": {"label": "Acme X1", "template": "phone.template"}}},
            [
                (
                    'models.x1.template: "phone.template" is not the name of a template '
                    "without .template"
                )
            ],
        ),
        ({"files": {}}, ["files: is an object, not a list"]),
        (
            {"files": [{"name": "a/b", "kind": "absent"}]},
            ['files[0].name: "a/b" is not the name of a file, with {mac} for the MAC address'],
        ),
        (
            {"codecs": {"PCMU": True}},
            ["codecs.PCMU: true is a boolean, not a text or a whole number"],
        ),
        (
            {"codes": {"language": {"German": 3}}},
            ['codes.language: "German" is not a language such as pt-BR'],
        ),
        (
            {"evidence": {"files": {"confidence": "C", "source": "a guess"}}},
            ['evidence.files.confidence: "C" is not one of A, B, V, W, F, T, X'],
        ),
    ],
)
def test_wrong_fact_is_told_with_its_place(changes: dict[str, Any], says: list[str]) -> None:
    assert complaints(**changes) == says


@pytest.mark.parametrize(
    ("changes", "where"),
    [
        ({"modells": {}}, "modells"),
        ({"codes": {"transport": {"sctp": 1}}}, "codes.transport.sctp"),
        ({"codes": {"dmtf": {}}}, "codes.dmtf"),
        ({"codes": {"key": {"blff": 1}}}, "codes.key.blff"),
        ({"codes": {"syslog.level": {"loud": 1}}}, 'codes."syslog.level".loud'),
        ({"codecs": {"G.711": 1}}, 'codecs."G.711"'),
        ({"time_zone_form": "sundial"}, "time_zone_form"),
        ({"format": "csv"}, "format"),
    ],
)
def test_name_that_nobody_knows_is_refused(changes: dict[str, Any], where: str) -> None:
    [complaint] = complaints(**changes)

    assert complaint.startswith(f"{where}: ")
