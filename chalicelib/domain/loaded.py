"""What has config.yml brought into the table so far?"""

from __future__ import annotations

from dataclasses import dataclass

from chalicelib.domain.mac import Mac


@dataclass(frozen=True, kw_only=True, slots=True)
class Loaded:
    """The digest of the file that was loaded in full, and the devices and extensions it brought.

    The digest is empty while a load is unfinished.
    """

    digest: str = ""
    macs: frozenset[Mac] = frozenset()
    numbers: frozenset[str] = frozenset()
