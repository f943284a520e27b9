"""Which way through the indexes leads to the devices that a list is asked for?

Each way is one index, from where something begins. What the index does not sort out is left out: by
what its entries show where they show it, else of the page that was read.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import Enum

from chalicelib.domain.device import Device
from chalicelib.domain.shape import Text
from chalicelib.domain.standing import Standing, State

STATE = Text(choices=tuple(state.value for state in State))
FIRMWARE = Text(max=100)
_HEXADECIMAL = re.compile(r"[0-9a-f]{1,12}")
_NUMBER = re.compile(r"[0-9*#+]+")
_LONGEST_PLAIN_NUMBER = 5
"""Of more digits, a text is rather the beginning of a MAC address."""


class By(Enum):
    """What an index sorts by."""

    MAC = "mac"
    MODEL = "model"
    NAME = "name"
    NUMBER = "number"
    STATE = "state"
    FIRMWARE = "firmware"


@dataclass(frozen=True, kw_only=True, slots=True)
class Wanted:
    """What devices are asked for; None: no matter. `q` begins a name, a MAC address or a number."""

    site: str | None = None
    vendor: str | None = None
    model: str | None = None
    extension: str | None = None
    state: State | None = None
    firmware: str | None = None
    q: str | None = None
    sort: By | None = None
    silent_days: int = 7


@dataclass(frozen=True, slots=True)
class Way:
    """An index, and where to walk in it: `whole` parts of the sort key, then a beginning.

    Where `least` is given, the next part of the sort key is not before it.
    """

    by: By
    whole: tuple[str, ...] = ()
    begins: str = ""
    least: str = ""


def plan(wanted: Wanted, today: date) -> tuple[Way, ...]:
    """The ways to walk, one after the other; all but a search have one."""
    if wanted.extension is not None:
        return (Way(By.NUMBER, (wanted.extension,)),)
    if wanted.q and wanted.sort is not By.MODEL:
        fields = (wanted.sort,) if wanted.sort else _fields_of(wanted.q)
        return tuple(Way(by, begins=_spell(wanted.q, by)) for by in fields)
    if wanted.state is not None and wanted.sort in _ORDERS_BY_STATE.get(wanted.state, (None,)):
        return (_way_of_state(wanted.state, wanted.silent_days, today),)
    if wanted.firmware is not None and wanted.sort in (None, By.MAC):
        return (Way(By.FIRMWARE, (wanted.firmware,)),)
    if wanted.sort not in (None, By.MODEL):
        return (Way(wanted.sort),)
    if wanted.vendor is not None:
        model = () if wanted.model is None else (wanted.model,)
        return (Way(By.MODEL, (wanted.vendor, *model)),)
    return (Way(By.MODEL if wanted.sort is By.MODEL else By.MAC),)


def plan_gathering(wanted: Wanted, ways: tuple[Way, ...], today: date) -> Way | None:
    """The way on which all devices stand that are asked for, but in another order than asked.

    None where these ways are better. Where the devices are few, they are read all and put in order.
    """
    if wanted.sort not in _SHOWN or wanted.q is not None or wanted.extension is not None:
        return None
    if ways[0].by is not wanted.sort:  # it is in that order
        return None
    if wanted.state is not None:
        return _way_of_state(wanted.state, wanted.silent_days, today)
    return None if wanted.firmware is None else Way(By.FIRMWARE, (wanted.firmware,))


def _way_of_state(state: State, silent_days: int, today: date) -> Way:
    is_seen = state in _TOGETHER  # all before the first day on which it was not silent yet are
    least = (today - timedelta(days=silent_days)).isoformat() if is_seen else ""
    return Way(By.STATE, (_KIND_BY_STATE[state],), least=least)


_KIND_BY_STATE = {
    State.FAILING: "failing",
    State.NEVER: "never",
    State.SILENT: "fetched",
    State.OUTDATED: "fetched",
    State.CURRENT: "fetched",
}
_TOGETHER = (State.OUTDATED, State.CURRENT)
"""What an index entry is of depends on what was changed since."""

_SHOWN = (By.NAME, By.MAC, By.MODEL)
"""The orders that the entries of a state, or of a firmware, show enough of."""

_ORDERS_BY_STATE = {State.NEVER: (None, By.MAC)}
"""What else such a list is sorted by; all others are by the day of the last fetch."""


def is_sifted(wanted: Wanted, ways: tuple[Way, ...]) -> bool:
    """Whether the entries of the one way show devices that the list does not ask for."""
    if len(ways) != 1 or wanted.q is not None or wanted.extension is not None:
        return False
    [way] = ways
    if way.whole and way.by is By.MODEL:
        return False
    asked_by_way: Mapping[By, tuple[object, ...]] = {
        By.MAC: (),
        By.MODEL: (),
        By.STATE: (wanted.firmware, wanted.state if wanted.state in _TOGETHER else None),
        By.FIRMWARE: (wanted.state,),
    }
    if way.by not in asked_by_way:
        return False
    asked = (wanted.vendor, wanted.model, *asked_by_way[way.by])
    return any(each is not None for each in asked)


def may_fit(
    wanted: Wanted,
    *,
    vendor: str,
    model: str,
    standing: tuple[State, str | None] | None = None,
) -> bool:
    """Whether a device may be one that is asked for, of which no more than this is known.

    `standing` is its state and the firmware that it reports.
    """
    if wanted.vendor not in (None, vendor) or wanted.model not in (None, model):
        return False
    if standing is None:
        return True
    state, firmware = standing
    return wanted.state in (None, state) and wanted.firmware in (None, firmware)


def fits(
    wanted: Wanted, device: Device, standing: Standing | None, state: State, name: str
) -> bool:
    """Whether the device is one that is asked for."""
    firmware = standing.firmware if standing else None
    pairs = (
        (wanted.site, device.site),
        (wanted.vendor, device.vendor),
        (wanted.model, device.model),
        (wanted.firmware, firmware),
        (wanted.state, state),
    )
    if any(asked is not None and asked != found for asked, found in pairs):
        return False
    if wanted.extension is not None and wanted.extension not in device.numbers:
        return False
    everywhere = (By.MAC, By.NAME, By.NUMBER)
    fields = (wanted.sort,) if wanted.sort in everywhere else everywhere
    return not wanted.q or any(_begins(wanted.q, by, device, name) for by in fields)


def repeats(
    ways: tuple[Way, ...], at: int, q: str | None, device: Device, name: str, number: str | None
) -> bool:
    """Whether another way, or another line, brings the device to the same list.

    `at` is the way that it was met on, `number` that of the line that it was met by: of the lines
    that are asked for the first one counts, wherever its number stands among the others.
    """
    if q is not None and any(_begins(q, way.by, device, name) for way in ways[:at]):
        return True
    if number is None:
        return False
    way = ways[at]
    matching = (n for n in device.numbers if n in way.whole or not way.whole)
    return number != next((n for n in matching if n.startswith(way.begins)), number)


def is_past(wanted: Wanted, standing: Standing | None, today: date) -> bool:
    """Whether the walk has come to devices that are not silent: all after it are not, either."""
    return (
        wanted.state is State.SILENT
        and wanted.sort is None
        and wanted.q is None
        and wanted.extension is None
        and standing is not None
        and standing.seen_on is not None
        and (today - standing.seen_on).days <= wanted.silent_days
    )


def _fields_of(q: str) -> tuple[By, ...]:
    """Where a text is looked for, the likeliest place first."""
    mac = (By.MAC,) if _HEXADECIMAL.fullmatch(_spell(q, By.MAC)) else ()
    if _NUMBER.fullmatch(q) and len(q) <= _LONGEST_PLAIN_NUMBER:
        return (By.NUMBER, *mac, By.NAME)
    if _NUMBER.fullmatch(q):
        return (*mac, By.NUMBER, By.NAME)
    return (By.NAME, *mac, By.NUMBER) if not _has_digit(q) else (*mac, By.NAME, By.NUMBER)


def _begins(q: str, by: By, device: Device, name: str) -> bool:
    text = _spell(q, by)
    if by is By.MAC:
        return bool(text) and device.mac.digits.startswith(text)
    if by is By.NAME:
        return name.casefold().startswith(text)
    return any(number.startswith(text) for number in device.numbers)


def _spell(q: str, by: By) -> str:
    """The text as the index spells it."""
    if by is By.MAC:
        return re.sub("[:. -]", "", q).lower()
    return q.casefold() if by is By.NAME else q


def _has_digit(q: str) -> bool:
    return any(character.isdigit() for character in q)
