"""Does `make deploy` bring up a whole stage, and `make destroy` take it down again?"""

from __future__ import annotations

import base64
import hashlib
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any
from urllib.parse import urljoin, urlsplit

import pytest
import requests

from chalicelib.storage.dynamodb_item import table_schema
from tests.deploy.installation import OPERATOR, PROJECT, Account, run_tool
from tests.lambda_runtime.aws_packages import find_aws_packages
from tests.lambda_runtime.deployment import deploy
from tests.lambda_runtime.packaging import Package

STACK = "offhook-dev"
ZIP_33G = {"User-Agent": "Zultys ZIP 33G - 47.80.132.4"}


@pytest.fixture(scope="module")
def first(account: Account, project: Path) -> subprocess.CompletedProcess[str]:
    """What the first deployment printed."""
    return run_tool(project, account.environment, "deploy", "dev")


@pytest.fixture
def resources(account: Account, first: subprocess.CompletedProcess[str]) -> dict[str, str]:
    """The names of what the stack has made."""
    assert first.returncode == 0, first.stdout + first.stderr
    listed = account.client("cloudformation").list_stack_resources(StackName=STACK)
    return {
        resource["LogicalResourceId"]: resource["PhysicalResourceId"]
        for resource in listed["StackResourceSummaries"]
    }


def test_deployment_prints_the_address_for_phones_and_the_dhcp_line(
    first: subprocess.CompletedProcess[str], resources: dict[str, str]
) -> None:
    url = f"https://{resources['RestAPI']}.execute-api.eu-west-1.amazonaws.com/api"

    lines = first.stdout.splitlines()

    assert lines[0] == f"Phones fetch from    {url}/provision/"
    assert f'  dnsmasq            dhcp-option=66,"{url}/provision/"' in lines
    assert f"API                  {url}/api/" in lines
    assert lines[-1].startswith("First administrator  ")


def test_second_deployment_changes_nothing(
    account: Account, project: Path, first: subprocess.CompletedProcess[str]
) -> None:
    before = account.client("cloudformation").describe_stack_events(StackName=STACK)

    run = run_tool(project, account.environment, "deploy", "dev")

    assert run.returncode == 0, run.stderr
    assert "offhook: nothing has changed" in run.stderr.splitlines()
    assert run.stdout == first.stdout
    after = account.client("cloudformation").describe_stack_events(StackName=STACK)
    assert after["StackEvents"] == before["StackEvents"]


def test_table_is_what_the_storage_wants(account: Account, resources: dict[str, str]) -> None:
    dynamodb = account.client("dynamodb")

    table = dynamodb.describe_table(TableName=resources["Table"])["Table"]

    schema = table_schema(STACK)
    assert table["TableName"] == schema["TableName"]
    assert table["KeySchema"] == schema["KeySchema"]
    assert _by_name(table["AttributeDefinitions"]) == _by_name(schema["AttributeDefinitions"])
    assert [
        {name: index[name] for name in ("IndexName", "KeySchema", "Projection")}
        for index in table["GlobalSecondaryIndexes"]
    ] == schema["GlobalSecondaryIndexes"]
    assert table["BillingModeSummary"]["BillingMode"] == schema["BillingMode"]
    ttl = dynamodb.describe_time_to_live(TableName=STACK)["TimeToLiveDescription"]
    assert ttl == {"TimeToLiveStatus": "ENABLED", "AttributeName": "ttl"}


def test_table_is_guarded(account: Account, resources: dict[str, str]) -> None:
    dynamodb, kms = account.client("dynamodb"), account.client("kms")

    table = dynamodb.describe_table(TableName=resources["Table"])["Table"]
    backups = dynamodb.describe_continuous_backups(TableName=STACK)
    key = kms.describe_key(KeyId="alias/offhook-dev")["KeyMetadata"]

    assert table["DeletionProtectionEnabled"]
    assert kms.get_key_rotation_status(KeyId=key["KeyId"])["KeyRotationEnabled"]
    recovery = backups["ContinuousBackupsDescription"]["PointInTimeRecoveryDescription"]
    assert recovery["PointInTimeRecoveryStatus"] == "ENABLED"


def test_role_holds_the_policy_of_the_stage_and_nothing_else(
    account: Account, project: Path, resources: dict[str, str]
) -> None:
    iam, role = account.client("iam"), resources["ApiHandlerRole"]

    [name] = iam.list_role_policies(RoleName=role)["PolicyNames"]
    policy = iam.get_role_policy(RoleName=role, PolicyName=name)["PolicyDocument"]

    assert policy == json.loads((project / ".chalice" / "policy-dev.json").read_text())
    assert iam.list_attached_role_policies(RoleName=role)["AttachedPolicies"] == []
    trust = iam.get_role(RoleName=role)["Role"]["AssumeRolePolicyDocument"]
    assert [statement["Principal"] for statement in trust["Statement"]] == [
        {"Service": "lambda.amazonaws.com"}
    ]


def test_function_is_the_one_that_was_packed(
    account: Account, resources: dict[str, str], deployed_zip: Path
) -> None:
    function = account.client("lambda").get_function_configuration(
        FunctionName=resources["APIHandler"]
    )

    digest = hashlib.sha256(deployed_zip.read_bytes()).digest()
    assert function["CodeSha256"] == base64.b64encode(digest).decode()
    assert function["Handler"] == "app.app"
    assert function["MemorySize"] == 1024
    assert function["Environment"]["Variables"] == {
        "OFFHOOK_STAGE": "dev",
        "OFFHOOK_ASSETS": resources["AssetBucket"],
    }


def test_only_the_gateway_may_call_the_function(
    account: Account, resources: dict[str, str]
) -> None:
    policy = account.client("lambda").get_policy(FunctionName=resources["APIHandler"])["Policy"]

    [statement] = json.loads(policy)["Statement"]
    assert statement["Principal"] == {"Service": "apigateway.amazonaws.com"}
    assert statement["Action"] == "lambda:InvokeFunction"
    source = f"arn:aws:execute-api:eu-west-1:123456789012:{resources['RestAPI']}/*"
    assert statement["Condition"]["ArnLike"]["AWS:SourceArn"] == source


def test_each_route_is_throttled(account: Account, resources: dict[str, str]) -> None:
    stage = account.client("apigateway").get_stage(restApiId=resources["RestAPI"], stageName="api")

    settings = {
        route: (setting["throttlingRateLimit"], setting["throttlingBurstLimit"])
        for route, setting in stage["methodSettings"].items()
    }
    assert settings.pop("*/*") == (2000.0, 1000)
    assert settings["~1api~1provisioning~1devices~1{mac}/PUT"] == (50.0, 100)
    assert set(settings.values()) == {(50.0, 100)}
    assert {route.split("~1")[1] for route in settings} == {"api"}


def test_gateway_tells_phones_to_come_back(account: Account, resources: dict[str, str]) -> None:
    listed = account.client("apigateway").get_gateway_responses(restApiId=resources["RestAPI"])

    answers = {
        answer["responseType"]: (
            answer["statusCode"],
            answer["responseParameters"].get("gatewayresponse.header.Retry-After"),
        )
        for answer in listed["items"]
    }
    assert answers == {
        "DEFAULT_5XX": ("503", "'60'"),
        "INTEGRATION_FAILURE": ("503", "'60'"),
        "INTEGRATION_TIMEOUT": ("503", "'60'"),
        "MISSING_AUTHENTICATION_TOKEN": ("404", None),
        "QUOTA_EXCEEDED": ("503", "'60'"),
        "THROTTLED": ("503", "'60'"),
        "UNAUTHORIZED": ("401", None),
    }


def test_logs_are_kept_for_a_while(account: Account, resources: dict[str, str]) -> None:
    listed = account.client("logs").describe_log_groups(
        logGroupNamePrefix=f"/aws/lambda/{resources['APIHandler']}"
    )

    assert [group["retentionInDays"] for group in listed["logGroups"]] == [30]


def test_deployed_zip_serves_phones_from_the_deployed_table(
    account: Account,
    resources: dict[str, str],
    deployed_zip: Path,
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    """The product document's flow, with the environment that was deployed."""
    function = account.client("lambda").get_function_configuration(
        FunctionName=resources["APIHandler"]
    )
    package = Package(zip=deployed_zip, template=_deployed_template(account, deployed_zip.parent))
    aws_packages = find_aws_packages(tmp_path_factory.mktemp("aws-packages"))
    environment = {**function["Environment"]["Variables"], "AWS_ENDPOINT_URL": account.url}
    administrator = {"Authorization": f"Bearer {_first_token(account)}"}
    phone = {
        "mac_address": "00:15:65:12:34:56",
        "extension_number": "1001",
        "vendor": "zip",
        "model": "33g",
    }

    with deploy(package, aws_packages=aws_packages, environment=environment) as running:
        devices = f"{running.url}/api/provisioning/devices"
        stranger = requests.get(devices)
        registered = requests.post(devices, json=phone, headers=administrator)
        assert registered.status_code == 201, registered.text
        access = requests.get(f"{devices}/001565123456/access", headers=administrator).json()
        folder = urljoin(running.url, urlsplit(access["own_url"]).path)
        fetched = requests.get(f"{folder}001565123456.cfg", headers=ZIP_33G)
        listed = requests.get(devices, headers=administrator)
        removed = requests.delete(f"{devices}/001565123456", headers=administrator)

    assert stranger.status_code == 401, stranger.text
    assert fetched.status_code == 200, fetched.text
    assert "account.1.password = canary-of-1001" in fetched.text.splitlines()
    assert {device["mac_address"] for device in listed.json()} == {
        "0004f2abcdab",
        "001565123456",
    }
    assert removed.status_code == 200, removed.text


def test_renamed_file_is_deployed(account: Account, project: Path) -> None:
    """Chalice alone would take its old zip, since no content changed."""
    templates = project / "custom_templates"
    old, new = templates / "zip_t57w.template", templates / "zip_t58w.template"
    old.rename(new)

    run = run_tool(project, account.environment, "deploy", "dev")

    new.rename(old)
    assert run.returncode == 0, run.stderr
    assert "offhook: deployed" in run.stderr.splitlines()


def test_table_outlives_the_stage(account: Account, project: Path) -> None:
    item = {"pk": {"S": "KEPT"}, "sk": {"S": "KEPT"}}
    account.client("dynamodb").put_item(TableName=STACK, Item=item)

    removed = run_tool(project, account.environment, "destroy", "dev", typed="dev\n")
    functions = account.client("lambda").list_functions()["Functions"]
    again = run_tool(project, account.environment, "deploy", "dev")

    assert removed.returncode == 0, removed.stderr
    assert functions == []
    assert again.returncode == 0, again.stderr
    found = account.client("dynamodb").get_item(TableName=STACK, Key=item)
    assert found["Item"] == item


def test_destroy_does_nothing_without_the_name_of_the_stage(
    account: Account, project: Path
) -> None:
    run = run_tool(project, account.environment, "destroy", "dev", typed="yes\n")

    assert run.returncode == 1
    assert "offhook: nothing was removed." in run.stderr
    assert len(account.client("lambda").list_functions()["Functions"]) == 2


def test_data_goes_when_that_is_typed_too(account: Account, project: Path) -> None:
    run = run_tool(
        project,
        account.environment,
        "destroy",
        "dev",
        "--data",
        "delete",
        typed="dev\ndelete dev\n",
    )

    assert run.returncode == 0, run.stderr
    assert account.client("dynamodb").list_tables()["TableNames"] == []
    [bucket] = account.client("s3").list_buckets()["Buckets"]
    assert bucket["Name"] == "offhook-deployments-123456789012-eu-west-1"


@pytest.fixture(scope="module")
def deployed_zip(
    account: Account,
    first: subprocess.CompletedProcess[str],
    tmp_path_factory: pytest.TempPathFactory,
) -> Path:
    """The zip that CloudFormation was told of."""
    assert first.returncode == 0, first.stdout + first.stderr
    file = tmp_path_factory.mktemp("deployed") / "deployment.zip"
    file.write_bytes(_uploaded(account, ".zip")[0])
    return file


def _deployed_template(account: Account, folder: Path) -> Path:
    file = folder / "template.json"
    [whole] = [text for text in _uploaded(account, ".json") if b"APIHandler" in text]
    file.write_bytes(whole)
    return file


def _uploaded(account: Account, suffix: str) -> list[bytes]:
    s3, bucket = account.client("s3"), "offhook-deployments-123456789012-eu-west-1"
    return [
        s3.get_object(Bucket=bucket, Key=found["Key"])["Body"].read()
        for found in s3.list_objects_v2(Bucket=bucket)["Contents"]
        if found["Key"].endswith(suffix)
    ]


def _by_name(attributes: list[dict[str, Any]]) -> dict[str, str]:
    return {attribute["AttributeName"]: attribute["AttributeType"] for attribute in attributes}


def _first_token(account: Account) -> str:
    """A token as `make token` makes the first one of a stage."""
    made = subprocess.run(
        [sys.executable, "-m", "tools.token", "--stage", "dev", "--reveal"],
        cwd=PROJECT,
        env={**os.environ, **account.environment, "OFFHOOK_CONFIG": str(OPERATOR / "config.yml")},
        capture_output=True,
        text=True,
    )
    assert made.returncode == 0, made.stderr
    return made.stdout.split()[0]
