"""Does the function's policy allow what the function does, and nothing more?

The whole API and the phones' route are used over moto while every call that botocore makes is
recorded; a call's actions and resources are those of IAM's service reference.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import boto3
import pytest

from app import app
from chalicelib import wiring
from chalicelib.routes.outbox import deliver
from tests.deploy.installation import PROJECT
from tests.everything import Watched, use_everything
from tests.lambda_runtime.event import SCHEDULED
from tests.routes.installation import MAC
from tests.stores import REGION, fake_aws, new_table_name

Grant = tuple[str, str]
"""An action, and the kind of resource that it acts on."""

# The runtime writes the log, not our code, so no call of it is seen.
LOGS = {"logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutLogEvents"}

_BUCKET = "offhook-test-of-policy"
_ACTION_BY_PART = {
    "Put": "dynamodb:PutItem",
    "Update": "dynamodb:UpdateItem",
    "Delete": "dynamodb:DeleteItem",
    "ConditionCheck": "dynamodb:ConditionCheckItem",
    "Get": "dynamodb:GetItem",
}


@pytest.fixture(scope="module")
def recorded(tmp_path_factory: pytest.TempPathFactory) -> set[Grant]:
    """What the function did in the flow."""
    with _installation(tmp_path_factory.mktemp("policy")) as (installation, grants):
        use_everything(installation)
        used = {route for route in installation.used if route[1].startswith("/api/")}
        assert used == _routes_of_the_api() - {("PUT", "/api/assets/{ticket}")}  # S3 takes it here
        return set(grants)


@pytest.mark.parametrize("stage", ["dev", "prod"])
def test_policy_allows_what_the_function_does_and_nothing_more(
    stage: str, recorded: set[Grant]
) -> None:
    allowed = {grant for grant in _grants(_policy(stage)) if grant[0] not in LOGS}

    assert recorded <= allowed, "the function lacks these"
    assert allowed <= recorded, "nobody needs these"


@pytest.fixture(scope="module")
def recorded_of_courier(tmp_path_factory: pytest.TempPathFactory) -> set[Grant]:
    """What the function that tells webhooks did, as a process of its own."""
    with _installation(tmp_path_factory.mktemp("courier")) as (installation, grants):
        installation.configure("server: {sip_host: pbx.example.com}\n")
        # A made-up name of the test's own machine: it is refused, which is a failure like any.
        webhook = {"url": "https://localhost:9/", "events": ["adoption_needed"]}
        assert installation.send("POST", "/api/webhooks", webhook).status_code == 201
        assert installation.get(f"/provision/{MAC}.cfg").status_code == 404
        installation.restart()
        grants.clear()
        deliver(SCHEDULED, None)
        return set(grants)


@pytest.mark.parametrize("stage", ["dev", "prod"])
def test_courier_may_do_what_it_does_and_nothing_more(
    stage: str, recorded_of_courier: set[Grant]
) -> None:
    policy = _policy(f"deliver-{stage}")
    allowed = {grant for grant in _grants(policy) if grant[0] not in LOGS}
    resources = {text for statement in policy["Statement"] for text in _texts(statement)}

    assert recorded_of_courier == allowed
    assert resources == {
        f"arn:*:dynamodb:*:*:table/offhook-{stage}",
        f"arn:*:dynamodb:*:*:table/offhook-{stage}/index/listing",
        "arn:*:kms:*:*:key/*",
        f"arn:*:logs:*:*:log-group:/aws/lambda/offhook-{stage}-*:*",
    }
    [key] = [part for part in policy["Statement"] if "Condition" in part]
    assert key["Condition"] == {
        "StringEquals": {"kms:EncryptionContext:offhook": f"offhook-{stage}"},
        "ForAnyValue:StringEquals": {"kms:ResourceAliases": f"alias/offhook-{stage}"},
    }


@pytest.mark.parametrize("stage", ["dev", "prod"])
def test_policy_ends_at_the_stage(stage: str) -> None:
    resources = {
        resource for statement in _policy(stage)["Statement"] for resource in _texts(statement)
    }

    assert resources == {
        f"arn:*:dynamodb:*:*:table/offhook-{stage}",
        f"arn:*:dynamodb:*:*:table/offhook-{stage}/index/listing",
        f"arn:*:dynamodb:*:*:table/offhook-{stage}/index/finding",
        f"arn:*:dynamodb:*:*:table/offhook-{stage}/index/site_listing",
        f"arn:*:dynamodb:*:*:table/offhook-{stage}/index/site_finding",
        "arn:*:kms:*:*:key/*",
        f"arn:*:s3:::offhook-{stage}-assetbucket-*/firmware/*",
        f"arn:*:logs:*:*:log-group:/aws/lambda/offhook-{stage}:*",
        f"arn:*:logs:*:*:log-group:/aws/lambda/offhook-{stage}-*:*",
    }


@pytest.mark.parametrize("stage", ["dev", "prod"])
def test_only_the_key_of_the_stage_can_be_used_and_only_for_its_table(stage: str) -> None:
    assert _conditions(stage)["WrapAndUnwrapTheKeyRing"] == {
        "StringEquals": {"kms:EncryptionContext:offhook": f"offhook-{stage}"},
        "ForAnyValue:StringEquals": {"kms:ResourceAliases": f"alias/offhook-{stage}"},
    }


@pytest.mark.parametrize("stage", ["dev", "prod"])
def test_only_a_bucket_of_the_own_account_can_be_used(stage: str) -> None:
    assert _conditions(stage)["KeepFirmware"] == {
        "StringEquals": {"aws:ResourceAccount": "${aws:PrincipalAccount}"}
    }


def test_stages_differ_in_their_name_only() -> None:
    dev, prod = (
        (PROJECT / ".chalice" / f"policy-{stage}.json").read_text() for stage in ("dev", "prod")
    )

    assert dev.replace("offhook-dev", "offhook-prod") == prod


def _routes_of_the_api() -> set[tuple[str, str]]:
    return {
        (method, path)
        for path, methods in app.routes.items()
        for method in methods
        if path.startswith("/api/")
    }


@contextmanager
def _installation(folder: Path) -> Iterator[tuple[Watched, set[Grant]]]:
    with fake_aws(), pytest.MonkeyPatch.context() as patch:
        key = boto3.client("kms").create_key()["KeyMetadata"]["KeyId"]
        for name, value in {
            "OFFHOOK_STAGE": "dev",
            "OFFHOOK_KMS_KEY": key,
            "OFFHOOK_TABLE": new_table_name(),
            "OFFHOOK_STATE_DIR": str(folder / "state"),
            "OFFHOOK_ASSETS": _BUCKET,
            "AWS_REGION": REGION,
            "OFFHOOK_CONFIG": str(folder / "config.yml"),
        }.items():
            patch.setenv(name, value)
        grants: set[Grant] = set()

        def record(event_name: str, params: Mapping[str, Any], **_: object) -> None:
            service, operation = event_name.split(".")[1:]
            grants.update(_needed(service, operation, params))

        session: Any = boto3.DEFAULT_SESSION
        boto3.client("s3").create_bucket(
            Bucket=_BUCKET, CreateBucketConfiguration={"LocationConstraint": REGION}
        )

        def record_signed(event_name: str, **_: object) -> None:
            # Whoever uses a signed address does it with the rights of who signed it.
            grants.add(_needed_of_s3(event_name.rpartition(".")[2]))

        session.events.register("before-call", record)
        session.events.register("provide-client-params.s3", record_signed)
        installation = Watched(folder=folder, store="dynamodb")
        yield installation, grants
        wiring.offhook.cache_clear()


def _needed_of_s3(operation: str) -> Grant:
    return f"s3:{operation.replace('HeadObject', 'GetObject')}", "object"


def _needed(service: str, operation: str, params: Mapping[str, Any]) -> Iterator[Grant]:
    """The grants that a call needs."""
    if service == "s3":
        yield _needed_of_s3(operation)
        return
    if service != "dynamodb":
        yield f"{service}:{operation}", "key" if service == "kms" else "?"
        return
    arguments = json.loads(params["body"])
    if operation in ("TransactWriteItems", "TransactGetItems"):
        # A transaction needs the grants of its parts.
        for part in arguments["TransactItems"]:
            yield from ((_ACTION_BY_PART[kind], "table") for kind in part)
    else:
        yield f"dynamodb:{operation}", "index" if "IndexName" in arguments else "table"


def _grants(policy: Mapping[str, Any]) -> Iterator[Grant]:
    for statement in policy["Statement"]:
        assert statement["Effect"] == "Allow"
        actions = statement["Action"]
        for action in [actions] if isinstance(actions, str) else actions:
            assert "*" not in action
            for resource in _texts(statement):
                yield action, _kind_of(resource)


def _kind_of(resource: str) -> str:
    if ":s3:::" in resource:
        return "object"
    return "index" if "/index/" in resource else resource.split(":")[5].split("/")[0]


def _conditions(stage: str) -> dict[str, Any]:
    return {part["Sid"]: part.get("Condition") for part in _policy(stage)["Statement"]}


def _texts(statement: Mapping[str, Any]) -> list[str]:
    resource = statement["Resource"]
    return [resource] if isinstance(resource, str) else list(resource)


def _policy(stage: str) -> dict[str, Any]:
    policy: dict[str, Any] = json.loads(
        (PROJECT / ".chalice" / f"policy-{stage}.json").read_text("utf-8")
    )
    return policy
