"""What do several clues together say of a phone, and how sure is it?"""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum

from chalicelib.domain.mac import Mac

_BUT = "but "


class Certainty(IntEnum):
    """How sure it is that the vendor is the right one."""

    NONE = 0
    """The vendor is not known."""
    DOUBTFUL = 1
    """Something contradicts."""
    LIKELY = 2
    """By the MAC prefix or the file's name alone."""
    SURE = 3
    """The phone said so, or MAC prefix and file's name agree."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Evidence:
    """What is known of a phone. `because` has a sentence for each clue; doubts begin with "but"."""

    vendor: str | None = None
    model: str | None = None
    reported_model: str | None = None
    """The model in the phone's own words, also when no pack lists it."""
    version: str | None = None
    mac: Mac | None = None
    serial: str | None = None
    certainty: Certainty = Certainty.NONE
    because: tuple[str, ...] = ()


def weigh(
    *,
    stated: Sequence[Evidence],
    mac: Mac | None,
    asks: Mapping[str, str | None],
    prefix: str,
    builders: Sequence[str],
) -> Evidence:
    """The one vendor that the clues agree on best, what they say of the phone, and all doubts.

    `stated` is what each text of the phone says by itself, the most trusted first; `asks` has the
    vendors whose phones ask for this file, with the model that its name tells; `builders` are the
    vendors that have the prefix of the MAC address.
    """
    vendor, certainty = _choose(stated, asks, builders)
    own = [each for each in stated if each.vendor == vendor] if vendor else []
    reported = version = serial = model = None
    for each in reversed(own):
        version = each.version or version
        serial = each.serial or serial
        if each.model or each.reported_model:
            model, reported = each.model, each.reported_model
    if vendor and reported is None and model is None:
        model = asks.get(vendor)
    because = _explain_stated(stated, vendor, model, mac)
    if asks:
        because += _explain_file(asks, vendor, model)
    if builders:
        because.append(f"{_but(vendor, builders)}MAC prefix {prefix}: {listed(builders)}")
    if certainty and any(reason.startswith(_BUT) for reason in because):
        certainty = Certainty.DOUBTFUL
    return Evidence(
        vendor=vendor,
        model=model,
        reported_model=reported,
        version=version,
        mac=mac,
        serial=serial,
        certainty=certainty,
        because=tuple(because),
    )


def listed(vendors: Iterable[str]) -> str:
    return " or ".join(vendors)


def _choose(
    stated: Sequence[Evidence], asks: Mapping[str, str | None], builders: Sequence[str]
) -> tuple[str | None, Certainty]:
    for each in stated:
        if each.vendor:
            return each.vendor, Certainty.SURE
    agreed = [vendor for vendor in asks if vendor in builders]
    if len(agreed) == 1:
        return agreed[0], Certainty.SURE
    if len(asks) == 1:
        return next(iter(asks)), Certainty.LIKELY
    if len(builders) == 1:
        return builders[0], Certainty.LIKELY
    return None, Certainty.NONE


def _explain_stated(
    stated: Sequence[Evidence], vendor: str | None, model: str | None, mac: Mac | None
) -> list[str]:
    because: list[str] = []
    for each in stated:
        if each.vendor is None or each.vendor == vendor:
            because += each.because
            if each.model and each.model != model:
                because.append(f"{_BUT}it says the model {each.model}, not {model}")
        else:
            because += [_BUT + reason for reason in each.because]
        if each.mac and each.mac != mac:
            because.append(f"{_BUT}it says the MAC address {each.mac}, not {mac}")
    return because


def _explain_file(
    asks: Mapping[str, str | None], vendor: str | None, model: str | None
) -> list[str]:
    because = [f"{_but(vendor, asks)}file name: {listed(asks)}"]
    told = asks.get(vendor) if vendor else None
    if told and model and told != model:
        because.append(f"{_BUT}it says the model {told}, not {model}")
    return because


def _but(vendor: str | None, vendors: Container[str]) -> str:
    return _BUT if vendor and vendor not in vendors else ""
