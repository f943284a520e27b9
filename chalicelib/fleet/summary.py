"""How many devices stand how, by the counts that are kept of them?"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from chalicelib.domain.standing import Group, State
from chalicelib.domain.tally import Cell


@dataclass(frozen=True, kw_only=True, slots=True)
class Summary:
    """How many devices there are, and how many of them stand how."""

    devices: int
    by_state: Mapping[str, int]
    by_model: Mapping[str, Mapping[str, int]]
    by_firmware: Mapping[str, Mapping[str, int]]
    by_site: Mapping[str, Mapping[str, int]] = field(default_factory=dict)

    @property
    def by_vendor(self) -> Mapping[str, int]:
        """How many devices each vendor has."""
        found: Counter[str] = Counter()
        for name, counted in self.by_model.items():
            found[name.partition("/")[0]] += counted["devices"]
        return found


def summarize(
    cells: Sequence[Cell],
    today: date,
    *,
    shared_at: Callable[[Group], datetime | None],
    silent_days: int,
) -> Summary:
    """Add up the counts. `shared_at` tells when what a group shares was last changed."""
    by_state: Counter[str] = Counter({state.value: 0 for state in State})
    by_model: dict[str, Counter[str]] = {}
    by_firmware: dict[str, Counter[str]] = {}
    by_site: dict[str, Counter[str]] = {}
    for cell in cells:
        group, count = cell.group, cell.count
        states = count.with_state(today, shared_at=shared_at(group), silent_days=silent_days)
        counted = {"devices": count.devices, **states}
        by_state.update(states)
        by_model.setdefault(f"{group.vendor}/{group.model}", Counter()).update(counted)
        by_site.setdefault(group.site, Counter()).update(counted)
        by_firmware.setdefault(group.vendor, Counter()).update(count.firmware)
    return Summary(
        devices=sum(by_state.values()),
        by_state=by_state,
        by_model=by_model,
        by_firmware=by_firmware,
        by_site=by_site,
    )
