"""What do the standing of a device and a part of a count look like as items?"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from chalicelib.domain.device import Device, Line
from chalicelib.domain.mac import Mac
from chalicelib.domain.standing import Failure, Group, OwnChange, Standing
from chalicelib.domain.tally import Count
from chalicelib.storage import place
from chalicelib.storage.item import (
    from_time,
    new_item,
    status_key,
    to_time,
)
from chalicelib.storage.table import Item, Key

NEVER, FAILING, FETCHED = "never", "failing", "fetched"
"""What is kept of a state; the rest of it depends on the day, and on what is shared."""


def name_on(device: Device, lines: Mapping[int, Line]) -> str:
    """The display name on line 1. `lines` are the copies of extensions by position."""
    choice = device.lines[0]
    line = lines.get(1)
    found: str = choice.get("name") or (line.name if line else choice.get("user", ""))
    return found


def status_item(mac: Mac, standing: Standing) -> Item:
    body = {
        **_group_body(standing.group),
        "name": standing.name,
        "seen_on": _or_none(standing.seen_on, date.isoformat),
        "firmware": standing.firmware,
        "made_of": _or_none(standing.made_of, from_time),
        "fresh_since": _or_none(standing.fresh_since, from_time),
        "change": _or_none(
            standing.change, lambda change: {"record": change.record, "at": from_time(change.at)}
        ),
        "failure": _or_none(
            standing.failure,
            lambda each: {"file": each.file, "reason": each.reason, "at": from_time(each.at)},
        ),
    }
    return new_item(status_key(mac), body, _status_entries(mac, standing))


def to_standing(item: Item) -> Standing:
    body = item.body
    change, failure = body["change"], body["failure"]
    return Standing(
        group=_to_group(body),
        name=body["name"],
        seen_on=_or_none(body["seen_on"], date.fromisoformat),
        firmware=body["firmware"],
        made_of=_or_none(body["made_of"], to_time),
        fresh_since=_or_none(body["fresh_since"], to_time),
        change=OwnChange(record=change["record"], at=to_time(change["at"])) if change else None,
        failure=Failure(file=failure["file"], reason=failure["reason"], at=to_time(failure["at"]))
        if failure
        else None,
    )


def cell_key(group: Group, part: int) -> Key:
    own = group.layout or ""
    if group.firmware:
        own += f"#{group.firmware}"
    return Key(f"CELL#{group.site}#{group.vendor}/{group.model}#{own}", f"{part:02d}")


def cell_item(group: Group, count: Count, part: int) -> Item:
    body = {
        **_group_body(group),
        "never": count.never,
        "failing": count.failing,
        "fetched": {day.isoformat(): number for day, number in count.fetched.items()},
        "fresh": {day.isoformat(): number for day, number in count.fresh.items()},
        "made_of": _or_none(count.made_of, from_time),
        "firmware": dict(count.firmware),
    }
    key = cell_key(group, part)
    own = (group.layout or "", *([group.firmware] if group.firmware else []))
    sort = place.join(group.vendor, group.model, *own, group.site, key.sort)
    return new_item(key, body, place.entries(site=group.site, listing=(place.CELLS, sort)))


def to_cell(item: Item) -> tuple[Group, Count]:
    body = item.body
    count = Count(
        never=body["never"],
        failing=body["failing"],
        fetched={date.fromisoformat(day): number for day, number in body["fetched"].items()},
        fresh={date.fromisoformat(day): number for day, number in body["fresh"].items()},
        made_of=_or_none(body["made_of"], to_time),
        firmware=body["firmware"],
    )
    return _to_group(body), count


def _status_entries(mac: Mac, standing: Standing) -> place.Entries:
    kind = FAILING if standing.failure else FETCHED if standing.seen_on else NEVER
    day = standing.seen_on.isoformat() if standing.seen_on else ""
    firmware = standing.firmware
    return place.entries(
        site=standing.group.site,
        listing=(place.STATES, place.join(kind, day, mac.digits)),
        finding=(place.FIRMWARE, place.join(firmware, mac.digits)) if firmware else None,
    )


def _group_body(group: Group) -> dict[str, Any]:
    return {
        "site": group.site,
        "vendor": group.vendor,
        "model": group.model,
        "layout": group.layout,
        "own_firmware": group.firmware,
    }


def _to_group(body: Mapping[str, Any]) -> Group:
    return Group(
        site=body["site"],
        vendor=body["vendor"],
        model=body["model"],
        layout=body["layout"],
        firmware=body.get("own_firmware"),
    )


def _or_none(value: Any, change: Any) -> Any:  # noqa: ANN401 - any value, and what changes it
    return None if value is None else change(value)
