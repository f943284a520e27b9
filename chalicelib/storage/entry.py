"""How does a line of the trail lie in the table?"""

from __future__ import annotations

import secrets
from datetime import timedelta

from chalicelib.domain.audit import AuditEntry
from chalicelib.storage import item as items
from chalicelib.storage import place
from chalicelib.storage.table import Item, Key

KEPT = timedelta(days=400)


def entry_item(entry: AuditEntry) -> Item:
    """The item of one line, in the partition of its day; it leaves by itself after KEPT."""
    at = items.from_time(entry.at)
    sort = f"{at}#{secrets.token_hex(4)}"
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
    return items.new_item(
        Key(partition, sort),
        body,
        place.entries(listing=(partition, sort)),
        expires_at=int((entry.at + KEPT).timestamp()),
    )


def to_entry(item: Item) -> AuditEntry:
    return AuditEntry(**{**item.body, "at": items.to_time(item.body["at"])})
