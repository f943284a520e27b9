"""What does the packaged SAM template say of the function and of the API in front of it?"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True, kw_only=True)
class Template:
    """The parts of `sam.json` that decide how a request travels."""

    handler: str
    timeout: int
    memory: int
    environment: Mapping[str, str]
    stage: str
    methods_by_resource: Mapping[str, frozenset[str]]
    binary_types: frozenset[str]


def read_template(file: Path) -> Template:
    """Read the template that `chalice package` wrote."""
    resources = json.loads(file.read_text())["Resources"]
    function = resources["APIHandler"]["Properties"]
    api = resources["RestAPI"]["Properties"]
    swagger = api["DefinitionBody"]
    return Template(
        handler=function["Handler"],
        timeout=function["Timeout"],
        memory=function["MemorySize"],
        environment=function.get("Environment", {}).get("Variables", {}),
        stage=api["StageName"],
        methods_by_resource=_methods_by_resource(swagger["paths"]),
        binary_types=frozenset(swagger.get("x-amazon-apigateway-binary-media-types", [])),
    )


def _methods_by_resource(paths: Mapping[str, Mapping[str, Any]]) -> dict[str, frozenset[str]]:
    return {
        resource: frozenset(method.upper() for method in methods)
        for resource, methods in paths.items()
    }
