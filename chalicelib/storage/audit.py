"""Who changed what, as it is kept?"""

from __future__ import annotations

from chalicelib.domain.audit import AuditEntry
from chalicelib.domain.errors import Flaw, InputError
from chalicelib.domain.record import Listed
from chalicelib.storage import place
from chalicelib.storage.entry import to_entry
from chalicelib.storage.keeping import Keeping


class AuditRecords(Keeping):
    """The trail of changes, a partition a day."""

    def write_trail(self) -> None:
        """Write the pending lines alone, where nothing but them is to be written."""
        self._settle(tuple)

    def list_entries(self, day: str, *, limit: int, after: str | None) -> Listed[AuditEntry]:
        """The entries of a day (YYYY-MM-DD, UTC). Raises InputError for a bad `after`."""
        try:
            page = self._table.query(place.LISTING, f"AUDIT#{day}", limit=limit, after=after)
        except ValueError as error:
            says = "is not one that the Link header of this list gave"
            raise InputError(Flaw(where="cursor", says=says)) from error
        return Listed([to_entry(item) for item in page.items], page.after)
