"""Which templates lead a deployed table to the indexes that it lacks?

CloudFormation makes at most one index of a table in an update, and compares with the stack's own
template (https://github.com/aws-cloudformation/cloudformation-coverage-roadmap/issues/881). So that
one is changed, index by index: code that asks the new ones comes when all of them are there.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from tools.deploy.template import Template

Index = Mapping[str, Any]


def add_indexes(deployed: Template, wanted: Template) -> Iterator[tuple[str, Template]]:
    """The name of each index that is missing, and the deployed template with it and those before.

    What the deployed table has and nobody wants any more stays here.
    """
    if "Table" not in deployed["Resources"]:
        return
    table, goal = (template["Resources"]["Table"]["Properties"] for template in (deployed, wanted))
    indexes: list[Index] = [*table.get("GlobalSecondaryIndexes", [])]
    names = {index["IndexName"] for index in indexes}
    attributes = [*table["AttributeDefinitions"], *goal["AttributeDefinitions"]]
    for index in goal.get("GlobalSecondaryIndexes", []):
        if index["IndexName"] not in names:
            indexes = [*indexes, index]
            yield index["IndexName"], _with_indexes(deployed, indexes, attributes)


def _with_indexes(
    template: Template, indexes: Sequence[Index], attributes: Sequence[Mapping[str, str]]
) -> Template:
    table = template["Resources"]["Table"]
    keys = [table["Properties"]["KeySchema"], *(index["KeySchema"] for index in indexes)]
    used = dict.fromkeys(part["AttributeName"] for key in keys for part in key)
    by_name = {attribute["AttributeName"]: attribute for attribute in attributes}
    properties = {
        **table["Properties"],
        # DynamoDB refuses one that no key uses.
        "AttributeDefinitions": [by_name[name] for name in used],
        "GlobalSecondaryIndexes": list(indexes),
    }
    grown = {**table, "Properties": properties}
    return {**template, "Resources": {**template["Resources"], "Table": grown}}
