"""Does plain `chalice deploy` work too, for those who want no stack?"""

from __future__ import annotations

import base64
import hashlib
import json
import subprocess
from pathlib import Path

import pytest

from tests.deploy.installation import Account, run_chalice, run_tool


@pytest.fixture(scope="module")
def first(account: Account, project: Path) -> subprocess.CompletedProcess[str]:
    """What the first deployment printed; `make table` went before it."""
    table = run_tool(project, account.environment, "table", "dev")
    assert table.returncode == 0, table.stderr
    return run_chalice(project, account.environment, "deploy", "--stage", "dev")


def test_deployment_succeeds(first: subprocess.CompletedProcess[str]) -> None:
    assert first.returncode == 0, first.stdout + first.stderr
    assert "Creating lambda function: offhook-dev" in first.stdout


def test_table_stands_before_it(account: Account) -> None:
    table = account.client("dynamodb").describe_table(TableName="offhook-dev")["Table"]

    assert table["DeletionProtectionEnabled"]


def test_url_is_that_of_the_api(account: Account, project: Path) -> None:
    run = run_chalice(project, account.environment, "url", "--stage", "dev")

    [api] = account.client("apigateway").get_rest_apis()["items"]
    assert run.stdout.strip() == f"https://{api['id']}.execute-api.eu-west-1.amazonaws.com/api/"


def test_role_and_function_are_as_the_stage_says(account: Account, project: Path) -> None:
    iam, role = account.client("iam"), "offhook-dev-api_handler"

    [policy_name] = iam.list_role_policies(RoleName=role)["PolicyNames"]
    policy = iam.get_role_policy(RoleName=role, PolicyName=policy_name)
    function = account.client("lambda").get_function_configuration(FunctionName="offhook-dev")

    written = json.loads((project / ".chalice" / "policy-dev.json").read_text())
    assert policy["PolicyDocument"] == written
    assert function["Environment"]["Variables"] == {"OFFHOOK_STAGE": "dev"}
    [package] = (project / ".chalice" / "deployments").glob("*.zip")
    digest = hashlib.sha256(package.read_bytes()).digest()
    assert function["CodeSha256"] == base64.b64encode(digest).decode()


def test_function_that_tells_webhooks_has_a_role_of_its_own(
    account: Account, project: Path
) -> None:
    iam, role = account.client("iam"), "offhook-dev-deliver"

    [policy_name] = iam.list_role_policies(RoleName=role)["PolicyNames"]
    policy = iam.get_role_policy(RoleName=role, PolicyName=policy_name)
    function = account.client("lambda").get_function_configuration(FunctionName=role)

    written = json.loads((project / ".chalice" / "policy-deliver-dev.json").read_text())
    assert policy["PolicyDocument"] == written
    assert function["Timeout"] == 60


def test_new_route_comes_with_the_next_deployment(account: Account, project: Path) -> None:
    gateway = account.client("apigateway")
    app = project / "app.py"
    app.write_text(app.read_text() + '\n\n@app.route("/new")\ndef new():\n    return {}\n')

    run = run_chalice(project, account.environment, "deploy", "--stage", "dev")

    assert run.returncode == 0, run.stdout + run.stderr
    [api] = gateway.get_rest_apis()["items"]
    paths = {item["path"] for item in gateway.get_resources(restApiId=api["id"])["items"]}
    assert "/new" in paths
    assert "/provision/{first}" in paths


def test_delete_leaves_the_table(account: Account, project: Path) -> None:
    run = run_chalice(project, account.environment, "delete", "--stage", "dev")

    assert run.returncode == 0, run.stdout + run.stderr
    assert account.client("apigateway").get_rest_apis()["items"] == []
    assert account.client("lambda").list_functions()["Functions"] == []
    assert account.client("dynamodb").list_tables()["TableNames"] == ["offhook-dev"]
