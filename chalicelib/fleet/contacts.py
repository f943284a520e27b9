"""How are shared contacts made, changed, listed and removed?"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any, Protocol

from chalicelib.domain.contact import Contact
from chalicelib.domain.errors import InputError
from chalicelib.domain.extension import DEFAULT_SITE
from chalicelib.domain.record import Listed, Stored
from chalicelib.domain.site import Site, no_site, other_site
from chalicelib.fleet.records import Expected, Scope, Trail, insist, is_hidden, missing


class ContactRecords(Protocol):
    """Where contacts are kept. See `storage/contacts.py` for the errors."""

    def contact(self, id_: str) -> Stored[Contact] | None: ...
    def list_contacts(
        self, *, limit: int, after: str | None, site: str | None = ...
    ) -> Listed[Stored[Contact]]: ...
    def save_contact(self, contact: Contact, *, was: Stored[Contact] | None) -> Stored[Contact]: ...
    def remove_contact(self, was: Stored[Contact]) -> None: ...
    def site(self, name: str) -> Stored[Site] | None: ...


class Contacts:
    """The shared contacts of one installation."""

    def __init__(
        self, *, records: ContactRecords, clock: Callable[[], datetime], trail: Trail
    ) -> None:
        self._records = records
        self._clock = clock
        self._trail = trail

    def show(self, id_: str, *, scope: Scope = None) -> Stored[Contact]:
        """One contact. Raises NotFoundError."""
        found = self._records.contact(id_)
        if found is None or is_hidden(found.value.site, scope):
            raise missing("contact", id_)
        return found

    def list(
        self, *, limit: int, after: str | None, scope: Scope = None
    ) -> Listed[Stored[Contact]]:
        """Contacts by name. Raises InputError for a bad `after`."""
        return self._records.list_contacts(limit=limit, after=after, site=scope)

    def create(self, wanted: Mapping[str, Any], *, scope: Scope = None) -> Stored[Contact]:
        """A new contact, as `domain/contact.py` reads it. Raises InputError."""
        site = wanted["site"] or scope or DEFAULT_SITE
        if is_hidden(site, scope) or (site != DEFAULT_SITE and self._records.site(site) is None):
            raise InputError(no_site(site))
        now = self._clock()
        contact = Contact(
            id=secrets.token_hex(6),
            name=wanted["name"],
            numbers=wanted["numbers"],
            site=site,
            created_at=now,
            updated_at=now,
        )
        return self._save(contact, None)

    def replace(
        self,
        id_: str,
        wanted: Mapping[str, Any],
        *,
        expected: Expected = None,
        scope: Scope = None,
    ) -> Stored[Contact]:
        """Set the contact's name and numbers; its site stays.

        Raises NotFoundError, InputError for another site, ChangedError and PreconditionError.
        """
        was = self.show(id_, scope=scope)
        insist(was, expected)
        named = wanted["site"] or was.value.site
        if named != was.value.site:
            raise InputError(other_site(named, was.value.site))
        contact = replace(
            was.value, name=wanted["name"], numbers=wanted["numbers"], updated_at=self._clock()
        )
        return self._save(contact, was)

    def remove(self, id_: str, *, expected: Expected = None, scope: Scope = None) -> None:
        """Forget the contact. Raises NotFoundError, ChangedError and PreconditionError."""
        was = self.show(id_, scope=scope)
        insist(was, expected)
        with self._trail.change("contact", id_, _tell(was.value), None):
            self._records.remove_contact(was)

    def _save(self, contact: Contact, was: Stored[Contact] | None) -> Stored[Contact]:
        old = _tell(was.value) if was else None
        with self._trail.change("contact", contact.id, old, _tell(contact)):
            return self._records.save_contact(contact, was=was)


def _tell(contact: Contact) -> dict[str, Any]:
    return {"name": contact.name, "numbers": list(contact.numbers), "site": contact.site}
