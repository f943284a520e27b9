"""Which things are looked at, in which order?"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

import urllib3

from chalicelib.catalog import Catalog
from chalicelib.domain.mac import Mac
from chalicelib.domain.vendor import FileKind, Pack
from cli.boot.address import AddressRules, read_rules
from cli.boot.knock import Answer, Knocking
from cli.boot.phone import Phone
from cli.boot.rehearsal import Pass
from cli.doctor.exposure import look_at_exposure
from cli.doctor.files import look_at_file, look_at_missing, look_at_place
from cli.doctor.finding import Finding, fail
from cli.doctor.target import Target, connect, is_public, look_at_writing, resolve
from cli.doctor.tls import look_at_tls, utc_now
from cli.outcome import UnreachableError

_ANY_VENDOR = "zip"  # each Offhook serves its common file


@dataclass(frozen=True, kw_only=True, slots=True)
class Patient:
    """What is looked at: an address, for the phones of a vendor, for one phone."""

    target: Target
    pack: Pack | None = None
    phone: Phone | None = None

    @property
    def label(self) -> str | None:
        return self.pack.label if self.pack else None

    @property
    def rules(self) -> AddressRules:
        return read_rules(self.pack.vendor) if self.pack else AddressRules()

    @property
    def mac(self) -> Mac | None:
        return self.phone.mac if self.phone else None

    @property
    def own_file(self) -> str | None:
        """The name of the phone's own file."""
        if self.phone is None:
            return None
        own = [rule for rule in self.phone.files if rule.kind is FileKind.DEVICE]
        return self.phone.name_of(own[0]) if own else None

    @property
    def sample(self) -> str | None:
        """The name of a file that should be served."""
        pack = self.pack or Catalog().pack(_ANY_VENDOR)
        common = [rule for rule in pack.files if rule.kind is FileKind.COMMON] if pack else []
        return self.own_file or (common[0].shape if common else None)


@dataclass(frozen=True, kw_only=True, slots=True)
class Examination:
    """Looks at an address, and shows a token beside; `clock` is this machine's."""

    shown: Pass | None = None
    clock: Callable[[], datetime] = utc_now

    def run(self, patient: Patient) -> Iterator[Finding]:
        """Each finding as soon as it is there."""
        target = patient.target
        yield from look_at_writing(target, patient.rules, patient.label)
        addresses, found = resolve(target)
        yield found
        if not addresses:
            return
        answers = connect(target, addresses)
        yield answers
        if answers.level == "fail":
            return
        if target.scheme == "https":
            failed = False
            for finding in self._look_at_tls(patient):
                failed = failed or finding.level == "fail"
                yield finding
            if failed and not _can_connect(target):
                return
        try:
            yield from self._look_at_answers(patient, public=is_public(addresses))
        except UnreachableError as error:
            yield fail("http", error.says, "Look at what listens there")

    def _look_at_tls(self, patient: Patient) -> Iterator[Finding]:
        versions = patient.pack.boot.tls if patient.pack else ()
        return look_at_tls(
            patient.target, phone_versions=versions, vendor=patient.label, now=self.clock()
        )

    def _look_at_answers(self, patient: Patient, *, public: bool) -> Iterator[Finding]:
        target, asking = patient.target, _Asking(patient.phone, self.shown)
        follows = patient.pack.boot.follows_redirects if patient.pack else None
        misplaced = list(look_at_place(asking, target.folder, target.places))
        yield from misplaced
        if not misplaced:
            yield from look_at_missing(asking, target.folder, follows=follows, vendor=patient.label)
        if patient.sample and not misplaced:
            file = f"{target.folder}{patient.sample}"
            yield from look_at_file(asking, file, follows=follows, vendor=patient.label)
        # Where the place is missing nobody was asked whether a fetch may count as the phone's.
        looks = not misplaced and ("/provision/" not in target.url or public)
        yield from look_at_exposure(
            asking,
            target.base,
            public=public,
            plain_file=patient.own_file if looks else None,
            mac=patient.mac,
        )


class _Asking:
    """Asks as the phone does, or under our own name."""

    def __init__(self, phone: Phone | None, shown: Pass | None) -> None:
        self._user_agent = phone.user_agent if phone else "offhook doctor"
        self._knocking = Knocking(shown=shown)

    def ask(self, method: str, url: str, headers: Mapping[str, str]) -> Answer:
        return self._knocking.send(method, url, {"User-Agent": self._user_agent, **headers})


def _can_connect(target: Target) -> bool:
    """Whether a careful client gets through."""
    try:
        Knocking().send("HEAD", target.folder, {})
    except (UnreachableError, urllib3.exceptions.HTTPError):
        return False
    return True
