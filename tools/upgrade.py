"""How does `make upgrade` bring the records up to date that an older Offhook wrote to DynamoDB?

It reads the table once and writes what lacks something, a record at a time, while phones fetch.
What is right is left alone: whoever is interrupted begins again. A SQLite file needs it not.
"""

from __future__ import annotations

import sys
from datetime import UTC, datetime

from chalicelib import settings, wiring
from chalicelib.domain.errors import OffhookError
from chalicelib.storage.dynamodb import DynamoTable
from chalicelib.storage.upgrade import upgrade

_EVERY = 1000


def main() -> None:
    """Bring the table of the stage up to date."""
    changed = 0
    try:
        table = wiring.open_table(settings.load())
        if isinstance(table, DynamoTable):
            for changed in upgrade(table, datetime.now(UTC).date()):
                if changed % _EVERY == 0:
                    _tell(f"{changed} records brought up to date")
        else:
            table.count("listing", "DEVICE", at_most=1)  # a file is when it is opened
    except OffhookError as error:
        raise SystemExit(f"offhook: {error}\nWhat is done stays done: begin again.") from None
    _tell(f"{changed} records brought up to date; all of the table is")


def _tell(text: str) -> None:
    print(f"offhook: {text}", file=sys.stderr)


if __name__ == "__main__":
    main()
