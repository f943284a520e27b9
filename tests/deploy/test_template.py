"""Is what CloudFormation gets sound, for each stage and each combination of options?"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

from chalicelib.delivering.courier import RUN_SECONDS
from chalicelib.delivering.post import SECONDS
from chalicelib.storage.dynamodb_item import table_schema
from tests.deploy.expansion import expand
from tests.deploy.installation import PROJECT, REGION, copy_for_deployment
from tools.deploy.build import build, write_template
from tools.deploy.option import read_options
from tools.deploy.template import finish, keep_data_only, read_resources

STAGES = ("dev", "prod")
CERTIFICATE = "arn:aws:acm:eu-west-1:123456789012:certificate/0a1b2c3d"
DOMAIN = {"DomainName": "phones.example.com", "CertificateArn": CERTIFICATE}
TRUST = {"TruststoreUri": "s3://example/truststore.pem", "TruststoreVersion": "1"}
COMBINATIONS: Mapping[str, Mapping[str, str | int]] = {
    "none": {},
    "alarms": {"AlarmEmail": "pbx@example.com", "LogRetentionDays": 365},
    "firewall": {"WafLimit": 3000},
    "domain": DOMAIN,
    "old-phones": {**DOMAIN, "TlsPolicy": "TLS_1_0", "BasePath": "phones"},
    "certificates": {**DOMAIN, **TRUST, "HostedZoneId": "Z0123456789"},
    "all": {
        **DOMAIN,
        **TRUST,
        "AlarmEmail": "pbx@example.com",
        "BasePath": "phones",
        "HostedZoneId": "Z0123456789",
        "WafLimit": 3000,
    },
}


@pytest.fixture(scope="module")
def template_by_stage(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, Any]]:
    """What `make deploy` hands over."""
    project = copy_for_deployment(tmp_path_factory.mktemp("templates") / "project")
    built = {
        stage: build(project, tmp_path_factory.mktemp(stage), stage=stage, region=REGION)
        for stage in STAGES
    }
    code_uri = "s3://offhook-deployments-123456789012-eu-west-1/offhook.zip"
    return {stage: finish(dict(part.template), code_uri=code_uri) for stage, part in built.items()}


@pytest.fixture(scope="module")
def resources(template_by_stage: dict[str, dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """What stage prod gets beside its function."""
    found: dict[str, dict[str, Any]] = template_by_stage["prod"]["Resources"]
    return found


def test_linter_finds_nothing(template_by_stage: dict[str, dict[str, Any]], tmp_path: Path) -> None:
    """Merged, of the data alone, and expanded as CloudFormation would, with each set of options."""
    files = [
        write_template(template, tmp_path / f"merged-{stage}.json")
        for stage, template in template_by_stage.items()
    ]
    files += [
        write_template(keep_data_only(template_by_stage["prod"]), tmp_path / "data-prod.json")
    ]
    files += [
        write_template(
            expand(template, _parameters(stage, options, tmp_path)),
            tmp_path / f"expanded-{stage}-{name}.json",
        )
        for stage, template in template_by_stage.items()
        for name, options in COMBINATIONS.items()
    ]

    linter = str(Path(sys.executable).with_name("cfn-lint"))
    command = [linter, "--regions", REGION, "--", *map(str, files)]
    run = subprocess.run(command, capture_output=True, text=True)

    assert run.returncode == 0, run.stdout + run.stderr
    assert run.stdout == ""


@pytest.mark.parametrize("stage", STAGES)
def test_stage_has_its_own_names(stage: str, template_by_stage: dict[str, dict[str, Any]]) -> None:
    function = template_by_stage[stage]["Resources"]["APIHandler"]["Properties"]

    assert function["Environment"] == {
        "Variables": {"OFFHOOK_STAGE": stage, "OFFHOOK_ASSETS": {"Ref": "AssetBucket"}}
    }
    assert function["Architectures"] in (["arm64"], ["x86_64"])
    assert function["Runtime"] == f"python3.{sys.version_info.minor}"


def test_resources_are_these(resources: dict[str, dict[str, Any]]) -> None:
    assert {name: resource["Type"] for name, resource in resources.items()} == {
        "APIHandler": "AWS::Serverless::Function",
        "APIHandlerInvokePermission": "AWS::Lambda::Permission",
        "AlarmTopic": "AWS::SNS::Topic",
        "ApiHandlerRole": "AWS::IAM::Role",
        "AssetBucket": "AWS::S3::Bucket",
        "AssetBucketPolicy": "AWS::S3::BucketPolicy",
        "CrashAlarm": "AWS::CloudWatch::Alarm",
        "Dashboard": "AWS::CloudWatch::Dashboard",
        "DataKey": "AWS::KMS::Key",
        "DataKeyAlias": "AWS::KMS::Alias",
        "Deliver": "AWS::Serverless::Function",
        "DeliverAlarm": "AWS::CloudWatch::Alarm",
        "DeliverLogs": "AWS::Logs::LogGroup",
        "DeliverRole": "AWS::IAM::Role",
        "Domain": "AWS::ApiGateway::DomainName",
        "DomainMapping": "AWS::ApiGateway::BasePathMapping",
        "DomainRecord": "AWS::Route53::RecordSet",
        "Firewall": "AWS::WAFv2::WebACL",
        "FirewallAssociation": "AWS::WAFv2::WebACLAssociation",
        "FunctionLogs": "AWS::Logs::LogGroup",
        "LatencyAlarm": "AWS::CloudWatch::Alarm",
        "RefusalAlarm": "AWS::CloudWatch::Alarm",
        "RestAPI": "AWS::Serverless::Api",
        "Table": "AWS::DynamoDB::Table",
        "TableReadAlarm": "AWS::CloudWatch::Alarm",
        "TableWriteAlarm": "AWS::CloudWatch::Alarm",
        "ThrottleAlarm": "AWS::CloudWatch::Alarm",
    }


@pytest.mark.parametrize("stage", STAGES)
def test_webhooks_are_told_each_minute_by_a_function_of_its_own(
    stage: str, template_by_stage: dict[str, dict[str, Any]]
) -> None:
    resources = template_by_stage[stage]["Resources"]
    function = resources["Deliver"]["Properties"]
    [policy] = resources["DeliverRole"]["Properties"]["Policies"]

    assert function["Handler"] == "chalicelib.routes.outbox.deliver"
    assert function["Events"] == {
        "DeliverEvent": {"Type": "Schedule", "Properties": {"Schedule": "rate(1 minute)"}}
    }
    assert function["Role"] == {"Fn::GetAtt": ["DeliverRole", "Arn"]}
    assert function["CodeUri"] == resources["APIHandler"]["Properties"]["CodeUri"]
    assert function["Environment"] == resources["APIHandler"]["Properties"]["Environment"]
    written = (PROJECT / ".chalice" / f"policy-deliver-{stage}.json").read_text("utf-8")
    assert policy["PolicyDocument"] == json.loads(written)


@pytest.mark.parametrize("stage", STAGES)
def test_run_of_the_courier_ends_before_its_function_does(
    stage: str, template_by_stage: dict[str, dict[str, Any]]
) -> None:
    """The last event of a run may be told to every webhook there is, and each may hang."""
    timeout = template_by_stage[stage]["Resources"]["Deliver"]["Properties"]["Timeout"]

    assert timeout >= RUN_SECONDS + 4 * SECONDS


def test_what_costs_money_is_off_by_default(resources: dict[str, dict[str, Any]]) -> None:
    assert {name: res["Condition"] for name, res in resources.items() if "Condition" in res} == {
        "AlarmTopic": "HasAlarmEmail",
        "Domain": "HasDomain",
        "DomainMapping": "HasDomain",
        "DomainRecord": "HasRecord",
        "Firewall": "HasFirewall",
        "FirewallAssociation": "HasFirewall",
    }


def test_data_stays_when_the_stack_goes(resources: dict[str, dict[str, Any]]) -> None:
    kept = {name for name, res in resources.items() if res.get("DeletionPolicy") == "Retain"}

    assert kept == {"AssetBucket", "AssetBucketPolicy", "DataKey", "DataKeyAlias", "Table"}
    assert all(resources[name]["UpdateReplacePolicy"] == "Retain" for name in kept)


def test_table_is_guarded_and_as_the_storage_wants(resources: dict[str, dict[str, Any]]) -> None:
    table = resources["Table"]["Properties"]

    schema = table_schema("offhook-prod")
    names = ("AttributeDefinitions", "BillingMode", "GlobalSecondaryIndexes", "KeySchema")
    assert {name: table[name] for name in names} == {name: schema[name] for name in names}
    assert table["DeletionProtectionEnabled"] is True
    assert table["PointInTimeRecoverySpecification"] == {"PointInTimeRecoveryEnabled": True}
    assert table["TimeToLiveSpecification"] == {"AttributeName": "ttl", "Enabled": True}
    assert table["SSESpecification"] == {
        "SSEEnabled": True,
        "SSEType": "KMS",
        "KMSMasterKeyId": {"Fn::GetAtt": ["DataKey", "Arn"]},
    }


def test_bucket_is_private_and_versioned(resources: dict[str, dict[str, Any]]) -> None:
    bucket = resources["AssetBucket"]["Properties"]

    assert set(bucket["PublicAccessBlockConfiguration"].values()) == {True}
    assert len(bucket["PublicAccessBlockConfiguration"]) == 4
    assert bucket["VersioningConfiguration"] == {"Status": "Enabled"}


def test_domain_switches_the_execute_api_address_off(
    template_by_stage: dict[str, dict[str, Any]], tmp_path: Path
) -> None:
    parameters = _parameters("prod", DOMAIN, tmp_path)

    api = expand(template_by_stage["prod"], parameters)["Resources"]["RestAPI"]["Properties"]

    assert api["Body"]["x-amazon-apigateway-endpoint-configuration"] == {
        "disableExecuteApiEndpoint": {"Fn::If": ["HasDomain", True, False]}
    }
    assert api["EndpointConfiguration"] == {"Types": ["REGIONAL"]}


def test_api_has_one_stage(template_by_stage: dict[str, dict[str, Any]], tmp_path: Path) -> None:
    """SAM would add one named "Stage" that no throttle holds back."""
    expanded = expand(template_by_stage["prod"], _parameters("prod", {}, tmp_path))["Resources"]

    assert [
        resource["Properties"]["StageName"]
        for resource in expanded.values()
        if resource["Type"] in ("AWS::ApiGateway::Stage", "AWS::ApiGateway::Deployment")
        and "StageName" in resource["Properties"]
    ] == ["api"]


def test_basic_challenge_of_the_gateway_reaches_the_phone(
    resources: dict[str, dict[str, Any]],
) -> None:
    answer = resources["RestAPI"]["Properties"]["GatewayResponses"]["UNAUTHORIZED"]

    assert answer["StatusCode"] == 401
    challenge = answer["ResponseParameters"]["Headers"]["WWW-Authenticate"]
    assert challenge == '\'Basic realm="Offhook", charset="UTF-8"\''


def test_every_admin_route_has_the_narrow_throttle(resources: dict[str, dict[str, Any]]) -> None:
    api = resources["RestAPI"]["Properties"]

    narrow = {
        (setting["ResourcePath"].replace("~1", "/").removeprefix("/"), setting["HttpMethod"])
        for setting in api["MethodSettings"]
        if setting["ThrottlingRateLimit"] == {"Ref": "AdminRate"}
    }

    assert narrow == {
        (path, method.upper())
        for path, methods in api["DefinitionBody"]["paths"].items()
        for method in methods
        if path.startswith("/api/")
    }


def test_dashboard_is_json(resources: dict[str, dict[str, Any]]) -> None:
    body = json.loads(resources["Dashboard"]["Properties"]["DashboardBody"]["Fn::Sub"])

    assert [widget["type"] for widget in body["widgets"]] == ["metric"] * 4 + ["log"]


def test_data_alone_keeps_the_outputs_that_speak_of_it() -> None:
    template = keep_data_only(read_resources(PROJECT))

    assert set(template["Outputs"]) == {"AssetBucketName", "DataKeyArn", "TableName"}
    assert "Transform" not in template


def test_every_option_is_documented() -> None:
    documented = (PROJECT / "docs" / "deployment.md").read_text("utf-8")

    resources = yaml.safe_load((PROJECT / ".chalice" / "resources.yaml").read_text("utf-8"))

    options = {*resources["Parameters"], "Account", "Region"} - {"Stage"}
    assert {name for name in options if f"| `{name}` |" not in documented} == set()


def _parameters(stage: str, options: Mapping[str, str | int], folder: Path) -> Mapping[str, str]:
    """What CloudFormation is given for these options, after our own checks of them."""
    (folder / ".chalice").mkdir(exist_ok=True)
    (folder / ".chalice" / "options.json").write_text(json.dumps({stage: dict(options)}))
    specifications = read_resources(PROJECT)["Parameters"]
    return read_options(folder, stage, specifications).parameters
