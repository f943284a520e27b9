"""How does a phone get a firmware file?

It asks below its own URL, so the same door opens as for its config files. Where the file lies in a
bucket, it is sent on there if its vendor's phones are known to follow; a relay that stands between
says that it follows itself.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, Protocol

from chalicelib.domain.access.admission import Entry
from chalicelib.domain.access.token import DeviceToken, SiteToken
from chalicelib.domain.answer import Answer, Outcome
from chalicelib.domain.cascade import DEVICE, Layer, cascade
from chalicelib.domain.device import Dossier
from chalicelib.domain.evidence import Evidence as Identity
from chalicelib.domain.firmware.assignment import FOLDER, Assignment
from chalicelib.domain.mac import Mac
from chalicelib.domain.request import FetchRequest, Visit
from chalicelib.domain.vendor import Pack

_TYPE = "application/octet-stream"
_NEEDS_RELAY = (
    "phones of {} are not known to follow redirects, and the file is too large for an answer of "
    "this server: let them ask through the relay, or set firmware_url to an address of your own"
)


class Assets(Protocol):
    """Where files lie. Its methods raise StoreDownError."""

    def fetch_url(self, key: str) -> str | None: ...
    def read(self, key: str) -> bytes | None: ...


class Vendors(Protocol):
    """What handing out needs of the catalogue of vendors."""

    def pack(self, vendor: str) -> Pack | None: ...
    def identify(self, user_agent: str, *, first: str | None = None) -> Identity: ...


class Door(Protocol):
    """What handing out needs of whoever lets phones in."""

    def read_token(self, visit: Visit) -> DeviceToken | SiteToken | None: ...
    def let_in(self, visit: Visit, mac: Mac) -> Entry | Answer: ...


class Assigner(Protocol):
    """What handing out needs of whoever decides which firmware a device is to have."""

    def assign(
        self,
        dossier: Dossier,
        settings: Mapping[str, Any],
        pack: Pack,
        *,
        version: str | None,
        moment: datetime | None,
    ) -> Assignment | None: ...
    def find_file(self, dossier: Dossier, name: str, version: str | None) -> Assignment | None: ...


class Layers(Protocol):
    """What handing out needs of whoever knows what devices share."""

    def below(self, site: str, vendor: str, model: str) -> Sequence[Layer]: ...


class Handing:
    """Hands firmware files out."""

    def __init__(
        self,
        *,
        assets: Assets,
        vendors: Vendors,
        door: Door,
        assigner: Assigner,
        layers: Layers,
        clock: Callable[[], datetime],
    ) -> None:
        self._assets = assets
        self._vendors = vendors
        self._door = door
        self._assigner = assigner
        self._layers = layers
        self._clock = clock

    def is_asked(self, request: FetchRequest) -> bool:
        """Whether the request is for a firmware file."""
        return FOLDER in request.folders

    def answer(self, request: FetchRequest) -> Answer:
        """The answer to one request. Raises StoreDownError."""
        mac = self._read_mac(request)
        if mac is None:
            reason = "neither the name nor the URL says which device it is"
            return Answer(outcome=Outcome.UNKNOWN_FILE, reason=reason)
        entry = self._door.let_in(request, mac)
        if isinstance(entry, Answer):
            return entry
        device = entry.dossier.device
        seen = self._vendors.identify(request.user_agent, first=device.vendor)
        blank = Answer(
            outcome=Outcome.SERVED,
            mac=device.mac,
            vendor=device.vendor,
            model=device.model,
            seen=seen,
        )
        pack = self._vendors.pack(device.vendor)
        found = self._find(request, entry.dossier, pack, seen) if pack else None
        if found is None or pack is None:
            reason = "the catalogue has no such file for the device"
            return replace(blank, outcome=Outcome.ABSENT, reason=reason)
        return self._hand_out(blank, request, found, pack)

    def _read_mac(self, request: FetchRequest) -> Mac | None:
        """Whose file it is: the URL's secret says it, or the folder behind ours."""
        token = self._door.read_token(request)
        if isinstance(token, DeviceToken):
            return token.mac
        for folder in request.folders:
            try:
                return Mac.parse(folder)
            except ValueError:
                continue
        return None

    def _find(
        self, request: FetchRequest, dossier: Dossier, pack: Pack, seen: Identity
    ) -> Assignment | None:
        device = dossier.device
        below = self._layers.below(device.site, device.vendor, device.model)
        assigned = self._assigner.assign(
            dossier,
            cascade([*below, Layer(DEVICE, device.settings)]),
            pack,
            version=seen.version if seen.vendor == pack.vendor else None,
            moment=self._clock(),
        )
        version = assigned.version if assigned else None
        return self._assigner.find_file(dossier, request.file, version)

    def _hand_out(
        self, blank: Answer, request: FetchRequest, found: Assignment, pack: Pack
    ) -> Answer:
        asset = found.asset
        if asset is None:
            return replace(blank, outcome=Outcome.ABSENT, reason="the file is not ready")
        etag = asset.sha256[:32]
        if etag in request.known_etags or "*" in request.known_etags:
            return replace(blank, outcome=Outcome.NOT_MODIFIED, etag=etag)
        url = self._assets.fetch_url(asset.key)
        if url is not None:
            if pack.boot.follows_redirects or request.relayed:
                return replace(blank, outcome=Outcome.MOVED, location=url)
            return replace(
                blank, outcome=Outcome.NEEDS_RELAY, reason=_NEEDS_RELAY.format(pack.label)
            )
        content = self._assets.read(asset.key)
        if content is None:
            return replace(blank, outcome=Outcome.ABSENT, reason="the file has gone")
        return replace(blank, content=content, content_type=_TYPE, etag=etag)
