"""How are devices and extensions written into a file that brings them back?

A record a row: extensions first, so that those that the devices need are there.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Sequence
from typing import Any

from chalicelib.domain.bulk.cell import guard
from chalicelib.domain.chosen import mask
from chalicelib.domain.device import Device
from chalicelib.domain.extension import Extension
from chalicelib.domain.mac import Mac
from chalicelib.domain.profile import LINES, SETTINGS

HEADER = (
    "mac",
    "extension",
    "vendor",
    "model",
    "site",
    "name",
    "password",
    "lines",
    "keys",
    "settings",
)


def tell_extension(extension: Extension, *, secrets: bool) -> dict[str, Any]:
    """The extension as an import takes it; without `secrets` its password is left out."""
    told = {"number": extension.number, "name": extension.name, "site": extension.site}
    return told | ({"password": extension.password} if secrets else {})


def tell_device(device: Device, *, secrets: bool) -> dict[str, Any]:
    """The device as an import takes it; without `secrets` its passwords are left out."""
    return {
        "mac_address": str(device.mac),
        "vendor": device.vendor,
        "model": device.model,
        "site": device.site,
        "lines": list(device.lines) if secrets else mask(LINES, device.lines),
        "keys": list(device.keys),
        "settings": dict(device.settings) if secrets else mask(SETTINGS, device.settings),
    }


def extension_row(extension: Extension, *, secrets: bool) -> tuple[str, ...]:
    """The cells under HEADER."""
    told = tell_extension(extension, secrets=secrets)
    return _row(
        extension=told["number"],
        site=told["site"],
        name=told["name"],
        password=told.get("password", ""),
    )


def device_row(device: Device, *, secrets: bool) -> tuple[str, ...]:
    """The cells under HEADER. A single line that is but its extension needs no JSON."""
    told = tell_device(device, secrets=secrets)
    number = device.extension_number
    is_plain = told["lines"] == [{"extension_number": number}]
    return _row(
        mac=_spell(device.mac),
        extension=number or "",
        vendor=told["vendor"],
        model=told["model"],
        site=told["site"],
        lines="" if is_plain else _json(told["lines"]),
        keys=_json(told["keys"]) if told["keys"] else "",
        settings=_json(told["settings"]) if told["settings"] else "",
    )


def write_csv(rows: Iterable[Sequence[str]]) -> str:
    """The rows as CSV, each cell guarded against being run as a formula."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    for row in rows:
        writer.writerow([guard(cell) for cell in row])
    return out.getvalue()


def _spell(mac: Mac) -> str:
    """With colons: spreadsheets would take bare digits for a number, and 12e4 for a large one."""
    return ":".join(mac.digits[index : index + 2] for index in range(0, 12, 2))


def _row(**cells: str) -> tuple[str, ...]:
    return tuple(cells.get(name, "") for name in HEADER)


def _json(value: object) -> str:
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
