"""How are sites kept?"""

from __future__ import annotations

from chalicelib.domain.record import Listed, Stored
from chalicelib.domain.site import Site
from chalicelib.storage import item as items
from chalicelib.storage import place
from chalicelib.storage.keeping import Keeping, as_it_was, stored
from chalicelib.storage.table import Delete, Put

_MOST_COUNTED = 500


class SiteRecords(Keeping):
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

    def site_use(self, name: str) -> dict[str, int]:
        """How many records of each kind belong to the site, counted no further than a bound."""
        kinds = {
            "device": place.DEVICES,
            "extension": place.EXTENSIONS,
            "contact": place.CONTACTS,
            "API token": place.TOKENS,
        }
        return {
            said: self._table.count(*place.narrow(place.LISTING, kind, name), at_most=_MOST_COUNTED)
            for said, kind in kinds.items()
        }

    def remove_site(self, was: Stored[Site]) -> None:
        """Remove the site. Raises ChangedError."""
        key = items.site_key(was.value.name)
        self._settle(lambda: [Delete(key=key, when=as_it_was(was))])
