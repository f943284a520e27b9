"""How does a run of the command end: by which sentence, and by which exit code?"""

from __future__ import annotations

from collections.abc import Sequence
from enum import IntEnum


class Exit(IntEnum):
    """The exit codes; docs/cli.md has the same table."""

    OK = 0
    FAILED = 1
    """The server refused it, or what was looked at is not well."""
    USAGE = 2
    """The command line or a file of the user's cannot be understood; nothing was sent."""
    UNREACHABLE = 3
    """No answer: no such host, refused, timed out, a certificate that is not good."""
    UNAUTHORIZED = 4
    """No token, or one that may not do this."""
    NOT_FOUND = 5
    """There is no such record."""
    INTERRUPTED = 130


class CliError(Exception):
    """A run ends by this: a sentence for people, further lines, and the exit code."""

    code = Exit.FAILED

    def __init__(self, says: str, *more: str) -> None:
        super().__init__(says)
        self.says = says
        self.more: Sequence[str] = more


class UsageError(CliError):
    """What the user typed, or a file of theirs, cannot be understood."""

    code = Exit.USAGE


class UnreachableError(CliError):
    """The server gave no answer."""

    code = Exit.UNREACHABLE


class RefusedError(CliError):
    """The server said no."""

    def __init__(self, says: str, *more: str, status: int, body: object = None) -> None:
        super().__init__(says, *more)
        self.status = status
        self.body = body
        self.code = _CODE_BY_STATUS.get(status, Exit.FAILED)


_CODE_BY_STATUS = {
    401: Exit.UNAUTHORIZED,
    403: Exit.UNAUTHORIZED,
    404: Exit.NOT_FOUND,
}
