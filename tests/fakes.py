"""With what do the tests of fetches and uploads replace the parts around these?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from chalicelib.access.door import Door, Identifier, ThresholdRecords
from chalicelib.domain.access.admission import Admission, Evidence
from chalicelib.domain.access.state import AccessState
from chalicelib.domain.access.threshold import Threshold
from chalicelib.domain.access.token import DeviceToken, SiteToken
from chalicelib.domain.answer import Answer, Outcome
from chalicelib.domain.cascade import MODEL, SERVER, Layer
from chalicelib.domain.device import Device, Dossier, Fetch, Line
from chalicelib.domain.draft import Circumstances, Draft
from chalicelib.domain.errors import ChangedError, StoreDownError
from chalicelib.domain.evidence import Evidence as Identity
from chalicelib.domain.extension import Origin
from chalicelib.domain.mac import Mac
from chalicelib.domain.record import Change, Stored
from chalicelib.domain.request import FetchRequest, Visit
from chalicelib.domain.shared import Layout
from chalicelib.domain.standing import Group
from chalicelib.domain.upload import Upload
from chalicelib.domain.vendor import FileRule

MAC = Mac("001565123456")
NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)
UNKNOWN = Admission(admitted=False, reason="the device is not registered")
OPEN = Admission(admitted=True)


def a_device(**more: Any) -> Device:  # noqa: ANN401 - fields of Device
    given: dict[str, Any] = {
        "mac": MAC,
        "vendor": "acme",
        "model": "x2",
        "lines": ({"extension_number": "1001"},),
        "origin": Origin.API,
        "created_at": NOON,
        "updated_at": NOON,
    }
    return Device(**{**given, **more})


def a_dossier(
    last_fetch: Fetch | None = None,
    access: Stored[AccessState] | None = None,
    **more: Any,  # noqa: ANN401 - fields of Device
) -> Dossier:
    line = Line(position=1, number="1001", name="Front desk", password="a secret")
    trace = ATrace(last_fetch)
    return Dossier(device=a_device(**more), lines=(line,), access=access, trace=trace)


@dataclass(frozen=True)
class ATrace:
    """The last fetch of a device."""

    last: Fetch | None


def a_threshold(dossier: Dossier) -> Threshold:
    device = dossier.device
    return Threshold(
        site=device.site,
        vendor=device.vendor,
        access=dossier.access.value if dossier.access else AccessState.begin(NOON),
        enter=lambda: dossier,
    )


class Records:
    """Remembers what is noted, or refuses to; `rivals` fetches come in between and spend first."""

    def __init__(
        self,
        *dossiers: Dossier,
        failure: str = "",
        upload: str | None = None,
        rivals: int = 0,
    ) -> None:
        self._dossier_by_mac = {dossier.device.mac: dossier for dossier in dossiers}
        self._failure = failure
        self._upload = upload
        self._rivals = rivals
        self.notes: list[Fetch] = []
        self.noted_changes: list[Change[AccessState] | None] = []
        self.saved: list[AccessState] = []
        self.noted_texts: list[tuple[str | None, datetime | None]] = []
        self.spent: list[tuple[Fetch, Change[AccessState]]] = []
        self.reads = 0

    def threshold(self, mac: Mac) -> Threshold | None:
        self.reads += 1
        dossier = self._dossier_by_mac.get(mac)
        return a_threshold(dossier) if dossier else None

    def note(
        self,
        dossier: Dossier,
        fetch: Fetch,
        access: Change[AccessState] | None = None,
        *,
        text: str | None = None,
        shared_at: datetime | None = None,
    ) -> None:
        self._meet(dossier.device.mac)
        self.notes.append(fetch)
        self.noted_changes.append(access)
        self.noted_texts.append((text, shared_at))

    def spend(
        self,
        dossier: Dossier,
        fetch: Fetch,
        access: Change[AccessState],
        *,
        text: str | None = None,
        shared_at: datetime | None = None,
    ) -> None:
        self._meet(dossier.device.mac)
        self.spent.append((fetch, access))
        self.noted_texts.append((text, shared_at))

    def save_access(self, mac: Mac, access: Change[AccessState]) -> Stored[AccessState]:
        self._meet(mac)
        self.saved.append(access.new)
        return Stored(access.new, "r2")

    def upload(self, device: Device, name: str) -> Upload | None:  # noqa: ARG002 - as the Protocol
        return None if self._upload is None else Upload(name=name, text=self._upload, at=NOON)

    def _meet(self, mac: Mac) -> None:
        """Fail as told, or let a rival be first."""
        if self._failure:
            raise StoreDownError(self._failure)
        if self._rivals:
            self._rivals -= 1
            dossier = self._dossier_by_mac[mac]
            was = dossier.access
            assert was is not None
            spent = Stored(was.value.spend(), f"{was.revision}+")
            self._dossier_by_mac[mac] = replace(dossier, access=spent)
            raise ChangedError("another fetch of the device came in between")


class Catalogue:
    """Knows these rules; a User-Agent is `vendor model version`."""

    def __init__(self, rules: Sequence[FileRule]) -> None:
        self._rules = rules
        self.identified: list[tuple[str, str | None]] = []

    def vendors_asking_for(self, shape: str) -> Sequence[str]:
        return sorted({rule.vendor for rule in self._rules if rule.shape == shape})

    def rules(self, shape: str, vendor: str) -> Sequence[FileRule]:
        return [rule for rule in self._rules if (rule.shape, rule.vendor) == (shape, vendor)]

    def identify(self, user_agent: str, *, first: str | None = None) -> Identity:
        self.identified.append((user_agent, first))
        said: Mapping[int, str] = dict(enumerate(user_agent.split()))
        return Identity(vendor=said.get(0), model=said.get(1), version=said.get(2))


class Drafter:
    """Writes which file it was asked for, and under which circumstances."""

    def __init__(self, error: Exception | None = None) -> None:
        self._error = error

    def device_file(self, dossier: Dossier, rule: FileRule, circumstances: Circumstances) -> Draft:
        return self._write(f"{dossier.lines[0].number} {rule.shape} {_tell(circumstances)}")

    def common_file(self, rule: FileRule, circumstances: Circumstances) -> Draft:
        return self._write(f"{rule.vendor} {rule.shape} {_tell(circumstances)}")

    def phonebook_file(
        self, device: Device, rule: FileRule, contacts: Sequence[Mapping[str, Any]]
    ) -> Draft:
        names = ", ".join(contact["name"] for contact in contacts)
        return self._write(f"{device.model} {rule.shape}: {names}")

    def _write(self, text: str) -> Draft:
        if self._error:
            raise self._error
        return Draft(text=f"{text}\n", content_type="text/plain")


def _tell(circumstances: Circumstances) -> str:
    url = circumstances.provisioning_url or "nowhere"
    return f"{circumstances.host} {circumstances.version} {url}"


class Layers:
    """Says of every site and model the same, which is nothing unless it is told."""

    def __init__(self, *layers: Layer, layouts: Sequence[Layout] = ()) -> None:
        self._layers = layers
        self._layout_by_name = {layout.name: layout for layout in layouts}

    def below(self, site: str, vendor: str, model: str) -> Sequence[Layer]:  # noqa: ARG002 - as the Protocol
        return self._layers

    def made_of(self, group: Group) -> datetime | None:  # noqa: ARG002 - as the Protocol
        return None

    def common(self, vendor: str, model: str | None) -> Sequence[Layer]:  # noqa: ARG002 - as the Protocol
        return [layer for layer in self._layers if layer.name in (SERVER, MODEL)]

    def layout(self, name: str, site: str) -> Layout | None:
        found = self._layout_by_name.get(name)
        return found if found and found.site in (None, site) else None


class Directory:
    """One contact for each site, who is called like it."""

    def contacts(self, site: str) -> Sequence[Mapping[str, Any]]:
        return [{"name": f"Contact of {site}", "numbers": ["2001"]}]


class Gate:
    """Decides as it was told, the last word again and again; admits no unknown device.

    Twelve digits are the token of that device, and `site` is a site's.
    """

    def __init__(self, *admissions: Admission, folder: str | None = "p/own/") -> None:
        self._admissions = list(admissions) or [OPEN]
        self._folder = folder
        self.shown: list[Evidence] = []

    def read_token(self, text: str) -> DeviceToken | SiteToken | None:
        if text == "site":
            return SiteToken("default", 1)
        return DeviceToken(Mac(text), 1) if len(text) == len(MAC.digits) else None

    def admit(
        self,
        evidence: Evidence,
        threshold: Threshold | None,
        mac: Mac,  # noqa: ARG002 - as the Protocol
        now: datetime,
    ) -> Admission:
        assert now == NOON
        self.shown.append(evidence)
        if threshold is None:
            return UNKNOWN
        return self._admissions.pop(0) if len(self._admissions) > 1 else self._admissions[0]

    def own_folder(self, dossier: Dossier) -> str | None:
        assert dossier.device.mac == MAC
        return self._folder


def a_door(
    records: ThresholdRecords,
    catalog: Identifier,
    *,
    gate: Gate | None = None,
    brake: Brake | None = None,
    lookout: Lookout | None = None,
) -> Door:
    """The real door, with what decides and counts made up."""
    return Door(
        records=records,
        catalog=catalog,
        gate=gate or Gate(),
        brake=brake or Brake(),
        lookout=lookout or Lookout(),
        clock=lambda: NOON,
    )


class Lookout:
    """Remembers whom it was told of: the MAC address, the site of the key, the reason."""

    def __init__(self) -> None:
        self.noted: list[tuple[Mac, str | None, str, bool]] = []

    def note(
        self,
        visit: Visit,
        mac: Mac,
        seen: Identity,
        *,
        key: SiteToken | None,
        reason: str,
        is_registered: bool,
    ) -> None:
        assert visit is not None
        assert seen is not None
        self.noted.append((mac, key.site if key else None, reason, is_registered))


class Herald:
    """Remembers which answers it heard of."""

    def __init__(self) -> None:
        self.heard: list[Outcome] = []

    def hear(
        self,
        answer: Answer,
        request: FetchRequest,
        dossier: Dossier,
        version: str | None,  # noqa: ARG002 - as the Protocol
    ) -> None:
        assert dossier.device.mac == MAC
        assert not request.looks_only
        self.heard.append(answer.outcome)


class Brake:
    """Is on or off as it was told, and remembers whom it counted."""

    def __init__(self, *, on: bool = False) -> None:
        self._on = on
        self.counted: list[str] = []

    def is_on(self, address: str) -> bool:
        assert address is not None
        return self._on

    def count(self, address: str) -> None:
        self.counted.append(address)

    def retry_after(self) -> int:
        return 30
