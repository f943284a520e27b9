"""How is it kept how devices stand, and counted in the same write?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime

from chalicelib.domain.device import Device, Fetch, Line
from chalicelib.domain.extension import Extension
from chalicelib.domain.mac import Mac
from chalicelib.domain.record import Stored
from chalicelib.domain.standing import Group, OwnChange, Standing
from chalicelib.domain.tally import Mark
from chalicelib.storage import item as items
from chalicelib.storage.cells import CellRecords, Counter
from chalicelib.storage.history import History
from chalicelib.storage.keeping import as_found, stored
from chalicelib.storage.standing_item import name_on, status_item, to_standing
from chalicelib.storage.table import Delete, Item, Key, Put, Write


class StandingRecords(CellRecords):
    """How the devices of one installation stand."""

    def standings(self, macs: Sequence[Mac]) -> dict[Mac, Standing]:
        """How those of these devices stand of which it is kept."""
        found = self._table.get([items.status_key(mac) for mac in macs])
        return {
            mac: to_standing(item) for mac in macs if (item := found.get(items.status_key(mac)))
        }

    def _move(
        self, device: Device, before: Device | None, lines: Mapping[int, Line], counter: Counter
    ) -> list[Write]:
        """Write how a device stands that is new, or was changed."""
        found = self._table.get([items.status_key(device.mac), items.fetch_key(device.mac)])
        was = _find(found, before, device.mac) if before else None
        group, name = Group.of(device), name_on(device, lines)
        if was is None:
            now = Standing(group=group, name=name)
        else:
            is_news = before is not None and _told(device) != _told(before)
            change = OwnChange(record="device", at=device.updated_at) if is_news else None
            now = was.value.changed(group, name, change)
        return self._write(device.mac, was, now, found, counter, device.updated_at)

    def _touch(
        self,
        extension: Extension,
        devices: Mapping[Mac, Device],
        found: Mapping[Key, Item],
        counter: Counter,
    ) -> list[Write]:
        """Write how the devices of an extension stand that was changed."""
        change = OwnChange(record=f"extension {extension.number}", at=extension.updated_at)
        writes: list[Write] = []
        deltas: list[tuple[Mark, int]] = []
        for mac, device in devices.items():
            was = _find(found, device, mac)
            old = was.value if was else Standing(group=Group.of(device), name=extension.name)
            first = device.lines[0]
            is_named = first.get("extension_number") == extension.number and "name" not in first
            now = old.changed(old.group, extension.name if is_named else old.name, change)
            writes.append(_put(mac, now, found))
            deltas += _deltas(was, now)
        return writes + counter.writes(deltas, _day(extension.updated_at))

    def _forget(self, device: Device, counter: Counter) -> list[Write]:
        """Remove how a device stands, and its mark."""
        key = items.status_key(device.mac)
        item = self._get(key)
        deltas = [(Mark.of(to_standing(item)), -1)] if item else []
        today = datetime.now(UTC).date()  # only of use to what is long ago
        return [Delete(key=key, when=as_found(item)), *counter.writes(deltas, today)]

    def _write(
        self,
        mac: Mac,
        was: Stored[Standing] | None,
        now: Standing,
        found: Mapping[Key, Item],
        counter: Counter,
        at: datetime,
    ) -> list[Write]:
        return [_put(mac, now, found), *counter.writes(_deltas(was, now), _day(at))]


def blank_standing(device: Device, lines: Sequence[Line], last: Fetch | None) -> Standing:
    """How a device stands of which nothing is kept yet: one that an older Offhook registered."""
    name = name_on(device, {line.position: line for line in lines})
    new = Standing(group=Group.of(device), name=name)
    if last is None:
        return new
    # What it was made from is not known, so it is outdated until it fetches again.
    seen = new.after(last, shared_at=None)
    return replace(seen, change=OwnChange(record="Offhook", at=last.at))


def _find(found: Mapping[Key, Item], device: Device, mac: Mac) -> Stored[Standing] | None:
    """How the device stood; with an empty revision what is not kept yet, and not counted."""
    kept = stored(found.get(items.status_key(mac)), to_standing)
    fetch = found.get(items.fetch_key(mac))
    if kept is not None or fetch is None:
        return kept
    last = History(device, fetch.body).last
    return Stored(blank_standing(device, (), last), "") if last else None


def _put(mac: Mac, now: Standing, found: Mapping[Key, Item]) -> Write:
    return Put(item=status_item(mac, now), when=as_found(found.get(items.status_key(mac))))


def _deltas(was: Stored[Standing] | None, now: Standing) -> list[tuple[Mark, int]]:
    new = Mark.of(now)
    old = Mark.of(was.value) if was and was.revision else None
    if old == new:
        return []
    return [(new, 1)] if old is None else [(old, -1), (new, 1)]


def _told(device: Device) -> tuple[object, ...]:
    """What of a device its files may say."""
    return (
        device.vendor,
        device.model,
        device.lines,
        device.keys,
        device.settings,
        device.site,
    )


def _day(at: datetime) -> date:
    return at.astimezone(UTC).date()
