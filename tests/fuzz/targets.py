"""What is thrown at each reader, and what must hold of whatever comes out?

A target takes any text, and fails by an exception that the reader does not promise.
"""

from __future__ import annotations

import hmac
from collections.abc import Callable, Mapping
from contextlib import suppress
from functools import cache
from typing import Any

from chalice.app import Request

from chalicelib.catalog import Catalog
from chalicelib.domain.access.api_token import read_bearer
from chalicelib.domain.access.basic import read_basic
from chalicelib.domain.access.distinguished_name import read_name
from chalicelib.domain.access.front import SECRET_HEADER, Front, read_front
from chalicelib.domain.access.policy import ACCESS
from chalicelib.domain.access.token import DeviceToken, Tokens
from chalicelib.domain.bulk.cell import FORMULA, guard, unguard
from chalicelib.domain.bulk.file import BulkFile, read_file
from chalicelib.domain.errors import InexpressibleError, InputError, TemplateError
from chalicelib.domain.file_name import find_placeholder, read_file_name
from chalicelib.domain.format import FORMATS
from chalicelib.domain.mac import Mac
from chalicelib.domain.profile import KEYS, LAYER, LINES
from chalicelib.domain.sealing import SealError
from chalicelib.domain.shape import Shape
from chalicelib.domain.vendor import Template
from chalicelib.rendering import Renderer
from chalicelib.routes.reading import read_json
from chalicelib.routes.request import read_known_etags
from chalicelib.storage.position import parse_position
from chalicelib.vault.cipher import parse_sealed

_KEY = b"k" * 32
_FRONT_SECRET = "s" * 32
_SHAPES: Mapping[str, Shape[Any]] = {
    "access": ACCESS,
    "keys": KEYS,
    "lines": LINES,
    "settings": LAYER,
}


def mac(text: str) -> None:
    try:
        found = Mac.parse(text)
    except ValueError:
        return
    assert len(found.digits) == 12
    assert Mac.parse(str(found)) == found


def file_name(text: str) -> None:
    find_placeholder(text)
    found = read_file_name(text)
    if found is not None:
        assert found.shape == found.shape.lower()
        assert ("{mac}" in found.shape) == (found.mac is not None)


def token(text: str) -> None:
    """Of all texts only the one that we wrote is read."""
    tokens = Tokens(lambda message: hmac.digest(_KEY, message, "sha256"))
    found = tokens.read(text)
    if found is not None:
        written = (
            tokens.write_device(found)
            if isinstance(found, DeviceToken)
            else tokens.write_site(found)
        )
        assert text.lower() == written


def headers(text: str) -> None:
    """Authorization in both schemes, and the ETags of a condition."""
    read_basic(text)
    read_basic(f"Basic {text}")
    assert read_bearer(f"Basic {text}") is None
    read_bearer(f"Bearer {text}")
    read_known_etags(_request(b"", {"if-none-match": text}))


def name(text: str) -> None:
    found = read_name(text)
    if found is not None:
        assert found.parts
        assert found.is_same(found)
        assert len("".join(found.all_values())) <= len(text)


def front(text: str) -> None:
    """Without the secret nothing counts; with it anything is read without failing."""
    said = {
        "cloudfront-viewer-address": text,
        "cloudfront-viewer-cert-present": "1",
        "cloudfront-viewer-cert-subject": text,
        "cloudfront-viewer-cert-issuer": text,
    }
    assert text == _FRONT_SECRET or read_front({**said, SECRET_HEADER: text}, _FRONT_SECRET) is None
    found = read_front({**said, SECRET_HEADER: _FRONT_SECRET}, _FRONT_SECRET)
    assert isinstance(found, Front)


def body(text: str) -> None:
    """The body of a request, as it is read and held to each shape."""
    try:
        found = read_json(_request(text.encode("utf-8", "surrogatepass"), {}))
    except InputError:
        return
    for field, shape in _SHAPES.items():
        shape.examine(found, "")
        for value in (found.get(field), *found.values()):
            shape.examine(value, field)


def sealed(text: str) -> None:
    try:
        parts = parse_sealed(text, where="the text")
    except SealError:
        return
    assert text.startswith(f"s1.{parts.key_id}.")


def cursor(text: str) -> None:
    try:
        sort, key = parse_position(text, index="listing", partition="DEVICE")
    except ValueError:
        return
    assert sort
    assert key.partition


def user_agent(text: str) -> None:
    _catalog().identify(text)


def template(text: str) -> None:
    """A custom template: written, or refused with the line that is wrong."""
    for format_ in FORMATS.values():
        source = Template(name="fuzz", path="fuzz.template", source=text, format=format_)
        try:
            Renderer().render(source, _WORDS)
        except (InputError, InexpressibleError, TemplateError):
            continue


@cache
def _catalog() -> Catalog:
    return Catalog()


def _request(raw: bytes, sent: Mapping[str, str]) -> Request:
    return Request(
        {
            "multiValueQueryStringParameters": None,
            "headers": dict(sent),
            "pathParameters": {},
            "requestContext": {"httpMethod": "POST", "resourcePath": "/"},
            "body": raw,
            "stageVariables": None,
        }
    )


def sheet(text: str) -> None:
    """Any text is read as CSV, or refused; whatever a row says, it is read or has flaws."""
    for raw in (
        text.encode(errors="surrogatepass"),
        f"mac,extension,{text}\n{text}".encode("utf-8", "replace"),
    ):
        try:
            file = read_file(raw, "csv")
        except InputError:
            continue
        look_at(file)


def records(text: str) -> None:
    """The same of JSON."""
    for raw in (text, f'[{{"mac": "001565123456", "keys": {text}}}]', f'{{"devices": {text}}}'):
        try:
            file = read_file(raw.encode(errors="surrogatepass"), "json")
        except InputError:
            continue
        look_at(file)


def look_at(file: BulkFile) -> None:
    for index in range(len(file.rows)):
        entry = file.entry(index)
        assert entry.flaws or entry.extension or entry.device
        assert len(file.first_by_mac) <= len(file.rows)
        assert len(file.first_by_number) <= len(file.rows)
        if entry.device:
            with suppress(InputError):
                entry.device.place_lines(())


def cell(text: str) -> None:
    """Every text comes back from a cell, and none is a formula there."""
    assert unguard(guard(text)) == text
    assert guard(text)[:1] not in {*FORMULA}


_WORDS: Mapping[str, Any] = {
    "EXTENSION_NUMBER": "1001",
    "EXTENSION_NAME": 'Zoë "&<\n',
    "lines": [{"user": "1001", "password": "a secret", "position": 1}],
    "language": None,
    "dnd": True,
}

TARGETS: Mapping[str, Callable[[str], None]] = {
    target.__name__: target
    for target in (
        mac,
        file_name,
        token,
        headers,
        name,
        front,
        body,
        sealed,
        cursor,
        user_agent,
        template,
        sheet,
        records,
        cell,
    )
}
