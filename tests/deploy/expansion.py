"""What does CloudFormation make of AWS::Serverless resources? Amazon's own translator, offline."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from typing import Any

from samtranslator.translator.transform import transform


class NoManagedPolicies:
    """Our template names none of Amazon's managed policies, so their list is empty."""

    def load(self) -> dict[str, str]:
        return {}


def expand(template: Mapping[str, Any], parameters: Mapping[str, str]) -> dict[str, Any]:
    """The template without AWS::Serverless resources; what has none stays as it is."""
    if "Transform" not in template:
        return dict(template)
    expanded: dict[str, Any] = transform(
        copy.deepcopy(dict(template)), dict(parameters), NoManagedPolicies()
    )
    return expanded
