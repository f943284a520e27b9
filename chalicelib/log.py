"""Where do log lines go, and what do they look like: one JSON object a line.

`event` says what happened; whatever else a line tells is passed as `extra={"account": {...}}`.
"""

from __future__ import annotations

import json
import logging
import sys
from datetime import UTC, datetime
from pathlib import Path

_LARGEST_FILE = 10 * 1024 * 1024  # bytes
_OLD_FILES = 3


class JsonLines(logging.Formatter):
    """Writes a record as one line of JSON."""

    def format(self, record: logging.LogRecord) -> str:
        line = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "event": record.getMessage(),
            **getattr(record, "account", {}),
        }
        if record.exc_info:
            line["traceback"] = self.formatException(record.exc_info)
        return json.dumps(line)


def begin(file: Path | None) -> None:
    """Let the lines of Offhook go to standard output, and to a file where one is wanted.

    Raises OSError when the file cannot be opened.
    """
    handlers: list[logging.Handler] = [logging.StreamHandler(sys.stdout)]
    if file is not None:
        from logging.handlers import RotatingFileHandler  # a Lambda has no file

        file.parent.mkdir(parents=True, exist_ok=True)
        handlers.append(
            RotatingFileHandler(file, maxBytes=_LARGEST_FILE, backupCount=_OLD_FILES, delay=True)
        )
    logger = logging.getLogger("offhook")
    logger.setLevel(logging.INFO)
    # Lambda's and Chalice's own handlers would print every line a second time.
    logger.propagate = False
    replaced, logger.handlers = logger.handlers, handlers
    for handler in replaced:
        handler.close()
    for handler in handlers:
        handler.setFormatter(JsonLines())
