"""What does Offhook log, however other tests have left its logger?"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager


class _Messages(logging.Handler):
    def __init__(self) -> None:
        super().__init__()
        self.texts: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.texts.append(record.getMessage())


@contextmanager
def logged() -> Iterator[list[str]]:
    """The messages that are logged inside."""
    logger, messages = logging.getLogger("offhook"), _Messages()
    level = logger.level
    logger.setLevel(logging.INFO)
    logger.addHandler(messages)
    try:
        yield messages.texts
    finally:
        logger.removeHandler(messages)
        logger.setLevel(level)
