"""Are the options of a stage checked before anything is created?"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.deploy.installation import PROJECT
from tools.deploy.option import Options, read_options
from tools.deploy.template import read_resources

CERTIFICATE = "arn:aws:acm:eu-west-1:123456789012:certificate/0a1b2c3d"


def read(folder: Path, options: object) -> Options:
    (folder / ".chalice").mkdir()
    text = options if isinstance(options, str) else json.dumps({"prod": options})
    (folder / ".chalice" / "options.json").write_text(text)
    return read_options(folder, "prod", read_resources(PROJECT)["Parameters"])


def test_stage_needs_no_options(tmp_path: Path) -> None:
    options = read_options(tmp_path, "prod", read_resources(PROJECT)["Parameters"])

    assert options == Options(region=None, account=None, parameters={"Stage": "prod"})


def test_options_become_parameters(tmp_path: Path) -> None:
    options = read(
        tmp_path, {"Region": "eu-west-1", "AlarmEmail": "pbx@example.com", "PhoneRate": 100}
    )

    assert options.region == "eu-west-1"
    assert options.parameters == {
        "Stage": "prod",
        "AlarmEmail": "pbx@example.com",
        "PhoneRate": "100",
    }


def test_shipped_options_are_in_order() -> None:
    specifications = read_resources(PROJECT)["Parameters"]

    for stage in ("dev", "prod"):
        assert read_options(PROJECT, stage, specifications).parameters == {"Stage": stage}


MISTAKES: list[tuple[dict[str, Any], str]] = [
    ({"AlarmEmial": "x"}, "AlarmEmial: there is no such option; did you mean AlarmEmail?"),
    ({"Stage": "prod"}, "Stage: there is no such option"),
    (
        {"AlarmEmail": "nobody"},
        'AlarmEmail: "nobody" does not fit: who gets the alarms; AWS asks this address to confirm.',
    ),
    ({"PhoneRate": "fast"}, 'PhoneRate: "fast" is not a whole number'),
    ({"PhoneRate": 0}, "PhoneRate: 0 is too small; the least is 1"),
    ({"PhoneRate": True}, "PhoneRate: true is neither a text nor a number"),
    ({"PhoneRate": [1]}, "PhoneRate: [1] is neither a text nor a number"),
    ({"LogRetentionDays": 31}, 'LogRetentionDays: "31" is not one of 1, 3, 5, 7, 14, 30, '),
    ({"WafLimit": 5}, "WafLimit: the least that AWS takes is 10; 0 is no firewall"),
    ({"DomainName": "phones.example.com"}, "CertificateArn: is required with DomainName"),
    ({"BasePath": "x"}, "BasePath: has no meaning without DomainName"),
    (
        {"TruststoreUri": "s3://a/b", "TlsPolicy": "TLS_1_0"},
        "TlsPolicy: client certificates need TLS_1_2",
    ),
    ({"Account": 12345}, 'Account: "12345" is not the number of an AWS account'),
]


@pytest.mark.parametrize(("options", "says"), MISTAKES)
def test_mistake_is_told(tmp_path: Path, options: dict[str, Any], says: str) -> None:
    with pytest.raises(SystemExit) as stop:
        read(tmp_path, options)

    lines = str(stop.value).splitlines()
    assert lines[0] == "offhook: .chalice/options.json, stage prod:"
    assert any(line.startswith(f"  {says}") for line in lines[1:]), lines


def test_all_mistakes_are_told_at_once(tmp_path: Path) -> None:
    with pytest.raises(SystemExit) as stop:
        read(tmp_path, {"PhoneRate": -1, "BasePath": "a/b", "CertificateArn": CERTIFICATE})

    assert len(str(stop.value).splitlines()) == 5


@pytest.mark.parametrize("text", ["{", "[]", '{"prod": 1}'])
def test_file_of_another_form_is_told(tmp_path: Path, text: str) -> None:
    with pytest.raises(SystemExit, match=r"options\.json"):
        read(tmp_path, text)
