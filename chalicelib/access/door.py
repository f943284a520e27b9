"""Is a phone let in to its device: is its network braked, and does the gate admit it?

Fetches and uploads come in by the same door, so neither tells more than the other.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Protocol

from chalicelib.domain.access.admission import Admission, Entry, Evidence
from chalicelib.domain.access.basic import read_basic
from chalicelib.domain.access.threshold import Threshold
from chalicelib.domain.access.token import DeviceToken, SiteToken
from chalicelib.domain.answer import Answer, Outcome
from chalicelib.domain.evidence import Evidence as Identity
from chalicelib.domain.mac import Mac
from chalicelib.domain.request import Visit


class ThresholdRecords(Protocol):
    """Where devices are kept."""

    def threshold(self, mac: Mac) -> Threshold | None: ...


class Identifier(Protocol):
    """Whoever tells phones by their User-Agent."""

    def identify(self, user_agent: str, *, first: str | None = None) -> Identity: ...


class Gate(Protocol):
    """Whoever decides on what a phone shows."""

    def read_token(self, text: str) -> DeviceToken | SiteToken | None: ...
    def admit(
        self, evidence: Evidence, threshold: Threshold | None, mac: Mac, now: datetime
    ) -> Admission: ...


class Brake(Protocol):
    """Whoever counts misses."""

    def is_on(self, address: str) -> bool: ...
    def count(self, address: str) -> None: ...
    def retry_after(self) -> int: ...


class Lookout(Protocol):
    """Whoever remembers who was not let in. It never fails, and bounds its time."""

    def note(
        self,
        visit: Visit,
        mac: Mac,
        seen: Identity,
        *,
        key: SiteToken | None,
        reason: str,
        is_registered: bool,
    ) -> None: ...


class Door:
    """Lets phones in, or says why not."""

    def __init__(
        self,
        *,
        records: ThresholdRecords,
        catalog: Identifier,
        gate: Gate,
        brake: Brake,
        lookout: Lookout,
        clock: Callable[[], datetime],
    ) -> None:
        self._records = records
        self._catalog = catalog
        self._gate = gate
        self._brake = brake
        self._lookout = lookout
        self._clock = clock

    def read_token(self, visit: Visit) -> DeviceToken | SiteToken | None:
        """The token in the URL; None when there is none of ours."""
        return self._gate.read_token(visit.token) if visit.token else None

    def let_in(self, visit: Visit, mac: Mac) -> Entry | Answer:
        """The device, or the answer to a phone that may not have to do with it.

        Raises StoreDownError when the device cannot be read.
        """
        evidence = Evidence(
            token=self.read_token(visit),
            address=visit.address,
            basic=read_basic(visit.authorization),
            certificate=visit.certificate,
        )
        braked = self._brake.is_on(visit.address)
        if braked and not (evidence.token or evidence.basic or evidence.certificate):
            return self._stop(mac)
        threshold = self._records.threshold(mac)
        rehearsal = visit.rehearsal
        if rehearsal is not None and threshold and not rehearsal.covers(threshold.site):
            threshold = None  # what its token may not see is not there
        admission = self._gate.admit(evidence, threshold, mac, self._clock())
        if braked and not admission.proved:
            return self._stop(mac)
        if threshold is None or not admission.admitted:
            return self._refuse(visit, mac, threshold, admission, evidence)
        return Entry(threshold.enter(), admission.effect)

    def _refuse(
        self,
        visit: Visit,
        mac: Mac,
        threshold: Threshold | None,
        admission: Admission,
        evidence: Evidence,
    ) -> Answer:
        """The same work for a device that is registered and one that is not."""
        rehearsal = visit.rehearsal
        # Who sees the devices of one site only could guess those of others.
        if rehearsal is None or not rehearsal.covers(threshold.site if threshold else None):
            self._brake.count(visit.address)
        seen = self._catalog.identify(visit.user_agent)
        if rehearsal is None:
            self._lookout.note(
                visit,
                mac,
                seen,
                key=evidence.token if isinstance(evidence.token, SiteToken) else None,
                reason=admission.reason,
                is_registered=threshold is not None,
            )
        return Answer(
            outcome=Outcome.REFUSED if threshold else Outcome.UNKNOWN_DEVICE,
            mac=mac,
            seen=seen,
            reason=admission.reason,
        )

    def _stop(self, mac: Mac) -> Answer:
        reason = "its network asked for too many files that it may not have"
        return Answer(
            outcome=Outcome.BRAKED, mac=mac, reason=reason, retry_after=self._brake.retry_after()
        )
