"""How is somebody asked before phones go back to an older firmware?

By a ConflictError, until the same is sent again with the answer.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from chalicelib.domain.errors import ConflictError
from chalicelib.domain.firmware.version import is_newer

ASK = "say allow_downgrade to take it back"
"""A field of the body for some changes, a parameter for others."""


def refuse_older(version: str, newer: Mapping[str, int], *, ask: str = ASK) -> None:
    """Raise ConflictError where so many devices report these newer versions."""
    if newer:
        found = ", ".join(f"{each} ({devices})" for each, devices in newer.items())
        raise ConflictError(f"devices have a newer version than {version}: {found}; {ask}")


def refuse_lower(old: str | None, new: str | None, fields: Iterable[int]) -> None:
    """Raise ConflictError where the version that was named was a newer one.

    `fields` are the numbers that tell the age, see `rank_version`: it is enough for one of them.
    """
    if old and new and any(is_newer(old, new, first=first) for first in fields):
        raise ConflictError(f"the firmware was {old}, which is newer than {new}; {ASK}")
