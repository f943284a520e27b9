"""What is a device handed out that has been let in?"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import Any, Protocol

from chalicelib.domain.access.admission import Effect
from chalicelib.domain.answer import Answer, Outcome
from chalicelib.domain.device import Device, Dossier
from chalicelib.domain.draft import Circumstances, Draft
from chalicelib.domain.errors import StoreError
from chalicelib.domain.evidence import Evidence as Identity
from chalicelib.domain.firmware.assignment import firmware_folder
from chalicelib.domain.request import FetchRequest
from chalicelib.domain.standing import Group
from chalicelib.domain.upload import Upload
from chalicelib.domain.vendor import FileKind, FileRule
from chalicelib.provisioning.noting import Noting
from chalicelib.provisioning.serving import Blank, answer_rule, serve

_XML = "application/xml; charset=utf-8"


class Uploads(Protocol):
    """What handing out needs of a store."""

    def upload(self, device: Device, name: str) -> Upload | None: ...


class OwnRules(Protocol):
    """What handing out needs of the catalogue."""

    def rules(self, shape: str, vendor: str) -> Sequence[FileRule]: ...
    def identify(self, user_agent: str, *, first: str | None = None) -> Identity: ...


class OwnDrafter(Protocol):
    """What handing out needs of whoever writes the files."""

    def device_file(
        self, dossier: Dossier, rule: FileRule, circumstances: Circumstances
    ) -> Draft: ...
    def phonebook_file(
        self, device: Device, rule: FileRule, contacts: Sequence[Mapping[str, Any]]
    ) -> Draft: ...


class Layers(Protocol):
    """What handing out needs of whoever knows what devices share."""

    def made_of(self, group: Group) -> datetime | None: ...


class Directory(Protocol):
    """What handing out needs of whoever knows the contacts."""

    def contacts(self, site: str) -> Sequence[Mapping[str, Any]]: ...


class Gate(Protocol):
    """What handing out needs of whoever knows the URLs."""

    def own_folder(self, dossier: Dossier) -> str | None: ...


class OwnFiles:
    """Answers for the files of one device."""

    def __init__(
        self,
        *,
        uploads: Uploads,
        catalog: OwnRules,
        drafter: OwnDrafter,
        layers: Layers,
        directory: Directory,
        gate: Gate,
        noting: Noting,
        clock: Callable[[], datetime],
    ) -> None:
        self._uploads = uploads
        self._catalog = catalog
        self._drafter = drafter
        self._layers = layers
        self._directory = directory
        self._gate = gate
        self._noting = noting
        self._clock = clock

    def hand_out(
        self, request: FetchRequest, shape: str, dossier: Dossier, effect: Effect
    ) -> Answer:
        """The device's file of this name, and the note that it was fetched.

        Raises ChangedError where the fetch uses up one of the device's window and another one came
        in between, StoreDownError where it cannot be answered without the store.
        """
        device = dossier.device
        seen = self._catalog.identify(request.user_agent, first=device.vendor)
        blank = partial(Answer, mac=device.mac, vendor=device.vendor, model=device.model, seen=seen)
        rules = self._catalog.rules(shape, device.vendor)
        rule = next((rule for rule in rules if rule.serves(device.vendor, device.model)), None)
        if rule is None:
            reason = (
                f"the device is registered as {device.vendor} {device.model}, "
                "which asks for other files"
            )
            return blank(outcome=Outcome.UNKNOWN_FILE, reason=reason)
        if rule.keeps:
            answer = self._give_back(blank, rule, request, device)
            return self._noting.use_up(answer, request, dossier, effect)
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

        answer = answer_rule(blank, rule, request, draft)
        if rule.kind is FileKind.PHONEBOOK:
            return self._noting.use_up(answer, request, dossier, effect)
        if request.looks_only or rule.kind is not FileKind.DEVICE:
            return answer
        return self._noting.note(
            answer,
            request,
            dossier,
            effect,
            version=circumstances.version,
            text=texts[0] if texts else None,
            shared_at=shared_at,
        )

    def _shared_at(self, device: Device) -> datetime | None:
        """When what the device shares with others was last changed."""
        try:
            return self._layers.made_of(Group.of(device))
        except StoreError:
            return None

    def _give_back(
        self, blank: Blank, rule: FileRule, request: FetchRequest, device: Device
    ) -> Answer:
        """What the phone has uploaded under this name."""
        upload = self._uploads.upload(device, rule.shape)
        if upload is None:
            return blank(outcome=Outcome.ABSENT, reason="the phone has not uploaded it")
        content_type = _XML if upload.text.lstrip().startswith("<") else ""
        return serve(blank, Draft(text=upload.text, content_type=content_type), request)


def _version(seen: Identity, dossier: Dossier) -> str | None:
    """The firmware that the phone has, or had when it fetched last."""
    if seen.vendor == dossier.device.vendor and seen.version:
        return seen.version
    return dossier.last_fetch.version if dossier.last_fetch else None
