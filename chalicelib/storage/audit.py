"""How is kept who changed what?"""

from __future__ import annotations

import secrets
from datetime import timedelta

from chalicelib.domain.audit import AuditEntry
from chalicelib.domain.errors import Flaw, InputError
from chalicelib.domain.record import Listed
from chalicelib.storage import item as items
from chalicelib.storage.keeping import Keeping
from chalicelib.storage.table import Item, Key, Put

KEPT = timedelta(days=400)


class AuditRecords(Keeping):
    """The trail of changes, a partition a day."""

    def save_entry(self, entry: AuditEntry) -> None:
        """Keep the entry for KEPT."""
        at = items.from_time(entry.at)
        place = f"{at}#{secrets.token_hex(4)}"
        partition = f"AUDIT#{at[:10]}"
        body = {
            "at": at,
            "who": entry.who,
            "address": entry.address,
            "action": entry.action,
            "kind": entry.kind,
            "name": entry.name,
            "old": entry.old,
            "new": entry.new,
        }
        expires_at = int((entry.at + KEPT).timestamp())
        item = items.new_item(
            Key(partition, place),
            body,
            {items.LISTING: (partition, place)},
            expires_at=expires_at,
        )
        self._table.write(Put(item=item))

    def list_entries(self, day: str, *, limit: int, after: str | None) -> Listed[AuditEntry]:
        """The entries of a day (YYYY-MM-DD, UTC). Raises InputError for a bad `after`."""
        try:
            page = self._table.query(items.LISTING, f"AUDIT#{day}", limit=limit, after=after)
        except ValueError as error:
            says = "is not one that the Link header of this list gave"
            raise InputError(Flaw(where="cursor", says=says)) from error
        return Listed([_to_entry(item) for item in page.items], page.after)


def _to_entry(item: Item) -> AuditEntry:
    return AuditEntry(**{**item.body, "at": items.to_time(item.body["at"])})
