"""Which vendor and model is a device, where the operator does not say?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from chalicelib.domain.errors import Flaw, InputError
from chalicelib.domain.identity import Identifier
from chalicelib.domain.mac import Mac
from chalicelib.domain.vendor import Model, Pack


class Vendors(Protocol):
    """What the use cases need of the catalogue."""

    @property
    def identifier(self) -> Identifier: ...
    def find(self, vendor: str, model: str) -> tuple[Pack, Model]: ...
    def pack(self, vendor: str) -> Pack | None: ...


_MOST_TO_READ = 12
"""So many models are named in a message."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Recognised:
    """The pack and model of a device; `guessed` says what was concluded, and from what."""

    pack: Pack
    model: Model
    guessed: Mapping[str, str]


def recognise(mac: Mac, *, vendor: str | None, model: str | None, vendors: Vendors) -> Recognised:
    """What the device is. Raises InputError with what must be said, or is not supported."""
    guessed: dict[str, str] = {}
    if vendor is None:
        evidence = vendors.identifier.identify_mac(mac)
        if evidence.vendor is None:
            raise InputError(Flaw(where="vendor", says=_ask_for_vendor(evidence.because)))
        vendor = evidence.vendor
        guessed = {"vendor": vendor, "because": "; ".join(evidence.because)}
    if model is None:
        pack = vendors.pack(vendor)
        if pack and len(pack.models) != 1:
            raise InputError(Flaw(where="model", says=_ask_for_model(pack)))
        model = next(iter(pack.models)) if pack else ""
        guessed["model"] = model
    pack, found = vendors.find(vendor, model)
    return Recognised(pack=pack, model=found, guessed=guessed)


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
