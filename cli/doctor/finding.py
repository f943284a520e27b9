"""What was found, what does it mean for a phone, and how is it mended?"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Literal

Level = Literal["ok", "warn", "fail"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Finding:
    """One thing that was looked at."""

    check: str
    level: Level
    says: str
    mend: str = ""

    def describe(self) -> dict[str, Any]:
        """The same for JSON."""
        return {"check": self.check, "level": self.level, "says": self.says, "mend": self.mend}


def ok(check: str, says: str) -> Finding:
    return Finding(check=check, level="ok", says=says)


def warn(check: str, says: str, mend: str) -> Finding:
    return Finding(check=check, level="warn", says=says, mend=mend)


def fail(check: str, says: str, mend: str) -> Finding:
    return Finding(check=check, level="fail", says=says, mend=mend)


def is_good(findings: Iterable[Finding]) -> bool:
    """Whether nothing failed."""
    return all(finding.level != "fail" for finding in findings)
