"""What do we make of the CloudFormation template before it is handed over?"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

Template = dict[str, Any]

RESOURCES_FILE = Path(".chalice") / "resources.yaml"

_ADMIN_PREFIX = "/api/"
_FUNCTION = "AWS::Serverless::Function"
_NAME_IN_TEXT = re.compile(r"\$\{([A-Za-z0-9]+)[^}]*\}")


def read_resources(project: Path) -> Template:
    """Our own part of the template."""
    import yaml

    found: Template = yaml.safe_load((project / RESOURCES_FILE).read_text("utf-8"))
    return found


def keep_data_only(template: Template) -> Template:
    """The template with nothing in it but what holds data, so that all else goes."""
    kept = {
        name: resource
        for name, resource in template["Resources"].items()
        if resource.get("DeletionPolicy") == "Retain"
    }
    used = set(_names(kept))
    parameters = {name: spec for name, spec in template["Parameters"].items() if name in used}
    known = {*kept, *parameters}
    return {
        "AWSTemplateFormatVersion": "2010-09-09",
        "Parameters": parameters,
        "Resources": kept,
        "Outputs": {
            name: output
            for name, output in template["Outputs"].items()
            if "Value" in output and set(_names(output["Value"])) <= known
        },
    }


def finish(template: Template, *, code_uri: str) -> Template:
    """The merged template with its code in S3, and with the administrators' throttles."""
    api = template["Resources"]["RestAPI"]["Properties"]
    paths = api["DefinitionBody"]["paths"]
    settings = [*api["MethodSettings"], *_admin_throttles(paths)]
    resources = {
        name: _with_code(resource, code_uri) if resource["Type"] == _FUNCTION else resource
        for name, resource in template["Resources"].items()
    }
    return {
        **template,
        "Resources": {
            **resources,
            "RestAPI": {**resources["RestAPI"], "Properties": {**api, "MethodSettings": settings}},
        },
    }


def _with_code(function: Mapping[str, Any], code_uri: str) -> dict[str, Any]:
    return {**function, "Properties": {**function["Properties"], "CodeUri": code_uri}}


def _admin_throttles(paths: Mapping[str, Mapping[str, Any]]) -> Iterator[dict[str, Any]]:
    for path in sorted(paths):
        if path.startswith(_ADMIN_PREFIX):
            for method in sorted(paths[path]):
                yield {
                    # API Gateway wants the path's slashes escaped as in a JSON pointer.
                    "ResourcePath": "/" + path.replace("/", "~1"),
                    "HttpMethod": method.upper(),
                    "ThrottlingRateLimit": {"Ref": "AdminRate"},
                    "ThrottlingBurstLimit": {"Ref": "AdminBurst"},
                    "MetricsEnabled": False,
                }


def _names(value: object) -> Iterator[str]:
    """The parameters and resources that a value of the template speaks of."""
    match value:
        case {"Ref": str(name)}:
            yield name
        case {"Fn::GetAtt": [str(name), *_]}:
            yield name
        case {"Fn::Sub": str(text)}:
            yield from _NAME_IN_TEXT.findall(text)
        case dict():
            for part in value.values():
                yield from _names(part)
        case list():
            for part in value:
                yield from _names(part)
        case _:
            return
