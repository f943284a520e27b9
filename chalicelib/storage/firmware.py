"""How are kept the firmware of each vendor, how it is rolled out, and the pace of the fleet?

All of a vendor lies in one item, and the pace in another: fetches read both together with what
else devices share.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from chalicelib.domain.firmware.catalogue import File, FileState, Firmware, Shelf
from chalicelib.domain.firmware.news import News
from chalicelib.domain.firmware.rollout import Rollout, Window
from chalicelib.domain.pace import Pace
from chalicelib.domain.record import Stored
from chalicelib.storage import item as items
from chalicelib.storage.keeping import as_it_was, stored
from chalicelib.storage.roll import RollRecords
from chalicelib.storage.table import Item, Key, Put

FIRMWARE = "FIRMWARE"
_KIND = "rollout"
_NO_TIME = datetime(1970, 1, 1, tzinfo=UTC)
PACE = "PACE"
PACE_KEY = Key(PACE, PACE)


class FirmwareRecords(RollRecords):
    """The firmware of one installation, and the pace of its fleet."""

    def shelves(self, vendors: Sequence[str]) -> Mapping[str, Stored[Shelf]]:
        """All firmware of these vendors, by vendor; one that has none is absent."""
        found = self._table.get([shelf_key(vendor) for vendor in vendors])
        shelves = [Stored(to_shelf(item), item.revision) for item in found.values()]
        return {shelf.value.vendor: shelf for shelf in shelves}

    def save_shelf(self, shelf: Shelf, *, was: Stored[Shelf] | None) -> Stored[Shelf]:
        """Store it in place of what the caller saw before.

        Each new rollout is counted in its site. Raises ChangedError, and InputError without the
        site.
        """
        body = {
            "vendor": shelf.vendor,
            "firmware": [_firmware_body(firmware) for firmware in shelf.firmware],
            "rollouts": [_rollout_body(rollout) for rollout in shelf.rollouts],
            "news": [_news_body(news) for news in shelf.news],
        }
        item = items.new_item(shelf_key(shelf.vendor), body)
        roll, moves = self._roll(), _moves(was.value if was else None, shelf)
        at = max((rollout.updated_at for rollout in shelf.rollouts), default=_NO_TIME)
        self._settle(lambda: [Put(item=item, when=as_it_was(was)), *roll.writes(_KIND, moves, at)])
        return Stored(shelf, item.revision)

    def pace(self) -> Stored[Pace] | None:
        """The pace, if it was ever set."""
        return stored(self._get(PACE_KEY), to_pace)

    def save_pace(self, pace: Pace, *, was: Stored[Pace] | None) -> Stored[Pace]:
        """Store it in place of what the caller saw before. Raises ChangedError."""
        body = {
            "level": pace.level,
            "devices": pace.devices,
            "changed_at": items.from_time(pace.changed_at) if pace.changed_at else None,
        }
        item = items.new_item(PACE_KEY, body)
        self._settle(lambda: [Put(item=item, when=as_it_was(was))])
        return Stored(pace, item.revision)


def _moves(was: Shelf | None, shelf: Shelf) -> Counter[str]:
    """How many rollouts come to each site."""
    moves = Counter(rollout.site for rollout in shelf.rollouts if rollout.site)
    moves.subtract(rollout.site for rollout in (was.rollouts if was else ()) if rollout.site)
    return moves


def shelf_key(vendor: str) -> Key:
    return Key(f"FIRMWARE#{vendor}", FIRMWARE)


def to_pace(item: Item) -> Pace:
    body = item.body
    changed_at = body.get("changed_at")
    return Pace(
        level=body["level"],
        devices=body["devices"],
        changed_at=items.to_time(changed_at) if changed_at else None,
    )


def to_shelf(item: Item) -> Shelf:
    body = item.body
    vendor = body["vendor"]
    return Shelf(
        vendor=vendor,
        firmware=tuple(_to_firmware(vendor, each) for each in body["firmware"]),
        rollouts=tuple(_to_rollout(vendor, each) for each in body["rollouts"]),
        news=tuple(_to_news(each) for each in body.get("news", ())),
    )


def _firmware_body(firmware: Firmware) -> dict[str, Any]:
    return {
        "version": firmware.version,
        "notes": firmware.notes,
        "files": [
            {
                "name": file.name,
                "models": list(file.models),
                "size": file.size,
                "sha256": file.sha256,
                "state": file.state.value,
            }
            for file in firmware.files
        ],
        "created_at": items.from_time(firmware.created_at),
        "updated_at": items.from_time(firmware.updated_at),
    }


def _to_firmware(vendor: str, body: Mapping[str, Any]) -> Firmware:
    return Firmware(
        vendor=vendor,
        version=body["version"],
        notes=body["notes"],
        files=tuple(
            File(
                name=file["name"],
                models=tuple(file["models"]),
                size=file["size"],
                sha256=file["sha256"],
                state=FileState(file["state"]),
            )
            for file in body["files"]
        ),
        created_at=items.to_time(body["created_at"]),
        updated_at=items.to_time(body["updated_at"]),
    )


def _rollout_body(rollout: Rollout) -> dict[str, Any]:
    window = rollout.window
    return {
        "id": rollout.id,
        "version": rollout.version,
        "models": list(rollout.models),
        "site": rollout.site,
        "percent": rollout.percent,
        "paused": rollout.paused,
        "window": [window.start, window.end, *window.days] if window else None,
        "allow_downgrade": rollout.allow_downgrade,
        "created_at": items.from_time(rollout.created_at),
        "updated_at": items.from_time(rollout.updated_at),
    }


def _to_rollout(vendor: str, body: Mapping[str, Any]) -> Rollout:
    window = body["window"]
    return Rollout(
        id=body["id"],
        vendor=vendor,
        version=body["version"],
        models=tuple(body["models"]),
        site=body["site"],
        percent=body["percent"],
        paused=body["paused"],
        window=Window(start=window[0], end=window[1], days=tuple(window[2:])) if window else None,
        allow_downgrade=body["allow_downgrade"],
        created_at=items.to_time(body["created_at"]),
        updated_at=items.to_time(body["updated_at"]),
    )


def _news_body(news: News) -> dict[str, Any]:
    return {
        "at": items.from_time(news.at),
        "models": list(news.models),
        "site": news.site,
        "version": news.version,
    }


def _to_news(body: Mapping[str, Any]) -> News:
    return News(
        at=items.to_time(body["at"]),
        models=tuple(body["models"]),
        site=body["site"],
        version=body["version"],
    )
