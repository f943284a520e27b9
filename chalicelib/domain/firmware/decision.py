"""Which version is a device to have, by all rollouts together?

A rollout only ever gives: a device that has its version keeps it, in the window or not, paused or
not, in whatever percentage, until the rollout is removed or the device has got a newer one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import Enum

from chalicelib.domain.firmware.rollout import Rollout
from chalicelib.domain.firmware.version import is_newer, is_same
from chalicelib.domain.mac import Mac


class Verdict(Enum):
    """What a rollout means for a device."""

    HAS = "has it"
    GIVES = "is given it"
    NEWER = "has a newer one"
    PAUSED = "paused"
    OUTSIDE = "not in the percentage"
    CLOSED = "not in the window"
    LACKS_FILE = "has no file for the model"

    @property
    def is_for_it(self) -> bool:
        """Whether the device is to have the version."""
        return self in (Verdict.HAS, Verdict.GIVES)


@dataclass(frozen=True, slots=True)
class Decision:
    """The version that a device is to have, and the rollout that says so; None: its settings do."""

    version: str | None
    by: Rollout | None = None


def judge(
    rollout: Rollout, *, mac: Mac, local: datetime, held: Sequence[str], first: int = 1
) -> Verdict:
    """What the rollout means for a device that it concerns, at this time of its own clock.

    `held` are the versions that the device reports and was told of last.
    """
    holds = any(is_same(version, rollout.version, first=first) for version in held)
    if not holds and rollout.paused:
        return Verdict.PAUSED
    if not holds and not rollout.includes(mac):
        return Verdict.OUTSIDE
    if not holds and rollout.window is not None and not rollout.window.is_open(local):
        return Verdict.CLOSED
    if rollout.goes_back_for(held, first=first):
        return Verdict.NEWER
    return Verdict.HAS if holds else Verdict.GIVES


def decide(
    rollouts: Sequence[Rollout],
    *,
    mac: Mac,
    model: str,
    site: str,
    local: datetime,
    held: Sequence[str],
    chosen: str | None,
    first: int = 1,
) -> Decision:
    """The version that the device is to have; `chosen` where no rollout gives or gave it one.

    Of a newer version than a rollout's nothing is taken back, unless that allows it. Who is passed
    over for that has what was chosen, or the version of the rollout where that is the newer one.
    """
    decision = Decision(chosen)
    for rollout in find_concerned(rollouts, model=model, site=site):
        verdict = judge(rollout, mac=mac, local=local, held=held, first=first)
        if verdict.is_for_it:
            return Decision(rollout.version, rollout)
        last = decision.version
        if verdict is Verdict.NEWER and last and is_newer(rollout.version, last, first=first):
            decision = Decision(rollout.version, rollout)
    return decision


def foresee(
    rollouts: Sequence[Rollout],
    *,
    model: str,
    site: str,
    held: str,
    chosen: str | None,
    first: int = 1,
) -> set[str]:
    """What devices that hold this version may be told, at some time, whichever they are.

    It is what `decide` says of all the devices of a model and a site together.
    """
    found: set[str] = set()
    last = {chosen}
    for rollout in find_concerned(rollouts, model=model, site=site):
        version = rollout.version
        if is_same(held, version, first=first):
            return found | {version}
        if rollout.paused or not rollout.percent:
            continue
        is_for_all = rollout.percent == 100 and rollout.window is None
        if rollout.goes_back_for([held], first=first):
            raised = {each and _newer(each, version, first=first) for each in last}
            last = raised if is_for_all else last | raised
            continue
        found.add(version)
        if is_for_all:
            return found
    return found | {each for each in last if each is not None}


def find_concerned(rollouts: Sequence[Rollout], *, model: str, site: str) -> list[Rollout]:
    """Those for devices of this model and site, as they come one after the other.

    The rollout for one site comes before those for all, that for some models before those for all,
    a newer one before an older one.
    """
    concerned = [each for each in rollouts if each.concerns(model=model, site=site)]
    return sorted(concerned, key=_precedence, reverse=True)


def _newer(one: str, other: str, *, first: int) -> str:
    return other if is_newer(other, one, first=first) else one


def _precedence(rollout: Rollout) -> tuple[bool, bool, datetime, str]:
    return rollout.site is not None, bool(rollout.models), rollout.created_at, rollout.id
