"""How is a phone answered: identify, load, admit, render, note the fetch?"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Protocol

from chalicelib.domain.answer import Answer, Outcome
from chalicelib.domain.device import Device, Dossier, Fetch
from chalicelib.domain.draft import Circumstances, Draft
from chalicelib.domain.errors import InexpressibleError, InputError, StoreError
from chalicelib.domain.evidence import Evidence
from chalicelib.domain.file_name import find_placeholder, read_file_name
from chalicelib.domain.mac import Mac
from chalicelib.domain.upload import Upload
from chalicelib.domain.vendor import FileKind, FileRule

_XML = "application/xml; charset=utf-8"
_NOT_THERE = (FileKind.ABSENT, FileKind.UPLOAD, FileKind.PHONEBOOK)


@dataclass(frozen=True, kw_only=True, slots=True)
class FetchRequest:
    """What a phone asks. `folders` are the path segments between `/provision/` and the file."""

    file: str
    folders: tuple[str, ...] = ()
    host: str = ""
    """The name or address of Offhook that the phone used."""
    address: str = ""
    user_agent: str = ""
    known_etags: frozenset[str] = frozenset()
    looks_only: bool = False
    """A HEAD request: nothing is handed out, so nothing is noted."""


class DossierRecords(Protocol):
    """What answering needs of a store."""

    def dossier(self, mac: Mac) -> Dossier | None: ...
    def note(self, device: Device, fetch: Fetch) -> None: ...
    def upload(self, device: Device, name: str) -> Upload | None: ...


class FileRules(Protocol):
    """What answering needs of the catalogue."""

    def vendors_asking_for(self, shape: str) -> Sequence[str]: ...
    def rules(self, shape: str, vendor: str) -> Sequence[FileRule]: ...
    def identify(self, user_agent: str, *, first: str | None = None) -> Evidence: ...


class Drafter(Protocol):
    """What answering needs of whoever writes the files."""

    def device_file(
        self, dossier: Dossier, rule: FileRule, circumstances: Circumstances
    ) -> Draft: ...
    def common_file(self, rule: FileRule, circumstances: Circumstances) -> Draft: ...


class Provisioning:
    """Answers phones."""

    def __init__(
        self,
        *,
        records: DossierRecords,
        catalog: FileRules,
        drafter: Drafter,
        clock: Callable[[], datetime],
    ) -> None:
        self._records = records
        self._catalog = catalog
        self._drafter = drafter
        self._clock = clock

    def answer(self, request: FetchRequest) -> Answer:
        """The answer to one request. Raises StoreDownError when the device cannot be read.

        A phone that takes its provisioning URL for a folder is answered all the same, and the
        log tells the installer what to mend.
        """
        answer = self._answer(request)
        placeholder = next(filter(None, map(find_placeholder, request.folders)), None)
        if placeholder and not answer.reason:
            return replace(answer, reason=_advise(placeholder))
        return answer

    def _answer(self, request: FetchRequest) -> Answer:
        asked = read_file_name(request.file)
        if asked is None:
            return _refuse_name(request.file)
        vendors = self._catalog.vendors_asking_for(asked.shape)
        if not vendors:
            return Answer(
                outcome=Outcome.UNKNOWN_FILE,
                mac=asked.mac,
                seen=self._catalog.identify(request.user_agent),
                reason="no vendor's phones ask for a file of this name",
            )
        if asked.mac is None:
            return self._answer_common(request, asked.shape, vendors)
        dossier = self._records.dossier(asked.mac)
        if dossier is None:
            return Answer(
                outcome=Outcome.UNKNOWN_DEVICE,
                mac=asked.mac,
                seen=self._catalog.identify(request.user_agent),
                reason="the device is not registered",
            )
        return self._answer_device(request, asked.shape, dossier)

    def _answer_common(self, request: FetchRequest, shape: str, vendors: Sequence[str]) -> Answer:
        first = vendors[0] if len(vendors) == 1 else None
        seen = self._catalog.identify(request.user_agent, first=first)
        vendor = next((each for each in vendors if each == seen.vendor), vendors[0])
        rules = self._catalog.rules(shape, vendor)
        rule = next((rule for rule in rules if seen.model in rule.models), rules[0])
        model = rule.models[0] if len(rule.models) == 1 else ""
        blank = Answer(outcome=Outcome.SERVED, vendor=vendor, model=model, seen=seen)
        circumstances = Circumstances(
            host=request.host, version=seen.version if seen.vendor == vendor else None
        )
        return _answer_rule(
            blank, rule, request, lambda: self._drafter.common_file(rule, circumstances)
        )

    def _answer_device(self, request: FetchRequest, shape: str, dossier: Dossier) -> Answer:
        device = dossier.device
        seen = self._catalog.identify(request.user_agent, first=device.vendor)
        blank = Answer(
            outcome=Outcome.SERVED,
            mac=device.mac,
            vendor=device.vendor,
            model=device.model,
            seen=seen,
        )
        rules = self._catalog.rules(shape, device.vendor)
        rule = next((rule for rule in rules if rule.serves(device.vendor, device.model)), None)
        if rule is None:
            reason = (
                f"the device is registered as {device.vendor} {device.model}, "
                "which asks for other files"
            )
            return replace(blank, outcome=Outcome.UNKNOWN_FILE, reason=reason)
        if rule.keeps:
            return self._give_back(blank, rule, request, device)
        circumstances = Circumstances(host=request.host, version=_version(seen, dossier))
        answer = _answer_rule(
            blank,
            rule,
            request,
            lambda: self._drafter.device_file(dossier, rule, circumstances),
        )
        if request.looks_only or not answer.etag or rule.kind is not FileKind.DEVICE:
            return answer
        return self._note(answer, request, device, circumstances.version)

    def _give_back(
        self, blank: Answer, rule: FileRule, request: FetchRequest, device: Device
    ) -> Answer:
        """What the phone has uploaded under this name."""
        upload = self._records.upload(device, rule.shape)
        if upload is None:
            return replace(blank, outcome=Outcome.ABSENT, reason="the phone has not uploaded it")
        content_type = _XML if upload.text.lstrip().startswith("<") else ""
        return _serve(blank, Draft(text=upload.text, content_type=content_type), request)

    def _note(
        self, answer: Answer, request: FetchRequest, device: Device, version: str | None
    ) -> Answer:
        """Remember the fetch, best effort: a phone is answered whether this works or not."""
        fetch = Fetch(
            at=self._clock(),
            file=request.file,
            address=request.address,
            user_agent=request.user_agent,
            etag=answer.etag,
            version=version,
        )
        try:
            self._records.note(device, fetch)
        except StoreError as error:
            return replace(answer, note_failure=str(error))
        return answer


def _refuse_name(name: str) -> Answer:
    placeholder = find_placeholder(name)
    if placeholder is None:
        reason = (
            "no phone's file is named so"
            if name
            else "the request ends in /provision/, without a file name"
        )
        return Answer(outcome=Outcome.UNKNOWN_FILE, reason=reason)
    return Answer(outcome=Outcome.PLACEHOLDER, reason=_advise(placeholder))


def _advise(placeholder: str) -> str:
    return (
        f"the phone sent {placeholder} as it stands instead of its MAC address: "
        "let its provisioning URL end in /provision/ and it will add its own file name"
    )


def _version(seen: Evidence, dossier: Dossier) -> str | None:
    """The firmware that the phone has, or had when it fetched last."""
    if seen.vendor == dossier.device.vendor and seen.version:
        return seen.version
    return dossier.last_fetch.version if dossier.last_fetch else None


def _answer_rule(
    blank: Answer, rule: FileRule, request: FetchRequest, draft: Callable[[], Draft]
) -> Answer:
    """The answer that the kind of the file asks for."""
    if rule.kind in _NOT_THERE:
        reason = "optional, and not there: the phone goes on without it"
        return replace(blank, outcome=Outcome.ABSENT, reason=reason)
    if rule.kind is FileKind.EMPTY:
        return _serve(blank, Draft(text="", content_type=""), request)
    try:
        return _serve(blank, draft(), request)
    except (InputError, InexpressibleError) as error:
        return replace(blank, outcome=Outcome.FAILED, reason=str(error))


def _serve(blank: Answer, draft: Draft, request: FetchRequest) -> Answer:
    etag = hashlib.sha256(draft.text.encode()).hexdigest()[:32]
    if etag in request.known_etags or "*" in request.known_etags:
        return replace(blank, outcome=Outcome.NOT_MODIFIED, etag=etag)
    return replace(blank, body=draft.text, content_type=draft.content_type, etag=etag)
