"""May the caller do all that a deployment does?

IAM can say so beforehand, which is better than a stack that stops half-way.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from botocore.exceptions import ClientError

from tools.deploy.account import Account
from tools.deploy.upload import name_bucket

_ASSUMED = re.compile(r"arn:([a-z-]+):sts::([0-9]+):assumed-role/([^/]+)/.+")

_ACTIONS_BY_RESOURCE: Mapping[str, Sequence[str]] = {
    "arn:{partition}:cloudformation:{region}:{account}:stack/{stack}/*": (
        "cloudformation:CreateChangeSet",
        "cloudformation:DescribeChangeSet",
        "cloudformation:DescribeStackEvents",
        "cloudformation:DescribeStacks",
        "cloudformation:ExecuteChangeSet",
        "cloudformation:GetTemplate",
    ),
    "arn:{partition}:cloudformation:{region}:aws:transform/Serverless-2016-10-31": (
        "cloudformation:CreateChangeSet",
    ),
    "arn:{partition}:s3:::{bucket}": ("s3:CreateBucket", "s3:ListBucket"),
    "arn:{partition}:s3:::{bucket}/{stack}/x": ("s3:GetObject", "s3:PutObject"),
    "arn:{partition}:s3:::{stack}-assetbucket-x": (
        "s3:CreateBucket",
        "s3:PutBucketPolicy",
        "s3:PutBucketPublicAccessBlock",
        "s3:PutBucketVersioning",
        "s3:PutEncryptionConfiguration",
        "s3:PutLifecycleConfiguration",
    ),
    "arn:{partition}:dynamodb:{region}:{account}:table/{stack}": (
        "dynamodb:CreateTable",
        "dynamodb:DescribeTable",
        "dynamodb:UpdateContinuousBackups",
        "dynamodb:UpdateTable",
        "dynamodb:UpdateTimeToLive",
    ),
    "*": ("kms:CreateKey",),
    "arn:{partition}:kms:{region}:{account}:alias/{stack}": ("kms:CreateAlias",),
    "arn:{partition}:iam::{account}:role/{stack}-ApiHandlerRole-x": (
        "iam:CreateRole",
        "iam:GetRole",
        "iam:PassRole",
        "iam:PutRolePolicy",
    ),
    "arn:{partition}:lambda:{region}:{account}:function:{stack}-APIHandler-x": (
        "lambda:AddPermission",
        "lambda:CreateFunction",
        "lambda:GetFunction",
        "lambda:UpdateFunctionCode",
        "lambda:UpdateFunctionConfiguration",
    ),
    "arn:{partition}:iam::{account}:role/{stack}-DeliverRole-x": (
        "iam:CreateRole",
        "iam:GetRole",
        "iam:PassRole",
        "iam:PutRolePolicy",
    ),
    "arn:{partition}:lambda:{region}:{account}:function:{stack}-Deliver-x": (
        "lambda:AddPermission",
        "lambda:CreateFunction",
        "lambda:GetFunction",
        "lambda:UpdateFunctionCode",
        "lambda:UpdateFunctionConfiguration",
    ),
    "arn:{partition}:events:{region}:{account}:rule/{stack}-x": (
        "events:DescribeRule",
        "events:PutRule",
        "events:PutTargets",
    ),
    "arn:{partition}:apigateway:{region}::/restapis": ("apigateway:POST",),
    "arn:{partition}:apigateway:{region}::/restapis/*": (
        "apigateway:GET",
        "apigateway:PATCH",
        "apigateway:POST",
        "apigateway:PUT",
    ),
    "arn:{partition}:logs:{region}:{account}:log-group:/aws/lambda/{stack}-APIHandler-x": (
        "logs:CreateLogGroup",
        "logs:PutRetentionPolicy",
    ),
    "arn:{partition}:logs:{region}:{account}:log-group:/aws/lambda/{stack}-Deliver-x": (
        "logs:CreateLogGroup",
        "logs:PutRetentionPolicy",
    ),
    "arn:{partition}:cloudwatch:{region}:{account}:alarm:{stack}-crashes": (
        "cloudwatch:PutMetricAlarm",
    ),
    "arn:{partition}:cloudwatch::{account}:dashboard/{stack}": ("cloudwatch:PutDashboard",),
}

_ACTIONS_BY_OPTION: Mapping[str, tuple[str, Sequence[str]]] = {
    "AlarmEmail": (
        "arn:{partition}:sns:{region}:{account}:{stack}-AlarmTopic-x",
        ("sns:CreateTopic", "sns:Subscribe"),
    ),
    "DomainName": (
        "arn:{partition}:apigateway:{region}::/domainnames",
        ("apigateway:POST",),
    ),
    "HostedZoneId": (
        "arn:{partition}:route53:::hostedzone/{zone}",
        ("route53:ChangeResourceRecordSets",),
    ),
    "WafLimit": (
        "arn:{partition}:wafv2:{region}:{account}:regional/webacl/{stack}/x",
        ("wafv2:AssociateWebACL", "wafv2:CreateWebACL"),
    ),
}


def refuse_without_permission(
    account: Account, *, stack: str, parameters: Mapping[str, str]
) -> str | None:
    """Stop with what the caller may not do; returns a warning where IAM could not be asked."""
    if account.caller.endswith(":root"):
        return "these are the credentials of the account's root user; make a user for deployments"
    try:
        denied = list_denied(account, needed(account, stack=stack, parameters=parameters))
    except ClientError as error:
        code = error.response["Error"]["Code"]
        return f"IAM could not say whether you may deploy ({code}), so a step may yet be refused"
    if denied:
        raise SystemExit(
            f"offhook: {account.caller} may not deploy; nothing was created. It lacks\n"
            + "\n".join(f"  {line}" for line in denied)
            + "\ndocs/deployment.md has a policy that suffices."
        )
    return None


def needed(
    account: Account, *, stack: str, parameters: Mapping[str, str]
) -> dict[str, Sequence[str]]:
    """The actions of a deployment with these options, by the resource that they act on."""
    chosen = {
        resource: actions
        for option, (resource, actions) in _ACTIONS_BY_OPTION.items()
        if parameters.get(option, "") not in ("", "0")
    }
    places = {
        "partition": account.partition,
        "region": account.region,
        "account": account.number,
        "stack": stack,
        "bucket": name_bucket(account),
        "zone": parameters.get("HostedZoneId", ""),
    }
    return {
        resource.format(**places): actions
        for resource, actions in {**_ACTIONS_BY_RESOURCE, **chosen}.items()
    }


def list_denied(account: Account, actions_by_resource: Mapping[str, Sequence[str]]) -> list[str]:
    """The actions that IAM would deny, each with its resource. Raises ClientError."""
    iam = account.client("iam")
    source = _policy_source(account)
    denied = []
    for resource, actions in actions_by_resource.items():
        answer = iam.simulate_principal_policy(
            PolicySourceArn=source, ActionNames=list(actions), ResourceArns=[resource]
        )
        denied += [
            f"{result['EvalActionName']} on {resource}"
            for result in answer["EvaluationResults"]
            if result["EvalDecision"] != "allowed"
        ]
    return denied


def _policy_source(account: Account) -> str:
    """IAM knows the role, not the session that assumed it."""
    assumed = _ASSUMED.fullmatch(account.caller)
    if assumed is None:
        return account.caller
    found = account.client("iam").get_role(RoleName=assumed[3])
    role: str = found["Role"]["Arn"]
    return role
