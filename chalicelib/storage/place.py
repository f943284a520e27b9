"""Where does an item stand in the indexes?

    index          partition       sort key            what a list of it finds
    listing        DEVICE          mac                 devices by MAC address
    finding        MODEL           vendor.model.mac    devices by vendor and model
    listing        NAME            name.mac.position   devices by the name on line 1
    finding        NUMBER          number.mac.position devices by the number of a line
    listing        STATE           state.day.mac       devices by what is kept of their state
    finding        FIRMWARE        version.mac         devices by firmware
    listing        CELL            group.part          counts of devices
    listing        EXTENSION       length#number       extensions, shorter numbers first
    listing        SITE            name                sites
    listing        CONTACT         name#id             contacts
    listing        TOKEN           created_at#id       API tokens
    listing        LAYOUT          name                layouts of keys
    listing        KEYS_OF#layout  mac                 devices whose own settings name the layout
    finding        RUNS#vendor/version  mac            those whose own settings name the version
    listing        DISCOVERED      mac.network         unknown devices that asked
    listing        RESYNC          requested_at.mac    resyncs that are to be sent
    listing        OUTBOX          due_at.key          events that are to be told
    listing        REFUSED         mac.network         registered ones that were not let in

What belongs to a site stands once more in `site_listing` and `site_finding`, in a partition that
ends in the site, such as DEVICE#berlin: a list of one site reads nothing of another.

The dots above stand for END, a character that no part of a sort key holds. It comes before all
others, so that "Ann" stands before "Ann B.", and a whole part can be looked for.
"""

from __future__ import annotations

from collections.abc import Mapping

from chalicelib.domain.device import Device, Line
from chalicelib.domain.extension import Extension
from chalicelib.domain.mac import Mac
from chalicelib.domain.shared import Layout

Place = tuple[str, str]
Entries = Mapping[str, Place]

LISTING = "listing"
FINDING = "finding"
OF_SITE: Mapping[str, str] = {LISTING: "site_listing", FINDING: "site_finding"}

DEVICES = "DEVICE"
MODELS = "MODEL"
NAMES = "NAME"
NUMBERS = "NUMBER"
STATES = "STATE"
FIRMWARE = "FIRMWARE"
CELLS = "CELL"
EXTENSIONS = "EXTENSION"
SITES = "SITE"
CONTACTS = "CONTACT"
TOKENS = "TOKEN"
LAYOUTS = "LAYOUT"

END = "\x1f"

_LONGEST_PART = 200  # characters: a sort key holds 1,024 bytes


def join(*parts: str) -> str:
    """A sort key of these parts."""
    return END.join(part.replace(END, " ")[:_LONGEST_PART] for part in parts)


def of_site(kind: str, site: str) -> str:
    """The partition of a kind in the indexes of a site."""
    return f"{kind}#{site}"


def narrow(index: str, kind: str, site: str | None) -> tuple[str, str]:
    """The index and the partition for a kind: of one site, or of all when None."""
    return (index, kind) if site is None else (OF_SITE[index], of_site(kind, site))


def entries(
    *, site: str | None = None, listing: Place | None = None, finding: Place | None = None
) -> Entries:
    """The entries at these places, and once more in the indexes of the site."""
    places = {LISTING: listing, FINDING: finding}
    found = {index: place for index, place in places.items() if place}
    if site is None:
        return found
    for index, (kind, sort) in list(found.items()):
        found[OF_SITE[index]] = (of_site(kind, site), sort)
    return found


def device_entries(device: Device) -> Entries:
    mac = device.mac.digits
    return entries(
        site=device.site,
        listing=(DEVICES, mac),
        finding=(MODELS, join(device.vendor, device.model, mac)),
    )


def name_sort(name: str, mac: Mac, position: int) -> str:
    """Where a name stands among names."""
    return join(name.casefold(), mac.digits, f"{position:03d}")


def line_entries(device: Device, line: Line) -> Entries:
    """Those of a line: its name when it is the first, its number when no line before has it."""
    end = (device.mac.digits, f"{line.position:03d}")
    name = device.lines[line.position - 1].get("name", line.name)
    is_named = line.position == 1
    is_numbered = line.number not in device.numbers[: line.position - 1]
    return entries(
        site=device.site,
        listing=(NAMES, name_sort(name, device.mac, line.position)) if is_named else None,
        finding=(NUMBERS, join(line.number, *end)) if is_numbered else None,
    )


def naming_entries(device: Device) -> Entries:
    """Those of what the device's own settings name that many devices may have."""
    mac = device.mac.digits
    layout, version = device.settings.get("key_layout"), device.settings.get("firmware")
    return entries(
        site=device.site,
        listing=(keys_of(layout), mac) if layout else None,
        finding=(runs(device.vendor, version), mac) if version else None,
    )


def keys_of(layout: str) -> str:
    """The partition of the devices that name a layout."""
    return f"KEYS_OF#{layout}"


def runs(vendor: str, version: str) -> str:
    """The partition of a vendor's devices that name a version."""
    return f"RUNS#{vendor}/{version}"


def layout_entries(layout: Layout) -> Entries:
    if layout.is_removed:
        return {}
    return entries(site=layout.site, listing=(LAYOUTS, layout.name))


def extension_entries(extension: Extension) -> Entries:
    # Shorter numbers first, so that 201 comes before 1001.
    number = extension.number
    return entries(site=extension.site, listing=(EXTENSIONS, f"{len(number):02d}#{number}"))
