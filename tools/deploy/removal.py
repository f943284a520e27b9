"""How does a stage leave an account, and what stays?"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tools.deploy.account import Account
from tools.deploy.stack import Stack

Ask = Callable[[str], str]

_KEY_DAYS = 30


def refuse_unless_confirmed(stage: str, *, with_data: bool, ask: Ask) -> None:
    """Stop unless the operator types what is asked for."""
    print(
        f"The API and the function of stage {stage} go: its phones get no configuration any more."
    )
    if ask(f'Type the name of the stage to go on ("{stage}"): ').strip() != stage:
        raise SystemExit("offhook: nothing was removed.")
    if not with_data:
        return
    print(
        "DATA=delete: the table with all devices, extensions and secrets goes too, and so do its\n"
        "point-in-time backups, the key and the firmware. Nobody can bring them back. The secrets\n"
        "in backups that you made yourself cannot be opened without the key."
    )
    if ask(f'Type "delete {stage}" to go on: ').strip() != f"delete {stage}":
        raise SystemExit("offhook: nothing was removed.")


def delete_with_data(stack: Stack) -> None:
    """Remove the stack and what it would retain."""
    account = stack.account
    resources = stack.resources
    stack.delete()
    if table := resources.get("Table"):
        _delete_table(account, table)
    if bucket := resources.get("AssetBucket"):
        _delete_bucket(account, bucket)
    kms = account.client("kms")
    if alias := resources.get("DataKeyAlias"):
        kms.delete_alias(AliasName=alias)
    if key := resources.get("DataKey"):
        kms.schedule_key_deletion(KeyId=key, PendingWindowInDays=_KEY_DAYS)


def _delete_table(account: Account, table: str) -> None:
    dynamodb = account.client("dynamodb")
    dynamodb.update_table(TableName=table, DeletionProtectionEnabled=False)
    dynamodb.get_waiter("table_exists").wait(TableName=table)
    dynamodb.delete_table(TableName=table)


def _delete_bucket(account: Account, bucket: str) -> None:
    s3 = account.client("s3")
    for page in s3.get_paginator("list_object_versions").paginate(Bucket=bucket):
        versions: list[dict[str, Any]] = [
            {"Key": version["Key"], "VersionId": version["VersionId"]}
            for version in (*page.get("Versions", ()), *page.get("DeleteMarkers", ()))
        ]
        if versions:
            s3.delete_objects(Bucket=bucket, Delete={"Objects": versions})
    s3.delete_bucket(Bucket=bucket)
