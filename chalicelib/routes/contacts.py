"""`/api/contacts`: the shared contacts of phonebooks."""

from __future__ import annotations

from typing import Any
from urllib.parse import unquote

from chalice import Blueprint, Response

from chalicelib import wiring
from chalicelib.domain.access.role import Permission
from chalicelib.domain.contact import CONTACT, Contact
from chalicelib.domain.record import Stored
from chalicelib.routes.address import read_origin
from chalicelib.routes.guard import scope, serves
from chalicelib.routes.problem import ok
from chalicelib.routes.reading import PAGE, read_body, read_expected, read_page
from chalicelib.routes.writing import next_page, time_text

contacts = Blueprint(__name__)

_ALL = "/api/contacts"
_ONE = "/api/contacts/{id}"


@serves(contacts, _ALL, "GET", Permission.READ_EXTENSIONS, parameters=PAGE)
def list_contacts() -> Response:
    request = contacts.current_request
    limit, after = read_page(request)
    offhook = wiring.ready()
    page = offhook.contacts.list(limit=limit, after=after, scope=scope(request))
    origin = read_origin(request, offhook.settings)
    body = [_describe(stored.value) for stored in page.values]
    return ok(body, headers=next_page(request, origin, page.after, limit))


@serves(contacts, _ALL, "POST", Permission.CHANGE_EXTENSIONS, body=CONTACT)
def create_contact() -> Response:
    wanted = read_body(contacts.current_request, CONTACT)
    scoped = scope(contacts.current_request)
    return _answer(wiring.ready().contacts.create(wanted, scope=scoped), created=True)


@serves(contacts, _ONE, "GET", Permission.READ_EXTENSIONS)
def show_contact(id: str) -> Response:  # noqa: A002 - the name in the path
    scoped = scope(contacts.current_request)
    stored = wiring.ready().contacts.show(unquote(id), scope=scoped)
    return ok(_describe(stored.value), headers=_etag(stored))


@serves(contacts, _ONE, "PUT", Permission.CHANGE_EXTENSIONS, body=CONTACT)
def replace_contact(id: str) -> Response:  # noqa: A002 - the name in the path
    request = contacts.current_request
    wanted = read_body(request, CONTACT)
    stored = wiring.ready().contacts.replace(
        unquote(id), wanted, expected=read_expected(request), scope=scope(request)
    )
    return _answer(stored)


@serves(contacts, _ONE, "DELETE", Permission.DELETE_EXTENSIONS)
def delete_contact(id: str) -> Response:  # noqa: A002 - the name in the path
    request = contacts.current_request
    wiring.ready().contacts.remove(
        unquote(id), expected=read_expected(request), scope=scope(request)
    )
    return ok({"success": True, "message": "Contact deleted"})


def _answer(stored: Stored[Contact], *, created: bool = False) -> Response:
    body = {"success": True, "contact": _describe(stored.value)}
    return ok(body, created=created, headers=_etag(stored))


def _describe(contact: Contact) -> dict[str, Any]:
    return {
        "id": contact.id,
        "name": contact.name,
        "numbers": list(contact.numbers),
        "site": contact.site,
        "created_at": time_text(contact.created_at),
        "updated_at": time_text(contact.updated_at),
    }


def _etag(stored: Stored[Contact]) -> dict[str, str]:
    return {"ETag": f'"{stored.revision}"'}
