"""How are contacts kept?"""

from __future__ import annotations

from chalicelib.domain.contact import Contact
from chalicelib.domain.record import Listed, Stored
from chalicelib.storage import item as items
from chalicelib.storage import place
from chalicelib.storage.keeping import as_it_was, stored
from chalicelib.storage.roll import RollRecords, from_to
from chalicelib.storage.table import Delete, Item, Key, Put

_KIND = "contact"


class ContactRecords(RollRecords):
    """The shared contacts of one installation."""

    def contact(self, id_: str) -> Stored[Contact] | None:
        """The contact, if there is one."""
        return stored(self._get(_key(id_)), to_contact)

    def list_contacts(
        self, *, limit: int, after: str | None, site: str | None = None
    ) -> Listed[Stored[Contact]]:
        """Contacts by name, of one site or of all. Raises InputError for a bad `after`."""
        return self._list(place.CONTACTS, to_contact, limit=limit, after=after, site=site)

    def save_contact(self, contact: Contact, *, was: Stored[Contact] | None) -> Stored[Contact]:
        """Store the contact in place of what the caller saw before.

        A new one is counted in its site. Raises ChangedError, and InputError without the site.
        """
        body = {
            "id": contact.id,
            "name": contact.name,
            "numbers": list(contact.numbers),
            "site": contact.site,
            "created_at": items.from_time(contact.created_at),
            "updated_at": items.from_time(contact.updated_at),
        }
        item = items.new_item(_key(contact.id), body, contact_entries(contact))
        roll = self._roll()
        moves = from_to(was.value.site if was else None, contact.site)
        self._settle(
            lambda: [
                Put(item=item, when=as_it_was(was)),
                *roll.writes(_KIND, moves, contact.updated_at),
            ]
        )
        return Stored(contact, item.revision)

    def remove_contact(self, was: Stored[Contact]) -> None:
        """Forget the contact. Raises ChangedError."""
        roll = self._roll()
        moves = from_to(was.value.site, None)
        self._settle(
            lambda: [
                Delete(key=_key(was.value.id), when=as_it_was(was)),
                *roll.writes(_KIND, moves, was.value.updated_at),
            ]
        )


def _key(id_: str) -> Key:
    return Key(f"CONTACT#{id_}", "CONTACT")


def contact_entries(contact: Contact) -> place.Entries:
    """Where the contact stands in the indexes."""
    sort = f"{contact.name.casefold()}#{contact.id}"
    return place.entries(site=contact.site, listing=(place.CONTACTS, sort))


def to_contact(item: Item) -> Contact:
    body = item.body
    return Contact(
        id=body["id"],
        name=body["name"],
        numbers=tuple(body["numbers"]),
        site=body["site"],
        created_at=items.to_time(body["created_at"]),
        updated_at=items.to_time(body["updated_at"]),
    )
