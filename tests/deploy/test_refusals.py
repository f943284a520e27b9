"""Does a deployment that cannot work stop before it creates anything?"""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.deploy.installation import Account, open_account, run_tool
from tools.deploy.account import Account as OurAccount
from tools.deploy.permission import needed


@pytest.fixture(scope="module")
def untouched(account: Account) -> Iterator[Account]:
    """An account that holds as little after the tests as before."""
    yield account
    assert account.client("cloudformation").list_stacks()["StackSummaries"] == []
    assert account.client("s3").list_buckets()["Buckets"] == []
    assert account.client("dynamodb").list_tables()["TableNames"] == []


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (
            ["deploy", "live"],
            'offhook: .chalice/config.json has no stage "live"; what can be deployed is dev, prod.',
        ),
        (["deploy", "local"], "offhook: stage local runs on this machine (make run); "),
        (["destroy", "dev"], "offhook: account 123456789012 has no stage dev in eu-west-1."),
    ],
)
def test_stage_that_is_not_there_is_told(
    untouched: Account, project: Path, words: list[str], says: str
) -> None:
    run = run_tool(project, untouched.environment, *words)

    assert run.returncode == 1
    assert run.stderr.startswith(says)


def test_unknown_region_is_told(untouched: Account, project: Path) -> None:
    environment = {**untouched.environment, "AWS_DEFAULT_REGION": "eu-wets-1"}

    run = run_tool(project, environment, "deploy", "dev")

    assert run.returncode == 1
    assert run.stderr == 'offhook: AWS has no region "eu-wets-1"; did you mean eu-west-1?\n'


def test_missing_region_is_told(untouched: Account, project: Path) -> None:
    environment = {**untouched.environment, "AWS_DEFAULT_REGION": "", "HOME": "/nonexistent"}

    run = run_tool(project, environment, "deploy", "dev")

    assert run.returncode == 1
    assert run.stderr == "offhook: no AWS region is known: set AWS_DEFAULT_REGION.\n"


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ({"Region": "us-east-1"}, "keeps this stage in us-east-1, but the environment says eu-we"),
        ({"Account": "999999999999"}, "keeps this stage in account 999999999999, but the creden"),
        ({"PhoneRate": "much"}, 'stage dev:\n  PhoneRate: "much" is not a whole number'),
    ],
)
def test_other_place_than_the_options_say_is_told(
    untouched: Account, project: Path, tmp_path: Path, options: dict[str, str], says: str
) -> None:
    copy = shutil.copytree(project, tmp_path / "project", symlinks=True)
    (copy / ".chalice" / "options.json").write_text(json.dumps({"dev": options}))

    run = run_tool(copy, untouched.environment, "deploy", "dev")

    assert run.returncode == 1
    assert says in run.stderr


def test_broken_config_yml_is_told(untouched: Account, project: Path, tmp_path: Path) -> None:
    copy = shutil.copytree(project, tmp_path / "project", symlinks=True)
    config = copy / "config.yml"
    config.write_text(config.read_text().replace("00:04:f2:ab:cd:ab", "00:04:f2"))

    run = run_tool(copy, untouched.environment, "deploy", "dev")

    assert run.returncode == 2
    assert 'provisioning.devices[0].mac: "00:04:f2" is not a MAC address' in run.stderr


def test_missing_permission_is_told(project: Path) -> None:
    with open_account("lambda:CreateFunction", "kms:CreateKey") as account:
        run = run_tool(project, account.environment, "deploy", "dev")
        buckets = account.client("s3").list_buckets()["Buckets"]

    assert run.returncode == 1
    assert "may not deploy; nothing was created. It lacks" in run.stderr
    assert "  kms:CreateKey on *" in run.stderr.splitlines()
    assert (
        "  lambda:CreateFunction on "
        "arn:aws:lambda:eu-west-1:123456789012:function:offhook-dev-APIHandler-x"
    ) in run.stderr.splitlines()
    assert buckets == []


def test_table_that_no_stack_made_is_told(project: Path) -> None:
    with open_account() as account:
        account.client("dynamodb").create_table(
            TableName="offhook-dev",
            AttributeDefinitions=[{"AttributeName": "pk", "AttributeType": "S"}],
            KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}],
            BillingMode="PAY_PER_REQUEST",
        )

        run = run_tool(project, account.environment, "deploy", "dev")

    assert run.returncode == 1
    assert "there is a table offhook-dev that stack offhook-dev did not make" in run.stderr


def test_account_that_does_not_answer_is_told(project: Path) -> None:
    environment = Account(url="http://127.0.0.1:9").environment

    run = run_tool(project, environment, "deploy", "dev")

    assert run.returncode == 1
    assert run.stderr.startswith("offhook: no way into AWS: Could not connect")


def test_options_ask_for_more_permissions() -> None:
    account = OurAccount(
        number="123456789012", region="eu-west-1", partition="aws", caller="arn:aws:iam::x"
    )

    plain = needed(account, stack="offhook-prod", parameters={"WafLimit": "0"})
    more = needed(account, stack="offhook-prod", parameters={"WafLimit": "100"})

    firewall = "arn:aws:wafv2:eu-west-1:123456789012:regional/webacl/offhook-prod/x"
    assert set(more) - set(plain) == {firewall}
