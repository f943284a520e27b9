"""How is a phone answered: identify, let in, render, note the fetch?"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, Protocol

from chalicelib.domain.access.admission import Effect, Entry
from chalicelib.domain.access.state import AccessState
from chalicelib.domain.access.token import DeviceToken, SiteToken
from chalicelib.domain.answer import Answer, Outcome
from chalicelib.domain.device import Device, Dossier, Fetch
from chalicelib.domain.draft import Circumstances, Draft
from chalicelib.domain.errors import ChangedError, InexpressibleError, InputError, StoreError
from chalicelib.domain.evidence import Evidence as Identity
from chalicelib.domain.file_name import find_placeholder, read_file_name
from chalicelib.domain.firmware.assignment import firmware_folder
from chalicelib.domain.mac import Mac
from chalicelib.domain.record import Change, Stored
from chalicelib.domain.request import FetchRequest, Visit
from chalicelib.domain.standing import Group
from chalicelib.domain.upload import Upload
from chalicelib.domain.vendor import FileKind, FileRule

_XML = "application/xml; charset=utf-8"
_LONGEST_REASON = 500  # characters
_NOT_THERE = (FileKind.ABSENT, FileKind.UPLOAD)
_TRIES = 3
"""How often a fetch is decided anew because another one of the device came in between."""


class FetchRecords(Protocol):
    """What answering needs of a store."""

    def note(
        self,
        dossier: Dossier,
        fetch: Fetch,
        access: Change[AccessState] | None = None,
        *,
        text: str | None = ...,
        shared_at: datetime | None = ...,
    ) -> None: ...
    def spend(
        self,
        dossier: Dossier,
        fetch: Fetch,
        access: Change[AccessState],
        *,
        text: str | None = ...,
        shared_at: datetime | None = ...,
    ) -> None: ...
    def save_access(self, mac: Mac, access: Change[AccessState]) -> Stored[AccessState]: ...
    def upload(self, device: Device, name: str) -> Upload | None: ...


class FileRules(Protocol):
    """What answering needs of the catalogue."""

    def vendors_asking_for(self, shape: str) -> Sequence[str]: ...
    def rules(self, shape: str, vendor: str) -> Sequence[FileRule]: ...
    def identify(self, user_agent: str, *, first: str | None = None) -> Identity: ...


class Drafter(Protocol):
    """What answering needs of whoever writes the files."""

    def device_file(
        self, dossier: Dossier, rule: FileRule, circumstances: Circumstances
    ) -> Draft: ...
    def common_file(self, rule: FileRule, circumstances: Circumstances) -> Draft: ...
    def phonebook_file(
        self, device: Device, rule: FileRule, contacts: Sequence[Mapping[str, Any]]
    ) -> Draft: ...


class Layers(Protocol):
    """What answering needs of whoever knows what devices share."""

    def stamp(
        self, site: str, vendor: str, model: str, *, layout: str | None = ...
    ) -> datetime | None: ...


class Directory(Protocol):
    """What answering needs of whoever knows the contacts."""

    def contacts(self, site: str) -> Sequence[Mapping[str, Any]]: ...


class Door(Protocol):
    """What answering needs of whoever lets phones in."""

    def read_token(self, visit: Visit) -> DeviceToken | SiteToken | None: ...
    def let_in(self, visit: Visit, mac: Mac) -> Entry | Answer: ...


class Gate(Protocol):
    """What answering needs of whoever knows the URLs."""

    def own_folder(self, dossier: Dossier) -> str | None: ...


class Herald(Protocol):
    """Whoever has webhooks told. It never fails, and bounds its time."""

    def hear(
        self, answer: Answer, request: FetchRequest, dossier: Dossier, version: str | None
    ) -> None: ...


class Provisioning:
    """Answers phones."""

    def __init__(
        self,
        *,
        records: FetchRecords,
        catalog: FileRules,
        drafter: Drafter,
        layers: Layers,
        directory: Directory,
        door: Door,
        gate: Gate,
        herald: Herald,
        clock: Callable[[], datetime],
    ) -> None:
        self._layers = layers
        self._directory = directory
        self._door = door
        self._gate = gate
        self._herald = herald
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
        token = self._door.read_token(request)
        mac = asked.mac or (token.mac if isinstance(token, DeviceToken) else None)
        if mac is None or (asked.mac is None and not self._is_own(asked.shape, vendors)):
            return self._answer_common(request, asked.shape, vendors, token)
        return self._answer_own(request, asked.shape, mac)

    def _is_own(self, shape: str, vendors: Sequence[str]) -> bool:
        """Whether a file without a MAC address in its name is a device's own for some vendor."""
        return any(
            rule.kind.is_own for vendor in vendors for rule in self._catalog.rules(shape, vendor)
        )

    def _answer_common(
        self,
        request: FetchRequest,
        shape: str,
        vendors: Sequence[str],
        token: DeviceToken | SiteToken | None,
    ) -> Answer:
        first = vendors[0] if len(vendors) == 1 else None
        seen = self._catalog.identify(request.user_agent, first=first)
        vendor = next((each for each in vendors if each == seen.vendor), vendors[0])
        rules = self._catalog.rules(shape, vendor)
        rule = next((rule for rule in rules if seen.model in rule.models), rules[0])
        if rule.kind.is_own:
            reason = "neither the name nor the URL says which device it is"
            return Answer(outcome=Outcome.UNKNOWN_FILE, seen=seen, reason=reason)
        model = rule.models[0] if len(rule.models) == 1 else ""
        blank = Answer(outcome=Outcome.SERVED, vendor=vendor, model=model, seen=seen)
        # A token that is not ours may be any text: it does not get into a file.
        folder = f"p/{request.token}/" if token else "provision/"
        circumstances = Circumstances(
            host=request.host,
            version=seen.version if seen.vendor == vendor else None,
            provisioning_url=f"{request.base_url}/{folder}",
        )
        return _answer_rule(
            blank, rule, request, lambda: self._drafter.common_file(rule, circumstances)
        )

    def _answer_own(self, request: FetchRequest, shape: str, mac: Mac) -> Answer:
        """Let the phone in and hand its file out; anew when others were in between."""
        for _ in range(_TRIES):
            entry = self._door.let_in(request, mac)
            if isinstance(entry, Answer):
                return entry
            try:
                return self._hand_out(request, shape, entry.dossier, entry.effect)
            except ChangedError:
                continue
        reason = "other fetches of the device came in between"
        return Answer(outcome=Outcome.REFUSED, mac=mac, reason=reason)

    def _hand_out(
        self, request: FetchRequest, shape: str, dossier: Dossier, effect: Effect
    ) -> Answer:
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
            answer = self._give_back(blank, rule, request, device)
            return self._use_up(answer, request, dossier, effect)
        folder = self._gate.own_folder(dossier)
        circumstances = Circumstances(
            host=request.host,
            version=_version(seen, dossier),
            provisioning_url=f"{request.base_url}/{folder}" if folder else "",
            firmware_folder=f"{request.base_url}/{firmware_folder(folder, device.mac)}",
            moment=self._clock(),
        )

        # Before the file is made: what changes in between makes it look older than it is, and the
        # phone's next look mends that.
        shared_at = self._shared_at(device)
        texts: list[str] = []

        def draft() -> Draft:
            made = write()
            texts.append(made.text)
            return made

        def write() -> Draft:
            if rule.kind is FileKind.PHONEBOOK:
                contacts = self._directory.contacts(device.site)
                return self._drafter.phonebook_file(device, rule, contacts)
            return self._drafter.device_file(dossier, rule, circumstances)

        answer = _answer_rule(blank, rule, request, draft)
        if rule.kind is FileKind.PHONEBOOK:
            return self._use_up(answer, request, dossier, effect)
        if request.looks_only or rule.kind is not FileKind.DEVICE:
            return answer
        fetch = Fetch(
            at=self._clock(),
            file=request.file,
            address=request.address,
            user_agent=request.user_agent,
            etag=answer.etag,
            version=circumstances.version,
            told=answer.told,
            failure=answer.reason[:_LONGEST_REASON] if answer.outcome is Outcome.FAILED else "",
        )
        # A file that could not be written uses up nothing.
        change = None if fetch.failure else _change_of(dossier, effect)
        told = {"text": texts[0] if texts else None, "shared_at": shared_at}
        answer = self._note(answer, dossier, fetch, change, told, spends=bool(effect.spends))
        self._herald.hear(answer, request, dossier, circumstances.version)
        return answer

    def _shared_at(self, device: Device) -> datetime | None:
        """When what the device shares with others was last changed."""
        group = Group.of(device)
        try:
            return self._layers.stamp(group.site, group.vendor, group.model, layout=group.layout)
        except StoreError:
            return None

    def _give_back(
        self, blank: Answer, rule: FileRule, request: FetchRequest, device: Device
    ) -> Answer:
        """What the phone has uploaded under this name."""
        upload = self._records.upload(device, rule.shape)
        if upload is None:
            return replace(blank, outcome=Outcome.ABSENT, reason="the phone has not uploaded it")
        content_type = _XML if upload.text.lstrip().startswith("<") else ""
        return _serve(blank, Draft(text=upload.text, content_type=content_type), request)

    def _use_up(
        self, answer: Answer, request: FetchRequest, dossier: Dossier, effect: Effect
    ) -> Answer:
        """Store what handing out a file of the device other than a config file changes.

        Raises ChangedError and StoreDownError where it uses up one fetch of the window.
        """
        if request.looks_only or not answer.etag or not effect or dossier.access is None:
            return answer
        change = Change(dossier.access, effect.on(dossier.access.value))
        try:
            self._records.save_access(dossier.device.mac, change)
        except (StoreError, ChangedError) as error:
            if effect.spends:
                raise
            return replace(answer, note_failure=str(error))
        return answer

    def _note(
        self,
        answer: Answer,
        dossier: Dossier,
        fetch: Fetch,
        change: Change[AccessState] | None,
        told: Mapping[str, Any],
        *,
        spends: bool,
    ) -> Answer:
        """Remember the fetch, and what it changed of the device's access.

        Best effort, a phone is answered whether this works or not; but for a fetch that uses up
        one of the device's window. Raises ChangedError and StoreDownError for that one alone.
        """
        if spends and change is not None:
            self._records.spend(dossier, fetch, change, **told)
            return answer
        try:
            self._records.note(dossier, fetch, change, **told)
        except (StoreError, ChangedError) as error:
            return replace(answer, note_failure=str(error))
        return answer


def _change_of(dossier: Dossier, effect: Effect) -> Change[AccessState] | None:
    """What the fetch changes of the device's access, if anything."""
    if not effect or dossier.access is None:
        return None
    return Change(dossier.access, effect.on(dossier.access.value))


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


def _version(seen: Identity, dossier: Dossier) -> str | None:
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
        return replace(blank, outcome=Outcome.NOT_MODIFIED, etag=etag, told=draft.told)
    return replace(
        blank, body=draft.text, content_type=draft.content_type, etag=etag, told=draft.told
    )
