"""What devices, extensions and fetches look like as items, in both directions.

    partition             sort          found by          what
    DEVICE#001565123456   DEVICE        mac, model        the device
    DEVICE#001565123456   LINE#1        name, number      its copy of line 1's extension
    DEVICE#001565123456   ACCESS        -                 what opens it
    DEVICE#001565123456   FETCH         -                 its last fetches; in no index
    DEVICE#001565123456   STATUS        state, firmware   how it stands
    DEVICE#001565123456   NAMING        layout, version   what it names of its own, if it does
    FETCHED#001565123456  {mac}.cfg     -                 the text of the file that it fetched last
    CELL#berlin#zip/33g#  00            -                 a part of the count of these devices
    EXTENSION#1001        EXTENSION     number            the extension
    EXTENSION#1001        PLACEMENTS    -                 which lines hold a copy of it
    SITE#berlin           SITE          name              the site
    SITE#berlin           ROLL#0        -                 a part of the count of what belongs to it
    CONFIG                LOADED        -                 what config.yml has brought in
    UPLOADS#001565123456  {mac}-web.cfg -                 what the device has written

`place.py` says how they are found.

Uploads and texts of files are large, so they lie in partitions of their own.

A device carries a copy of its extension so that one read of its partition brings all that its
files need. Whoever writes an extension writes the copies in the same transaction.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from chalicelib.domain.access.state import AccessState
from chalicelib.domain.device import Device, Line
from chalicelib.domain.extension import Extension, Origin
from chalicelib.domain.loaded import Loaded
from chalicelib.domain.mac import Mac
from chalicelib.domain.site import Site
from chalicelib.storage import place
from chalicelib.storage.table import Item, Key

Placement = tuple[Mac, int]
"""A line position of a device."""

LOADED_KEY = Key("CONFIG", "LOADED")


def device_key(mac: Mac) -> Key:
    return Key(f"DEVICE#{mac}", "DEVICE")


def line_key(mac: Mac, position: int) -> Key:
    return Key(f"DEVICE#{mac}", f"LINE#{position}")


def fetch_key(mac: Mac) -> Key:
    return Key(f"DEVICE#{mac}", "FETCH")


def status_key(mac: Mac) -> Key:
    return Key(f"DEVICE#{mac}", "STATUS")


def naming_key(mac: Mac) -> Key:
    return Key(f"DEVICE#{mac}", "NAMING")


def fetched_partition(mac: Mac) -> str:
    return f"FETCHED#{mac}"


def access_key(mac: Mac) -> Key:
    return Key(f"DEVICE#{mac}", "ACCESS")


def site_key(name: str) -> Key:
    return Key(f"SITE#{name}", "SITE")


def upload_key(mac: Mac, name: str) -> Key:
    return Key(uploads_partition(mac), name)


def uploads_partition(mac: Mac) -> str:
    return f"UPLOADS#{mac}"


def extension_key(number: str) -> Key:
    return Key(f"EXTENSION#{number}", "EXTENSION")


def placements_key(number: str) -> Key:
    return Key(f"EXTENSION#{number}", "PLACEMENTS")


def device_item(device: Device) -> Item:
    body = {
        "mac": device.mac.digits,
        "vendor": device.vendor,
        "model": device.model,
        "lines": list(device.lines),
        "keys": list(device.keys),
        "settings": device.settings,
        "site": device.site,
        "origin": device.origin.value,
        "created_at": from_time(device.created_at),
        "updated_at": from_time(device.updated_at),
    }
    return new_item(device_key(device.mac), body, place.device_entries(device))


def to_device(item: Item) -> Device:
    body = item.body
    return Device(
        mac=Mac(body["mac"]),
        vendor=body["vendor"],
        model=body["model"],
        lines=tuple(body["lines"]),
        keys=tuple(body["keys"]),
        settings=body["settings"],
        site=body["site"],
        origin=Origin(body["origin"]),
        created_at=to_time(body["created_at"]),
        updated_at=to_time(body["updated_at"]),
    )


def access_item(mac: Mac, state: AccessState) -> Item:
    body = {
        "generation": state.generation,
        "oldest": state.oldest,
        "armed_until": from_time(state.armed_until) if state.armed_until else None,
        "armed_left": state.armed_left,
        "awaited": state.awaited,
        "disabled": state.disabled,
    }
    return new_item(access_key(mac), body)


def to_access(item: Item) -> AccessState:
    body = item.body
    until = body["armed_until"]
    return AccessState(**{**body, "armed_until": to_time(until) if until else None})


def site_item(site: Site) -> Item:
    body = {
        "name": site.name,
        "label": site.label,
        "access": site.access,
        "key_generation": site.key_generation,
        "settings": site.settings,
        "models": site.models,
        "settings_at": from_time(site.settings_at) if site.settings_at else None,
        "created_at": from_time(site.created_at),
        "updated_at": from_time(site.updated_at),
    }
    entries = place.entries(listing=(place.SITES, site.name))
    return new_item(site_key(site.name), body, entries)


def to_site(item: Item) -> Site:
    body = item.body
    return Site(
        name=body["name"],
        label=body["label"],
        access=body["access"],
        key_generation=body["key_generation"],
        # What was stored before sites had settings has none.
        settings=body.get("settings", {}),
        models=body.get("models", {}),
        settings_at=to_time(at) if (at := body.get("settings_at")) else None,
        created_at=to_time(body["created_at"]),
        updated_at=to_time(body["updated_at"]),
    )


def extension_item(extension: Extension) -> Item:
    body = {
        "number": extension.number,
        "name": extension.name,
        "password": extension.password,
        "site": extension.site,
        "origin": extension.origin.value,
        "created_at": from_time(extension.created_at),
        "updated_at": from_time(extension.updated_at),
    }
    key = extension_key(extension.number)
    return new_item(key, body, place.extension_entries(extension))


def to_extension(item: Item) -> Extension:
    body = item.body
    return Extension(
        number=body["number"],
        name=body["name"],
        password=body["password"],
        site=body["site"],
        origin=Origin(body["origin"]),
        created_at=to_time(body["created_at"]),
        updated_at=to_time(body["updated_at"]),
    )


def line_of(extension: Extension, position: int) -> Line:
    """The copy of an extension that a device carries on one of its lines."""
    return Line(
        position=position,
        number=extension.number,
        name=extension.name,
        password=extension.password,
        updated_at=extension.updated_at,
    )


def line_item(device: Device, line: Line) -> Item:
    body = {
        "position": line.position,
        "number": line.number,
        "name": line.name,
        "updated_at": from_time(line.updated_at) if line.updated_at else None,
    }
    if "extension_number" in device.lines[line.position - 1]:
        # That of an account of the device's own is kept by the device.
        body["password"] = line.password
    return new_item(line_key(device.mac, line.position), body, place.line_entries(device, line))


def to_line(item: Item) -> Line:
    body = item.body
    updated_at = body.get("updated_at")
    return Line(
        position=body["position"],
        number=body["number"],
        name=body["name"],
        password=body.get("password", ""),
        updated_at=to_time(updated_at) if updated_at else None,
    )


def placements_item(number: str, placements: frozenset[Placement]) -> Item:
    body = {"lines": sorted([mac.digits, position] for mac, position in placements)}
    return new_item(placements_key(number), body)


def to_placements(item: Item | None) -> frozenset[Placement]:
    if item is None:
        return frozenset()
    return frozenset((Mac(digits), position) for digits, position in item.body["lines"])


def loaded_item(loaded: Loaded) -> Item:
    body = {
        "digest": loaded.digest,
        "devices": sorted(map(str, loaded.macs)),
        "extensions": sorted(loaded.numbers),
    }
    return new_item(LOADED_KEY, body)


def to_loaded(item: Item) -> Loaded:
    body = item.body
    return Loaded(
        digest=body["digest"],
        macs=frozenset(map(Mac, body["devices"])),
        numbers=frozenset(body["extensions"]),
    )


def new_item(
    key: Key,
    body: Mapping[str, Any],
    entries: Mapping[str, tuple[str, str]] | None = None,
    *,
    expires_at: int | None = None,
) -> Item:
    """An item with a new revision."""
    return Item(
        key=key,
        body=body,
        revision=secrets.token_hex(8),
        entries=entries or {},
        expires_at=expires_at,
    )


def from_time(time: datetime) -> str:
    in_utc = time if time.tzinfo is UTC else time.astimezone(UTC)
    return in_utc.isoformat(timespec="milliseconds")


def to_time(text: str) -> datetime:
    return datetime.fromisoformat(text)
