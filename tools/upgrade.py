"""How does `make upgrade` bring the records up to date that an older Offhook wrote to DynamoDB?

It reads the table once and writes what lacks something, a record at a time, while phones fetch.
What is right is left alone: whoever is interrupted begins again. Then all is counted, as
`make recount` does. A SQLite file needs it not.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from datetime import UTC, date, datetime

from chalicelib import settings, wiring
from chalicelib.domain.errors import OffhookError
from chalicelib.storage.dynamodb import DynamoTable
from chalicelib.storage.recount import RecountableTable, recount
from chalicelib.storage.upgrade import upgrade

_EVERY = 1000


def main() -> None:
    """Bring the table of the stage up to date."""
    try:
        table = wiring.open_table(settings.load())
        if isinstance(table, DynamoTable):
            renew(table, today=datetime.now(UTC).date(), tell=_tell)
        else:
            table.count("listing", "DEVICE", at_most=1)  # a file is when it is opened
            _tell("all of the table is up to date")
    except OffhookError as error:
        raise SystemExit(f"offhook: {error}\nWhat is done stays done: begin again.") from None


def renew(table: RecountableTable, *, today: date, tell: Callable[[str], None]) -> None:
    """Bring the records up to date, and count what could not be counted when they were written."""
    changed = 0
    for changed in upgrade(table, today):
        if changed % _EVERY == 0:
            tell(f"{changed} records brought up to date")
    tell(f"{changed} records brought up to date; all of the table is")
    tell(recount(table, today=today).says)


def _tell(text: str) -> None:
    print(f"offhook: {text}", file=sys.stderr)


if __name__ == "__main__":
    main()
