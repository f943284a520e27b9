"""How does `make recount` make the counts of a stage right again, and what did differ?

It may run while phones fetch; `chalicelib/storage/recount.py` says how.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

from chalicelib import settings
from chalicelib.domain.errors import OffhookError
from chalicelib.storage.recount import RecountableTable, Recounted, recount
from chalicelib.wiring import open_table
from tools.backup import Bar

Progress = Callable[[int, int | None], None]


def main() -> None:
    bar = Bar("devices")
    try:
        done = count_anew(os.environ, bar)
    except OffhookError as error:
        raise SystemExit(f"offhook: {error}\nWhat is done stays done: begin again.") from None
    finally:
        bar.close()
    print(f"offhook: {done.says}", file=sys.stderr)


def count_anew(environ: Mapping[str, str], progress: Progress) -> Recounted:
    """Count the devices of the stage that the environment names, and what its sites have."""
    table = open_table(settings.load(environ))
    assert isinstance(table, RecountableTable)  # noqa: S101 - both of our tables are
    return recount(table, today=datetime.now(UTC).date(), progress=progress)


def tell_counts(done: Recounted) -> dict[str, Any]:
    """What `offhook recount --json` says of it."""
    differences = [
        {
            "site": each.group.site,
            "vendor": each.group.vendor,
            "model": each.group.model,
            "counted": each.counted.devices,
            "found": each.found.devices,
        }
        for each in done.differences
    ]
    sites = [
        {"site": each.site, "counted": dict(each.counted), "found": dict(each.found)}
        for each in done.sites
    ]
    return {"devices": done.devices, "put_right": differences, "sites": sites}


if __name__ == "__main__":
    main()
