"""Why did DynamoDB refuse a write, and what follows from it?"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from chalicelib.storage.table import Delete, Put

CONDITION_FAILED = "ConditionalCheckFailedException"
CANCELED = "TransactionCanceledException"
CONFLICT = "TransactionConflictException"

_PASSING_REASONS = {
    "None",
    "ProvisionedThroughputExceeded",
    "ThrottlingError",
    "TransactionConflict",
}


def error_code(answer: Mapping[str, Any]) -> str | None:
    """The code of an answer that is an error; None for a success."""
    code: str | None = answer.get("Error", {}).get("Code")
    return code


def soon_passes(answer: Mapping[str, Any]) -> bool:
    """Is the write refused for a reason that soon passes?"""
    if error_code(answer) == CANCELED:
        return set(cancellation_reasons(answer)) <= _PASSING_REASONS
    return error_code(answer) == CONFLICT


def cancellation_reasons(answer: Mapping[str, Any]) -> list[str]:
    """Why a transaction was canceled: a code for each of its writes, "None" for an innocent one."""
    return [reason["Code"] for reason in answer["CancellationReasons"]]


def was_done(write: Put | Delete, refused: Mapping[str, Any]) -> bool:
    """Did an earlier try of the same write succeed, whose answer was lost?

    boto3 tries again by itself; the second try then meets what the first one left.
    """
    if not refused["ResponseMetadata"]["RetryAttempts"]:
        return False
    left = refused.get("Item")
    if isinstance(write, Put):
        return left is not None and left["revision"]["S"] == write.item.revision
    return left is None
