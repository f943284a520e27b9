"""How are sites kept?"""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime

from chalicelib.domain.errors import InUseError, StoreDownError
from chalicelib.domain.record import Listed, Stored
from chalicelib.domain.site import Site
from chalicelib.storage import item as items
from chalicelib.storage import place
from chalicelib.storage.keeping import as_it_was, stored
from chalicelib.storage.sightings import SightingRecords
from chalicelib.storage.table import Delete, Put, Write
from chalicelib.storage.webhooks import WebhookRecords

_MOST_COUNTED = 500


class SiteRecords(SightingRecords, WebhookRecords):
    """The sites of one installation."""

    def site(self, name: str) -> Stored[Site] | None:
        """The site, if there is one."""
        return stored(self._get(items.site_key(name)), items.to_site)

    def list_sites(self, *, limit: int, after: str | None) -> Listed[Stored[Site]]:
        """Sites by name. Raises InputError for a bad `after`."""
        return self._list(place.SITES, items.to_site, limit=limit, after=after)

    def save_site(self, site: Site, *, was: Stored[Site] | None) -> Stored[Site]:
        """Store the site in place of what the caller saw before. Raises ChangedError."""
        item = items.site_item(site)
        self._settle(lambda: [Put(item=item, when=as_it_was(was))])
        return Stored(site, item.revision)

    def remove_site(self, was: Stored[Site], *, now: datetime) -> None:
        """Remove the site. Raises ChangedError, and InUseError while anything belongs to it.

        So it does when something comes to the site meanwhile: see `roll.py`. Which devices are not
        to be noted there is forgotten, too.
        """
        name = was.value.name

        def attempt() -> list[Write]:
            count = self._read_roll(name)
            recent, found = count.recent(now), self._find_use(name)
            users = {kind: max(found.get(kind, 0), recent.get(kind, 0)) for kind in found | recent}
            if any(users.values()):
                raise InUseError(
                    f"site {name}", [_told(*each) for each in users.items() if each[1]]
                )
            return [Delete(key=items.site_key(name), when=as_it_was(was)), *count.removal()]

        self._settle(attempt)
        with suppress(StoreDownError):  # the site is gone, come what may
            for mac, site in self.ignored():
                if site == name:
                    self.heed(mac, [name])

    def _find_use(self, name: str) -> dict[str, int]:
        """How many records of each kind are found by the site, counted no further than a bound."""
        found = {
            kind: self._table.count(*place.narrow(place.LISTING, of, name), at_most=_MOST_COUNTED)
            for kind, of in _KINDS.items()
        }
        found["webhook"] = sum(webhook.site == name for webhook in self.webhooks())
        return found


_KINDS = {
    "device": place.DEVICES,
    "extension": place.EXTENSIONS,
    "contact": place.CONTACTS,
    "API token": place.TOKENS,
    "layout": place.LAYOUTS,
}


def _told(kind: str, count: int) -> str:
    return f"{count} {kind}{'' if count == 1 else 's'}"
