"""How are extensions kept, so that every device's copy follows?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from chalicelib.domain.device import Device
from chalicelib.domain.errors import ExtensionInUseError, Flaw, InputError
from chalicelib.domain.extension import Extension
from chalicelib.domain.mac import Mac
from chalicelib.domain.record import Listed, Stored
from chalicelib.storage import item as items
from chalicelib.storage import place
from chalicelib.storage.keeping import as_found, as_it_was, stored
from chalicelib.storage.roll import RollRecords, from_to
from chalicelib.storage.standings import StandingRecords
from chalicelib.storage.table import MAX_WRITES, Check, Delete, Item, Key, Put, Write


class ExtensionRecords(StandingRecords, RollRecords):
    """The extensions of one installation."""

    def extension(self, number: str) -> Stored[Extension] | None:
        """The extension, if there is one."""
        return stored(self._get(items.extension_key(number)), items.to_extension)

    def extensions(self, numbers: Sequence[str]) -> dict[str, Stored[Extension]]:
        """Those of these extensions that exist."""
        found = self._table.get([items.extension_key(number) for number in numbers])
        extensions = (Stored(items.to_extension(item), item.revision) for item in found.values())
        return {extension.value.number: extension for extension in extensions}

    def placements(self, number: str) -> list[Mac]:
        """The devices that use the extension."""
        placements = items.to_placements(self._get(items.placements_key(number)))
        return sorted({mac for mac, _ in placements})

    def list_extensions(
        self, *, limit: int, after: str | None, site: str | None = None
    ) -> Listed[Stored[Extension]]:
        """Extensions, of one site or of all, shorter numbers first.

        Raises InputError for a bad `after`.
        """
        return self._list(place.EXTENSIONS, items.to_extension, limit=limit, after=after, site=site)

    def count_extensions(self, *, at_most: int, site: str | None = None) -> int:
        """How many extensions there are, of one site or of all, counted no further than that."""
        places = place.narrow(place.LISTING, place.EXTENSIONS, site)
        return self._table.count(*places, at_most=at_most)

    def save_extension(
        self, extension: Extension, *, was: Stored[Extension] | None
    ) -> Stored[Extension]:
        """Store the extension, and its copy on every device that uses it.

        One that comes to a site or leaves one is counted there: see `roll.py` for the cost. Raises
        ChangedError, and InputError for a site that is not there, or too much to change at once.
        """
        new = items.extension_item(extension)
        counter, roll = self._counter(), self._roll()
        moves = from_to(was.value.site if was else None, extension.site)

        def attempt() -> list[Write]:
            counting = roll.writes(_KIND, moves, extension.updated_at)
            if was is None:  # an extension that was not there is on no device
                return [Put(item=new, when=as_it_was(None)), *counting]
            found = self._get(items.placements_key(extension.number))
            placements = sorted(items.to_placements(found))
            # Read after the placements: whoever changes one of the devices changes them, too.
            macs = sorted({mac for mac, _ in placements})
            kept = self._table.get([key(mac) for mac in macs for key in _KEYS])
            devices = {mac: device for mac in macs if (device := _device(kept, mac))}
            is_news = _told(extension) != _told(was.value)
            writes: list[Write] = [
                Put(item=new, when=as_it_was(was)),
                Check(key=items.placements_key(extension.number), when=as_found(found)),
                *(
                    Put(item=items.line_item(devices[mac], items.line_of(extension, position)))
                    for mac, position in placements
                    # What a device has lost since they were read: then the check fails.
                    if mac in devices and position <= len(devices[mac].lines)
                ),
                *(self._touch(extension, devices, kept, counter) if is_news else ()),
                *counting,
            ]
            if len(writes) >= MAX_WRITES:  # a line of the trail goes with it
                says = "cannot change at once with the name or password; change one after the other"
                raise InputError(Flaw(where="site", says=says))
            return writes

        self._settle(attempt)
        return Stored(extension, new.revision)

    def remove_extension(self, was: Stored[Extension]) -> None:
        """Remove the extension. Raises ExtensionInUseError and ChangedError."""
        number = was.value.number
        roll = self._roll()
        moves = from_to(was.value.site, None)

        def attempt() -> list[Write]:
            placements = self._get(items.placements_key(number))
            if placed := items.to_placements(placements):
                raise ExtensionInUseError(number, sorted({mac for mac, _ in placed}))
            return [
                Delete(key=items.extension_key(number), when=as_it_was(was)),
                Delete(key=items.placements_key(number), when=as_found(placements)),
                *roll.writes(_KIND, moves, was.value.updated_at),
            ]

        self._settle(attempt)


_KIND = "extension"
_KEYS = (items.device_key, items.status_key, items.fetch_key)


def _told(extension: Extension) -> tuple[str, str]:
    """What devices are told of the extension."""
    return extension.name, extension.password


def _device(devices: Mapping[Key, Item], mac: Mac) -> Device | None:
    """The device; None when it was removed since the placements were read."""
    item = devices.get(items.device_key(mac))
    return items.to_device(item) if item else None
