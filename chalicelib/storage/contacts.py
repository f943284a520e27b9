"""How are contacts kept?"""

from __future__ import annotations

from chalicelib.domain.contact import Contact
from chalicelib.domain.record import Listed, Stored
from chalicelib.storage import item as items
from chalicelib.storage.keeping import Keeping, as_it_was, stored
from chalicelib.storage.table import Delete, Item, Key, Put

_CONTACTS = "CONTACT"


class ContactRecords(Keeping):
    """The shared contacts of one installation."""

    def contact(self, id_: str) -> Stored[Contact] | None:
        """The contact, if there is one."""
        return stored(self._get(_key(id_)), _to_contact)

    def list_contacts(self, *, limit: int, after: str | None) -> Listed[Stored[Contact]]:
        """Contacts by name. Raises InputError for a bad `after`."""
        return self._list(_CONTACTS, _to_contact, limit=limit, after=after)

    def save_contact(self, contact: Contact, *, was: Stored[Contact] | None) -> Stored[Contact]:
        """Store the contact in place of what the caller saw before. Raises ChangedError."""
        body = {
            "id": contact.id,
            "name": contact.name,
            "numbers": list(contact.numbers),
            "site": contact.site,
            "created_at": items.from_time(contact.created_at),
            "updated_at": items.from_time(contact.updated_at),
        }
        place = f"{contact.name.casefold()}#{contact.id}"
        item = items.new_item(_key(contact.id), body, {items.LISTING: (_CONTACTS, place)})
        self._settle(lambda: [Put(item=item, when=as_it_was(was))])
        return Stored(contact, item.revision)

    def remove_contact(self, was: Stored[Contact]) -> None:
        """Forget the contact. Raises ChangedError."""
        self._settle(lambda: [Delete(key=_key(was.value.id), when=as_it_was(was))])


def _key(id_: str) -> Key:
    return Key(f"CONTACT#{id_}", "CONTACT")


def _to_contact(item: Item) -> Contact:
    body = item.body
    return Contact(
        id=body["id"],
        name=body["name"],
        numbers=tuple(body["numbers"]),
        site=body["site"],
        created_at=items.to_time(body["created_at"]),
        updated_at=items.to_time(body["updated_at"]),
    )
