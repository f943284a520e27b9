"""How many devices of a group stand how, without looking at each of them?

Each device adds one mark to the count of its group. Counts are kept in parts, and a mark may be
taken from another part than the one that it was added to: only their sum means something.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta

from chalicelib.domain.standing import Group, Standing, is_silent

_KEPT_DAYS = timedelta(days=100)
_LONG_AGO = date.min
"""In place of all days before _KEPT_DAYS."""

_LONGEST_VERSION = 40  # characters


@dataclass(frozen=True, kw_only=True, slots=True)
class Mark:
    """What one device adds to the count of its group."""

    group: Group
    is_failing: bool
    seen_on: date | None
    """None: it has never fetched."""
    is_fresh: bool
    made_of: datetime | None
    firmware: str
    """Empty: not known."""

    @classmethod
    def of(cls, standing: Standing) -> Mark:
        """The mark of a device that stands so."""
        return cls(
            group=standing.group,
            is_failing=standing.failure is not None,
            seen_on=standing.seen_on,
            is_fresh=standing.is_fresh,
            made_of=standing.made_of,
            firmware=(standing.firmware or "")[:_LONGEST_VERSION],
        )


@dataclass(frozen=True, kw_only=True, slots=True)
class Count:
    """How many devices stand how. Numbers of a part may be below zero, those of a sum are not.

    `fetched` and `fresh` are by the day of the last fetch. `fresh` counts only those that have
    fetched what was shared as of `made_of`: when that changes, none of them is fresh any more.
    """

    never: int = 0
    failing: int = 0
    fetched: Mapping[date, int] = field(default_factory=dict)
    fresh: Mapping[date, int] = field(default_factory=dict)
    made_of: datetime | None = None
    firmware: Mapping[str, int] = field(default_factory=dict)

    @property
    def devices(self) -> int:
        return self.never + self.failing + sum(self.fetched.values())

    def plus(self, mark: Mark, by: int, *, today: date) -> Count:
        """The count with a mark added (`by` is 1) or taken away (-1)."""
        never, failing = self.never, self.failing
        fetched, fresh, made_of = Counter(self.fetched), Counter(self.fresh), self.made_of
        if mark.is_failing:
            failing += by
        elif mark.seen_on is None:
            never += by
        else:
            fetched[mark.seen_on] += by
            if mark.is_fresh:
                if _order(mark.made_of) > _order(made_of):
                    fresh, made_of = Counter(), mark.made_of
                if mark.made_of == made_of:
                    fresh[mark.seen_on] += by
        firmware = Counter(self.firmware)
        firmware[mark.firmware] += by
        return Count(
            never=never,
            failing=failing,
            fetched=_fold(fetched, today),
            fresh=_fold(fresh, today),
            made_of=made_of,
            firmware={version: count for version, count in firmware.items() if count},
        )

    def is_like(self, other: Count, *, today: date) -> bool:
        """Whether they say the same of all devices. `other` was counted anew, on this day."""
        told = [
            (
                count.never,
                count.failing,
                _fold(count.fetched, today),
                {version: devices for version, devices in count.firmware.items() if devices},
            )
            for count in (self, other)
        ]
        fresh, others = _fold(self.fresh, today), _fold(other.fresh, today)
        # As of when nobody is fresh may be later than that of any device which is there.
        is_past = not fresh and _order(self.made_of) > _order(other.made_of)
        is_fresh_alike = fresh == others and (not fresh or self.made_of == other.made_of)
        return told[0] == told[1] and (is_past or is_fresh_alike)

    def with_state(
        self, today: date, *, shared_at: datetime | None, silent_days: int
    ) -> dict[str, int]:
        """How many are in each state; the numbers add up to those of all devices."""
        seen = {
            day: count
            for day, count in self.fetched.items()
            if not is_silent(day, today, silent_days)
        }
        is_known = _order(self.made_of) >= _order(shared_at)
        current = sum(self.fresh.get(day, 0) for day in seen) if is_known else 0
        return {
            "never": self.never,
            "current": current,
            "outdated": sum(seen.values()) - current,
            "failing": self.failing,
            "silent": sum(self.fetched.values()) - sum(seen.values()),
        }


@dataclass(frozen=True, kw_only=True, slots=True)
class Cell:
    """A group and the count of its devices."""

    group: Group
    count: Count


def add_up(parts: Iterable[Count]) -> Count:
    """The sum of the parts of one group's count."""
    parts = list(parts)
    made_of = max((part.made_of for part in parts), key=_order, default=None)
    fetched: Counter[date] = Counter()
    fresh: Counter[date] = Counter()
    firmware: Counter[str] = Counter()
    for part in parts:
        _add(fetched, part.fetched)
        _add(firmware, part.firmware)
        if part.made_of == made_of:
            _add(fresh, part.fresh)
    return Count(
        never=sum(part.never for part in parts),
        failing=sum(part.failing for part in parts),
        fetched={day: count for day, count in fetched.items() if count},
        fresh={day: count for day, count in fresh.items() if count},
        made_of=made_of,
        firmware={version: count for version, count in firmware.items() if count},
    )


def _add(to: Counter[str] | Counter[date], counts: Mapping[str, int] | Mapping[date, int]) -> None:
    for name, count in counts.items():
        to[name] += count  # type: ignore[index] # both are of one kind


def _fold(counts: Mapping[date, int], today: date) -> dict[date, int]:
    """The counts with all days of long ago in one."""
    found: Counter[date] = Counter()
    for day, count in counts.items():
        found[day if today - day <= _KEPT_DAYS else _LONG_AGO] += count
    return {day: count for day, count in found.items() if count}


def _order(time: datetime | None) -> datetime:
    return time or datetime.min.replace(tzinfo=UTC)
