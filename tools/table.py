"""How does `make table` make the table of a stage?

In an AWS account by the stage's stack, key, backups and all; in a DynamoDB that
AWS_ENDPOINT_URL_DYNAMODB names, the table alone.
"""

from __future__ import annotations

import os
import sys
import time

from chalicelib.domain.errors import OffhookError
from chalicelib.storage.dynamodb import DynamoTable
from tools.deploy.__main__ import main as deploy_main


def main() -> None:
    """Make the table of the stage that the command line names."""
    [stage] = sys.argv[1:]
    make(stage)


def make(stage: str) -> None:
    """Make the table of a stage, and say so."""
    endpoint = os.environ.get("AWS_ENDPOINT_URL_DYNAMODB")
    if not endpoint:
        sys.argv[1:] = ["table", stage]
        deploy_main()
        return
    name = os.environ.get("OFFHOOK_TABLE") or f"offhook-{stage}"
    region = os.environ.get("AWS_REGION") or os.environ.get("AWS_DEFAULT_REGION")
    try:
        DynamoTable(name, endpoint_url=endpoint, region=region, now=time.time).create()
    except OffhookError as error:
        raise SystemExit(f"offhook: {error}") from None
    print(f"offhook: table {name} stands at {endpoint}", file=sys.stderr)


if __name__ == "__main__":
    main()
