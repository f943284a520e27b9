"""What is in a device's files, and what of the operator's choices would be lost there?"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from typing import Any, Protocol

from chalicelib.domain.device import Device, Dossier
from chalicelib.domain.draft import Circumstances, Draft
from chalicelib.domain.errors import Flaw, InexpressibleError, InputError
from chalicelib.domain.loss import find_losses
from chalicelib.domain.server import Server
from chalicelib.domain.timezone import TimeZone
from chalicelib.domain.vendor import FileKind, FileRule, Model, Pack, Template
from chalicelib.domain.vocabulary import speak, speak_of_contacts, speak_of_model
from chalicelib.domain.wording import path_to


class Vendors(Protocol):
    """What drafting needs of the catalogue."""

    def find(self, vendor: str, model: str) -> tuple[Pack, Model]: ...
    def pack(self, vendor: str) -> Pack | None: ...
    def time_zone(self, name: str, *, where: str = ...) -> TimeZone: ...


class Renderer(Protocol):
    """What drafting needs of the renderer."""

    def render(self, template: Template, words: Mapping[str, Any]) -> str: ...
    def usage(self, template: Template) -> frozenset[str]: ...


class Equipment(Protocol):
    """What drafting needs of whoever decides on firmware and looks."""

    def equip(
        self,
        dossier: Dossier,
        settings: Mapping[str, Any],
        pack: Pack,
        circumstances: Circumstances,
    ) -> dict[str, Any]: ...
    def find_lost(self, device: Device, settings: Mapping[str, Any]) -> list[str]: ...


class Drafter:
    """Writes the files of devices.

    Its methods raise TemplateError, InputError, and InexpressibleError for a value or time zone
    that the vendor has no way to write.
    """

    def __init__(
        self,
        *,
        vendors: Vendors,
        renderer: Renderer,
        server: Server,
        equipment: Equipment | None = None,
    ) -> None:
        self._equipment = equipment
        self._vendors = vendors
        self._renderer = renderer
        self._server = server
        self._time_zone = lru_cache(maxsize=256)(vendors.time_zone)

    def device_file(self, dossier: Dossier, rule: FileRule, circumstances: Circumstances) -> Draft:
        """One of the device's own files."""
        pack, model = self._vendors.find(dossier.device.vendor, dossier.device.model)
        template = rule.template or model.template
        return self._draft(template, self._words(dossier, pack, model, circumstances))

    def common_file(self, rule: FileRule, circumstances: Circumstances) -> Draft:
        """A file that is the same for every device of a model or vendor."""
        pack = self._vendors.pack(rule.vendor)
        if pack is None or rule.template is None:
            raise InputError(Flaw(where=rule.shape, says="has no template"))
        model = pack.models[rule.models[0]] if len(rule.models) == 1 else None
        words = speak_of_model(
            server=self._server_for(circumstances),
            pack=pack,
            model=model,
            generation=pack.generation_of(circumstances.version),
            provisioning_url=circumstances.provisioning_url,
        )
        return self._draft(rule.template, words)

    def phonebook_file(
        self, device: Device, rule: FileRule, contacts: Sequence[Mapping[str, Any]]
    ) -> Draft:
        """The contacts in the vendor's form."""
        pack, model = self._vendors.find(device.vendor, device.model)
        if rule.template is None:
            raise InputError(Flaw(where=rule.shape, says="has no template"))
        words = speak_of_contacts(contacts, server=self._server, pack=pack, model=model)
        return self._draft(rule.template, words)

    def files(self, device: Device) -> list[FileRule]:
        """The device's own files."""
        pack, model = self._vendors.find(device.vendor, device.model)
        return [
            rule
            for rule in pack.files
            if rule.kind is FileKind.DEVICE and rule.serves(pack.vendor, model.name)
        ]

    def examine(self, dossier: Dossier) -> list[str]:
        """What of the choices made for the device its files do not say, in words.

        Raises InputError when a file cannot be written with them.
        """
        pack, model = self._vendors.find(dossier.device.vendor, dossier.device.model)
        _refuse_silence(dossier.device, pack)
        circumstances = Circumstances(host="192.0.2.1", provisioning_url="https://192.0.2.1/p/x/")
        words = self._words(dossier, pack, model, circumstances)
        usage: set[str] = set()
        for template in {rule.template or model.template for rule in self.files(dossier.device)}:
            used = self._renderer.usage(template)
            usage |= used
            try:
                text = self._draft(template, words).text
            except InexpressibleError as error:
                raise InputError(Flaw(where="", says=str(error))) from error
            flaws = _find_ineffective(text, template, words) if "vendor_settings" in used else ()
            if flaws:
                raise InputError(*flaws)
        losses = find_losses(dossier.device, pack=pack, model=model, usage=usage)
        if self._equipment:
            losses += self._equipment.find_lost(dossier.device, dossier.device.settings)
        return losses

    def _words(
        self, dossier: Dossier, pack: Pack, model: Model, circumstances: Circumstances
    ) -> dict[str, Any]:
        device = dossier.device
        settings = device.settings
        if self._equipment:
            settings = self._equipment.equip(dossier, settings, pack, circumstances)
        zone = settings.get("timezone")
        try:
            return speak(
                replace(dossier, device=replace(device, settings=settings)),
                server=self._server_for(circumstances),
                pack=pack,
                model=model,
                timezone=self._time_zone(zone, where="settings.timezone") if zone else None,
                generation=pack.generation_of(circumstances.version),
                provisioning_url=circumstances.provisioning_url,
            )
        except InexpressibleError as error:
            where = "settings.timezone" if zone else "server.timezone"
            raise InputError(Flaw(where=where, says=str(error))) from error

    def _draft(self, template: Template, words: Mapping[str, Any]) -> Draft:
        text = self._renderer.render(template, words)
        told = words.get("firmware")
        return Draft(text=text, content_type=template.format.content_type, told=told)

    def _server_for(self, circumstances: Circumstances) -> Server:
        """The server; a PBX that config.yml does not name is where the phone fetches its file."""
        if self._server.sip_host is not None:
            return self._server
        return replace(self._server, sip_host=circumstances.host)


def _refuse_silence(device: Device, pack: Pack) -> None:
    """Raise InputError when no codec would be left to speak with."""
    chosen = device.settings.get("codecs", ())
    if chosen and pack.codecs and not any(codec in pack.codecs for codec in chosen):
        says = f"holds no codec of {pack.label}, which has {', '.join(pack.codecs)}"
        raise InputError(Flaw(where="settings.codecs", says=says))


def _find_ineffective(text: str, template: Template, words: Mapping[str, Any]) -> list[Flaw]:
    """A flaw for each raw parameter that the file does not say just once, as it was given."""
    raw = {setting["name"]: setting["value"] for setting in words["vendor_settings"]}
    if not raw:
        return []
    where = "settings.vendor_settings"
    try:
        parameters = template.format.read(text)
    except ValueError:
        return [Flaw(where=where, says="holds a name that the vendor's files cannot write")]
    counts = Counter(parameter.name for parameter in parameters)
    told = {(parameter.name, parameter.value) for parameter in parameters}
    flaws = []
    for name, value in sorted(raw.items()):
        if counts[name] > 1:
            # Phones would take either one.
            says = "is already in the file, from another setting or the template"
            flaws.append(Flaw(where=path_to(where, name), says=says))
        elif (name, value) not in told:
            says = "cannot be written so in the vendor's files"
            flaws.append(Flaw(where=path_to(where, name), says=says))
    return flaws
