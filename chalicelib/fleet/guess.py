"""Which vendor and model is a device, where the operator does not say?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from chalicelib.domain.errors import Flaw, InputError
from chalicelib.domain.evidence import Certainty
from chalicelib.domain.identity import Identifier
from chalicelib.domain.mac import Mac
from chalicelib.domain.vendor import Model, Pack


class Vendors(Protocol):
    """What the use cases need of the catalogue."""

    @property
    def identifier(self) -> Identifier: ...
    def find(self, vendor: str, model: str) -> tuple[Pack, Model]: ...
    def pack(self, vendor: str) -> Pack | None: ...


_SEEN = "MAC address seen"
"""So begins what an identifier says of an address that it was given."""

_MOST_TO_READ = 12
"""So many models are named in a message."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Recognised:
    """The pack and model of a device; `guessed` says what was concluded, and from what."""

    pack: Pack
    model: Model
    guessed: Mapping[str, str]


def recognise(
    mac: Mac,
    *,
    vendor: str | None,
    model: str | None,
    vendors: Vendors,
    user_agent: str = "",
    is_known: bool = False,
) -> Recognised:
    """What the device is. Raises InputError with what must be said, or is not supported.

    `user_agent` is what it sent when it was not let in. `is_known`: the operator knows what it
    said, so a MAC prefix of another vendor is told, but no reason to ask.
    """
    guessed: dict[str, str] = {}
    if vendor is None:
        evidence = vendors.identifier.identify("", user_agent, mac=mac)
        because = tuple(each for each in evidence.because if not each.startswith(_SEEN))
        is_doubtful = evidence.certainty is Certainty.DOUBTFUL and not is_known
        if evidence.vendor is None or is_doubtful:
            raise InputError(Flaw(where="vendor", says=_ask_for_vendor(because)))
        vendor = evidence.vendor
        guessed = {"vendor": vendor, "because": "; ".join(because)}
    if model is None:
        pack = vendors.pack(vendor)
        model, because = _guess_model(pack, user_agent, vendors) if pack else ("", ())
        guessed["model"] = model
        guessed.setdefault("because", "; ".join(because))
    pack, found = vendors.find(vendor, model)
    return Recognised(pack=pack, model=found, guessed=guessed)


def _guess_model(pack: Pack, user_agent: str, vendors: Vendors) -> tuple[str, tuple[str, ...]]:
    """The vendor's only model, or the one that the User-Agent names. Raises InputError."""
    if len(pack.models) == 1:
        return next(iter(pack.models)), (f"{pack.vendor} has one model",)
    said = vendors.identifier.identify_user_agent(user_agent)
    if said.vendor == pack.vendor and said.model in pack.models:
        return str(said.model), said.because
    raise InputError(Flaw(where="model", says=_ask_for_model(pack)))


def _ask_for_model(pack: Pack) -> str:
    if not pack.models:
        return f"{pack.vendor} is only recognised: it has no model, unless a template adds one"
    if len(pack.models) > _MOST_TO_READ:
        place = f"/api/provisioning/vendors/{pack.vendor}"
        return f"is required; {pack.vendor} has {len(pack.models)}, which {place} lists"
    return f"is required; {pack.vendor} has {', '.join(pack.models)}"


def _ask_for_vendor(because: tuple[str, ...]) -> str:
    if because:
        return f"is required; the MAC address does not tell it ({'; '.join(because)})"
    return "is required; the MAC address is of no vendor that is known"
