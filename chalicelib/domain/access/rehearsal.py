"""Who fetches in a phone's place, and for the devices of which site?"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True, slots=True)
class Rehearsal:
    """A fetch by an administrator: answered as the phone's would be, and nothing is noted of it.

    `site` is the only one whose devices it may be of; None: all of them.
    """

    caller: str
    site: str | None

    def covers(self, site: str | None) -> bool:
        """Whether it may be of a device of this site; `site` is None where none is registered."""
        return self.site is None or self.site == site
