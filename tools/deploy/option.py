"""What has the operator chosen for a stage in .chalice/options.json, and what is wrong with it?"""

from __future__ import annotations

import difflib
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

OPTIONS_FILE = Path(".chalice") / "options.json"

Option = str | int

_GIVEN_BY_US = "Stage"
_REGION = "Region"
_ACCOUNT = "Account"
_LEAST_WAF_LIMIT = 10


@dataclass(frozen=True, kw_only=True)
class Options:
    """The options of one stage; region and account are where it must go, None is anywhere."""

    region: str | None
    account: str | None
    parameters: Mapping[str, str]


def read_options(project: Path, stage: str, specifications: Mapping[str, Any]) -> Options:
    """The options of the stage. Stops with every mistake, when there is any.

    `specifications` are the Parameters of .chalice/resources.yaml.
    """
    chosen = _read_file(project).get(stage, {})
    flaws = list(_find_flaws(chosen, specifications))
    if flaws:
        where = f"{OPTIONS_FILE}, stage {stage}"
        raise SystemExit("\n".join([f"offhook: {where}:", *(f"  {flaw}" for flaw in flaws)]))
    parameters = {
        name: str(value) for name, value in chosen.items() if name not in (_REGION, _ACCOUNT)
    }
    return Options(
        region=_text(chosen.get(_REGION)),
        account=_text(chosen.get(_ACCOUNT)),
        parameters={_GIVEN_BY_US: stage, **parameters},
    )


def _text(value: Option | None) -> str | None:
    return None if value is None else str(value)


def _read_file(project: Path) -> dict[str, dict[str, Option]]:
    try:
        text = (project / OPTIONS_FILE).read_text("utf-8")
    except FileNotFoundError:
        return {}
    try:
        read = json.loads(text)
    except ValueError as error:
        raise SystemExit(f"offhook: {OPTIONS_FILE} is no JSON: {error}.") from None
    well_formed = isinstance(read, dict) and all(isinstance(part, dict) for part in read.values())
    if not well_formed:
        raise SystemExit(
            f'offhook: {OPTIONS_FILE} must look like {{"prod": {{"AlarmEmail": "..."}}}}.'
        )
    options: dict[str, dict[str, Option]] = read
    return options


def _find_flaws(chosen: Mapping[str, Option], specifications: Mapping[str, Any]) -> Iterator[str]:
    known = {*specifications, _REGION, _ACCOUNT} - {_GIVEN_BY_US}
    for name, value in chosen.items():
        if name not in known:
            yield f"{name}: there is no such option{_hint(name, known)}"
        elif isinstance(value, bool) or not isinstance(value, str | int):
            yield f"{name}: {json.dumps(value)} is neither a text nor a number"
        elif name == _ACCOUNT and not re.fullmatch("[0-9]{12}", str(value)):
            yield f'{name}: "{value}" is not the number of an AWS account (12 digits, in quotes)'
        elif name in specifications:
            yield from (f"{name}: {says}" for says in _find_misfit(value, specifications[name]))
    yield from _find_contradictions(chosen)


def _find_misfit(value: Option, specification: Mapping[str, Any]) -> Iterator[str]:
    """Where the value is not what CloudFormation would take for the parameter."""
    allowed = specification.get("AllowedValues")
    if specification["Type"] == "Number" and not re.fullmatch("[0-9]{1,10}", str(value)):
        yield f'"{value}" is not a whole number'
    elif allowed and str(value) not in map(str, allowed):
        yield f'"{value}" is not one of {", ".join(map(str, allowed))}'
    elif not re.fullmatch(specification.get("AllowedPattern", ".*"), str(value)):
        description = specification["Description"]
        yield f'"{value}" does not fit: {description[0].lower()}{description[1:]}'
    elif "MinValue" in specification and int(value) < specification["MinValue"]:
        yield f"{value} is too small; the least is {specification['MinValue']}"


def _find_contradictions(chosen: Mapping[str, Option]) -> Iterator[str]:
    if chosen.get("DomainName") and not chosen.get("CertificateArn"):
        yield "CertificateArn: is required with DomainName"
    for name in ("CertificateArn", "HostedZoneId", "BasePath", "TruststoreUri"):
        if chosen.get(name) and not chosen.get("DomainName"):
            yield f"{name}: has no meaning without DomainName"
    if chosen.get("TruststoreVersion") and not chosen.get("TruststoreUri"):
        yield "TruststoreVersion: has no meaning without TruststoreUri"
    if chosen.get("TruststoreUri") and chosen.get("TlsPolicy") == "TLS_1_0":
        yield "TlsPolicy: client certificates need TLS_1_2"
    if str(chosen.get("WafLimit", 0)) in map(str, range(1, _LEAST_WAF_LIMIT)):
        yield f"WafLimit: the least that AWS takes is {_LEAST_WAF_LIMIT}; 0 is no firewall"


def _hint(name: str, known: set[str]) -> str:
    near = difflib.get_close_matches(name, sorted(known), n=1)
    return f"; did you mean {near[0]}?" if near else f"; there are {', '.join(sorted(known))}"
