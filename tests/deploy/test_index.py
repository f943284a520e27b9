"""Does a table that was deployed with fewer indexes get the new ones, one in each update?"""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import yaml
from botocore.exceptions import ClientError

from tests.deploy.installation import Account, copy_for_deployment, open_account, run_tool
from tools.deploy.index import add_indexes
from tools.deploy.template import keep_data_only, read_resources

STACK = "offhook-dev"


def a_template(*indexes: str, code: str = "old") -> dict[str, Any]:
    """A stack's template whose table has these indexes; each has one key of the same name."""
    return {
        "Parameters": {},
        "Resources": {
            "Function": {"Code": code},
            "Table": {
                "DeletionPolicy": "Retain",
                "Properties": {
                    "TableName": "t",
                    "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}],
                    "AttributeDefinitions": [
                        {"AttributeName": name, "AttributeType": "S"} for name in ("pk", *indexes)
                    ],
                    "GlobalSecondaryIndexes": [an_index(name) for name in indexes],
                },
            },
        },
    }


def an_index(name: str) -> dict[str, Any]:
    return {
        "IndexName": name,
        "KeySchema": [{"AttributeName": name, "KeyType": "HASH"}],
        "Projection": {"ProjectionType": "ALL"},
    }


def test_missing_indexes_come_one_by_one() -> None:
    steps = list(add_indexes(a_template("a"), a_template("a", "b", "c", code="new")))

    assert steps == [("b", a_template("a", "b")), ("c", a_template("a", "b", "c"))]


def test_index_that_is_no_longer_wanted_stays_for_the_code_that_is_deployed() -> None:
    steps = list(add_indexes(a_template("old"), a_template("a", code="new")))

    assert steps == [("a", a_template("old", "a"))]


def test_table_without_any_gets_its_first() -> None:
    deployed = a_template()
    del deployed["Resources"]["Table"]["Properties"]["GlobalSecondaryIndexes"]

    steps = list(add_indexes(deployed, a_template("a")))

    assert steps == [("a", a_template("a"))]


@pytest.fixture(scope="module")
def older(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The project as it was when its table had one index."""
    project = copy_for_deployment(tmp_path_factory.mktemp("older") / "project")
    file = project / ".chalice" / "resources.yaml"
    template = yaml.safe_load(file.read_text("utf-8"))
    table = template["Resources"]["Table"]["Properties"]
    table["GlobalSecondaryIndexes"] = table["GlobalSecondaryIndexes"][:1]
    table["AttributeDefinitions"] = table["AttributeDefinitions"][:4]
    file.write_text(yaml.safe_dump(template), "utf-8")
    (project / "custom_templates" / "zip_t57w.template").unlink()  # so that its code is another
    return project


@contextmanager
def account_with(older: Path, command: str) -> Iterator[Account]:
    """An account in which the older project has been deployed, or its table made."""
    with open_account() as account:
        made = run_tool(older, account.environment, command, "dev")
        assert made.returncode == 0, made.stderr
        yield account


@pytest.mark.parametrize("deployed", [a_template("a", "b"), a_template("b", "a", "c")])
def test_nothing_is_missing(deployed: dict[str, Any]) -> None:
    assert list(add_indexes(deployed, a_template("a", "b", code="new"))) == []


def test_stack_without_a_table_is_left_alone() -> None:
    assert list(add_indexes({"Resources": {}}, a_template("a"))) == []


def test_emulated_cloudformation_refuses_two_in_one_update(
    account: Account, older: Path, project: Path
) -> None:
    """As AWS does; else the test below would prove nothing."""
    assert run_tool(older, account.environment, "table", "dev").returncode == 0
    client = account.client("cloudformation")
    change = client.create_change_set(
        StackName=STACK,
        ChangeSetName=f"two-{int(time.time())}",
        ChangeSetType="UPDATE",
        TemplateBody=json.dumps(keep_data_only(read_resources(project))),
        Parameters=[{"ParameterKey": "Stage", "ParameterValue": "dev"}],
    )["Id"]

    with pytest.raises(ClientError, match="more than one GSI creation or deletion in a single up"):
        client.execute_change_set(ChangeSetName=change)


def test_deployment_adds_the_indexes_before_the_code(older: Path, project: Path) -> None:
    with account_with(older, "deploy") as account:
        run = run_tool(project, account.environment, "deploy", "dev")
        table = account.client("dynamodb").describe_table(TableName=STACK)["Table"]
        events = account.client("cloudformation").describe_stack_events(StackName=STACK)

    assert run.returncode == 0, run.stderr
    assert [line for line in run.stderr.splitlines() if "index" in line] == [
        f"offhook: adds index {name} to the table; with many records this takes a while"
        for name in ("finding", "site_listing", "site_finding")
    ]
    assert [index["IndexName"] for index in table["GlobalSecondaryIndexes"]] == [
        "listing",
        "finding",
        "site_listing",
        "site_finding",
    ]
    statuses = [event["ResourceStatus"] for event in events["StackEvents"]]
    assert statuses.count("UPDATE_COMPLETE") == 1 + 3 + 1
    assert run.stderr.splitlines()[-1] == "offhook: deployed"


def test_table_command_adds_them_too(older: Path, project: Path) -> None:
    with account_with(older, "table") as account:
        run = run_tool(project, account.environment, "table", "dev")

        table = account.client("dynamodb").describe_table(TableName=STACK)["Table"]

    assert run.returncode == 0, run.stderr
    assert len(table["GlobalSecondaryIndexes"]) == 4


def test_stage_is_taken_out_without_them(older: Path, project: Path) -> None:
    with account_with(older, "deploy") as account:
        run = run_tool(project, account.environment, "destroy", "dev", typed="dev\n")

        table = account.client("dynamodb").describe_table(TableName=STACK)["Table"]

    assert run.returncode == 0, run.stderr
    assert len(table["GlobalSecondaryIndexes"]) == 1
