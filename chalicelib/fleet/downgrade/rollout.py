"""Would phones go back by a rollout that begins, or by one that ends?"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence

from chalicelib.domain.errors import ConflictError
from chalicelib.domain.firmware.catalogue import Shelf
from chalicelib.domain.firmware.census import Reported, find_newer
from chalicelib.domain.firmware.decision import foresee
from chalicelib.domain.firmware.rollout import Rollout
from chalicelib.domain.firmware.version import is_newer
from chalicelib.fleet.downgrade.places import (
    Census,
    Counts,
    Places,
    Records,
    Vendors,
    group_of,
    read_places,
)
from chalicelib.fleet.downgrade.question import refuse_older

_GIVES = 'say "allow_downgrade": false to pass over who has one, or true to take it back'
_ENDS = 'set "firmware" to what is to stay, or say allow_downgrade to take it back'


class RolloutDowngrades:
    """Its methods raise ConflictError where devices would go back to an older version."""

    def __init__(self, *, records: Records, vendors: Vendors, census: Census) -> None:
        self._records = records
        self._vendors = vendors
        self._census = census

    def refuse_gift(self, was: Rollout | None, now: Rollout, shelf: Shelf, counts: Counts) -> None:
        """Of a rollout that is made, or gives to more devices than before.

        Unless it is said what becomes of those that report a newer version.
        """
        pack = self._vendors.pack(now.vendor)
        if pack is None or now.allow_downgrade is not None or not _gives_more(was, now):
            return
        concerned = find_concerned(now, shelf, counts)
        newer = find_newer(concerned, now.version, first=pack.version_field)
        refuse_older(now.version, newer, ask=_GIVES)

    def refuse_end(self, rollout: Rollout, was: Shelf, now: Shelf) -> None:
        """Of a rollout that ends: its devices have then what others give, or the settings name."""
        concerned = find_concerned(rollout, was, self._census.counts(rollout.site))
        places = read_places(self._records, (group_of(now.vendor, each) for each in concerned))
        newer: dict[str, Counter[str]] = defaultdict(Counter)
        silent: dict[str, int] = defaultdict(int)
        for each in concerned:
            held = each.version or rollout.version
            for version in self._find_lower(each, held, was, now, places):
                if each.version:
                    newer[version][each.version] += each.devices
                elif rollout.percent:
                    silent[version] += each.devices - each.never
        for version, found in sorted(newer.items()):
            refuse_older(version, dict(sorted(found.items())), ask=_ENDS)
        for version, devices in sorted(silent.items()):
            if devices > 0:
                says = f"devices that report no version ({devices}) may have {rollout.version}"
                raise ConflictError(f"{says}, which is newer than {version}; {_ENDS}")

    def _find_lower(
        self, each: Reported, held: str, was: Shelf, now: Shelf, places: Places
    ) -> Iterator[str]:
        """The older versions that some of these devices will be told, and were not told so far."""
        pack = self._vendors.pack(now.vendor)
        named = places.named(each.site, now.vendor, each.model)
        if pack is None or named.has_url:
            return
        before, after = (
            foresee(
                shelf.rollouts_for(each.model),
                model=each.model,
                site=each.site,
                held=held,
                chosen=named.version,
                first=pack.version_field,
            )
            for shelf in (was, now)
        )
        for version in sorted(after - before):
            is_lower = is_newer(held, version, first=pack.version_field)
            if is_lower and now.file(version, each.model):
                yield version


def find_concerned(rollout: Rollout, shelf: Shelf, counts: Counts) -> Sequence[Reported]:
    """What the devices report that the rollout may be given to, and that can fetch its version."""
    return [
        each
        for each in counts.get(rollout.vendor, ())
        if rollout.concerns(model=each.model, site=each.site)
        and shelf.file(rollout.version, each.model)
    ]


def _gives_more(was: Rollout | None, now: Rollout) -> bool:
    """Whether some devices may be given the version that were not, or nobody has said before."""
    if now.paused or not now.percent:
        return False
    if was is None or was.paused or was.percent < now.percent:
        return True
    return was.allow_downgrade is not None
