"""How do the code and the template get to where CloudFormation finds them?"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path

from botocore.exceptions import ClientError

from tools.deploy.account import Account


def upload(account: Account, stack: str, file: Path) -> str:
    """Put the file into the bucket for deployments; returns its s3:// address.

    The name is the content's hash: the same content has the same address and is sent once.
    """
    bucket = name_bucket(account)
    content = file.read_bytes()
    key = f"{stack}/{hashlib.sha256(content).hexdigest()}{file.suffix}"
    s3 = account.client("s3")
    if not _exists(s3.head_bucket, Bucket=bucket):
        _make_bucket(account, bucket)
    # Nothing is ever deleted here: CloudFormation may have to go back to what was deployed before.
    owner = {"ExpectedBucketOwner": account.number}
    if not _exists(s3.head_object, Bucket=bucket, Key=key, **owner):
        s3.put_object(Bucket=bucket, Key=key, Body=content, **owner)
    return f"s3://{bucket}/{key}"


def web_address(account: Account, s3_address: str) -> str:
    """The https:// address of the same, which CloudFormation wants for a template."""
    bucket, _, key = s3_address.removeprefix("s3://").partition("/")
    suffix = "amazonaws.com.cn" if account.partition == "aws-cn" else "amazonaws.com"
    return f"https://{bucket}.s3.{account.region}.{suffix}/{key}"


def name_bucket(account: Account) -> str:
    """The bucket for deployments; names of buckets are unique in the world."""
    return f"offhook-deployments-{account.number}-{account.region}"


def _exists(look: Callable[..., object], **place: str) -> bool:
    try:
        look(**place)
    except ClientError as error:
        if error.response["Error"]["Code"] in ("404", "NoSuchBucket", "NoSuchKey"):
            return False
        raise
    return True


def _make_bucket(account: Account, bucket: str) -> None:
    s3 = account.client("s3")
    place = {"LocationConstraint": account.region}
    # The oldest region has no name of its own here.
    made = {} if account.region == "us-east-1" else {"CreateBucketConfiguration": place}
    s3.create_bucket(Bucket=bucket, **made)
    s3.put_public_access_block(
        Bucket=bucket,
        PublicAccessBlockConfiguration={
            "BlockPublicAcls": True,
            "BlockPublicPolicy": True,
            "IgnorePublicAcls": True,
            "RestrictPublicBuckets": True,
        },
    )
