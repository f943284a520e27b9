"""What is in a device's files, and what of the operator's choices would be lost there?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from typing import Any, Protocol

from chalicelib.domain.cascade import CONFIG, DEVICE, Given, Layer, Word, cascade, give
from chalicelib.domain.chosen import drop_absent, veil
from chalicelib.domain.device import Device, Dossier
from chalicelib.domain.draft import Circumstances, Draft
from chalicelib.domain.errors import Flaw, InexpressibleError, InputError
from chalicelib.domain.layout import lay_out
from chalicelib.domain.loss import find_losses, find_lost_key_lines
from chalicelib.domain.profile import SETTINGS
from chalicelib.domain.server import Server
from chalicelib.domain.shared import Layout
from chalicelib.domain.timezone import TimeZone
from chalicelib.domain.vendor import FileKind, FileRule, Model, Pack, Template
from chalicelib.domain.vocabulary import SAMPLE, speak, speak_of_contacts, speak_of_model
from chalicelib.drafting.effective import Effective
from chalicelib.drafting.trial import find_ineffective, find_unwritable, refuse_unfit


class Vendors(Protocol):
    """What drafting needs of the catalogue."""

    def find(self, vendor: str, model: str) -> tuple[Pack, Model]: ...
    def pack(self, vendor: str) -> Pack | None: ...
    def time_zone(self, name: str, *, where: str = ...) -> TimeZone: ...


class Renderer(Protocol):
    """What drafting needs of the renderer."""

    def render(self, template: Template, words: Mapping[str, Any]) -> str: ...
    def usage(self, template: Template) -> frozenset[str]: ...


class Layers(Protocol):
    """What drafting needs of whoever knows what devices share."""

    def below(self, site: str, vendor: str, model: str) -> Sequence[Layer]: ...
    def common(self, vendor: str, model: str | None) -> Sequence[Layer]: ...
    def layout(self, name: str, site: str) -> Layout | None: ...


class Equipment(Protocol):
    """What drafting needs of whoever decides on firmware and looks."""

    def equip(
        self,
        dossier: Dossier,
        settings: Mapping[str, Any],
        pack: Pack,
        circumstances: Circumstances,
    ) -> dict[str, Any]: ...
    def explain(
        self,
        dossier: Dossier,
        settings: Mapping[str, Any],
        pack: Pack,
        circumstances: Circumstances,
    ) -> Mapping[tuple[str, ...], Word]: ...
    def find_lost(self, device: Device, settings: Mapping[str, Any]) -> list[str]: ...


_OF_COMMON_FILES = ("timezone", "ntp_servers", "codecs")
"""What common files say of the settings. Anybody may have them, so no secret can be among it."""


class Drafter:
    """Writes the files of devices.

    Its methods raise TemplateError, InputError, InexpressibleError for a value or time zone
    that the vendor has no way to write, and StoreDownError.
    """

    def __init__(
        self,
        *,
        vendors: Vendors,
        renderer: Renderer,
        server: Server,
        layers: Layers,
        equipment: Equipment | None = None,
    ) -> None:
        self._equipment = equipment
        self._vendors = vendors
        self._renderer = renderer
        self._server = server
        self._layers = layers
        self._floor = Layer(CONFIG, server.settings)
        self._time_zone = lru_cache(maxsize=256)(vendors.time_zone)

    def device_file(
        self,
        dossier: Dossier,
        rule: FileRule,
        circumstances: Circumstances,
        *,
        veiled: str | None = None,
    ) -> Draft:
        """One of the device's own files; `veiled` stands in place of the secret settings."""
        pack, model = self._vendors.find(dossier.device.vendor, dossier.device.model)
        template = rule.template or model.template
        effective = self._effective(dossier.device)
        if veiled is not None:
            shown = Layer(DEVICE, veil(SETTINGS, effective.settings, veiled))
            effective = Effective([shown], shown)
        return self._draft(template, self._words(dossier, effective, pack, model, circumstances))

    def common_file(self, rule: FileRule, circumstances: Circumstances) -> Draft:
        """A file that is the same for every device of a model or vendor."""
        pack = self._vendors.pack(rule.vendor)
        if pack is None or rule.template is None:
            raise InputError(Flaw(where=rule.shape, says="has no template"))
        model = pack.models[rule.models[0]] if len(rule.models) == 1 else None
        layers = self._layers.common(pack.vendor, model.name if model else None)
        shared = cascade([self._floor, *layers])
        settings = {name: shared[name] for name in _OF_COMMON_FILES if name in shared}
        words = speak_of_model(
            server=self._server_for(circumstances, settings),
            pack=pack,
            model=model,
            settings=settings,
            timezone=self._zone_of(settings),
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
        settings = self._effective(device).settings
        words = speak_of_contacts(
            contacts,
            server=self._server_for(Circumstances(), settings),
            pack=pack,
            model=model,
            settings=settings,
            timezone=self._zone_of(settings),
        )
        return self._draft(rule.template, words)

    def files(self, device: Device) -> list[FileRule]:
        """The device's own files."""
        pack, model = self._vendors.find(device.vendor, device.model)
        return [
            rule
            for rule in pack.files
            if rule.kind is FileKind.DEVICE and rule.serves(pack.vendor, model.name)
        ]

    def explain_layers(self, device: Device) -> Sequence[Given]:
        """Every setting that the layers give the device, and which of them did."""
        return self._effective(device).given

    def explain(self, dossier: Dossier, circumstances: Circumstances) -> Sequence[Given]:
        """Every setting that the device is drafted with, and who gave it."""
        effective = self._effective(dossier.device)
        if self._equipment is None:
            return effective.given
        pack, _ = self._vendors.find(dossier.device.vendor, dossier.device.model)
        words = self._equipment.explain(dossier, effective.settings, pack, circumstances)
        return give(effective.given, words)

    def examine(self, dossier: Dossier) -> list[str]:
        """What of the choices made for the device its files do not say, in words.

        Raises InputError when a file cannot be written with them, or with what it has from others.
        """
        return self._examine(dossier, self._effective(dossier.device))

    def examine_layers(
        self, vendor: str, model: str, layers: Sequence[Layer], own: Layer, *, site: str
    ) -> list[str]:
        """The same for the `own` of these layers, with a device that never was.

        The layers are those below a device of the site and model.
        """
        device = replace(
            SAMPLE.device, vendor=vendor, model=model, site=site, settings=own.settings
        )
        effective = Effective([self._floor, *layers], own)
        return self._examine(replace(SAMPLE, device=device), effective)

    def _effective(self, device: Device) -> Effective:
        own = Layer(DEVICE, device.settings)
        below = self._layers.below(device.site, device.vendor, device.model)
        return Effective([self._floor, *below, own], own)

    def _examine(self, dossier: Dossier, effective: Effective) -> list[str]:
        pack, model = self._vendors.find(dossier.device.vendor, dossier.device.model)
        refuse_unfit(effective, pack)
        circumstances = Circumstances(host="192.0.2.1", provisioning_url="https://192.0.2.1/p/x/")
        words = self._words(dossier, effective, pack, model, circumstances)
        usage: set[str] = set()
        for template in {rule.template or model.template for rule in self.files(dossier.device)}:
            used = self._renderer.usage(template)
            usage |= used
            try:
                text = self._draft(template, words).text
            except InexpressibleError as error:
                flaws = list(find_unwritable(effective, template))
                raise InputError(*flaws or [Flaw(where="", says=str(error))]) from error
            if "vendor_settings" in used:
                flaws = find_ineffective(text, template, words, effective)
                if flaws:
                    raise InputError(*flaws)
        device = self._with_layout(dossier.device, effective.own.settings)
        losses = find_losses(device, pack=pack, model=model, usage=usage)
        if "keys.line" in usage:
            losses += self._find_lost_key_lines(device, model, effective)
        if self._equipment:
            losses += self._equipment.find_lost(device, drop_absent(device.settings))
        return [*losses, *self._find_lost_layout(dossier.device, effective)]

    def _with_layout(self, device: Device, settings: Mapping[str, Any]) -> Device:
        """The device with the keys, too, of the layout that these settings name."""
        layout = self._layout_of(device, settings)
        if layout is None:
            return device
        return replace(device, keys=tuple(lay_out(layout.keys, device.keys, {})))

    def _find_lost_key_lines(
        self, device: Device, model: Model, effective: Effective
    ) -> Iterator[str]:
        if effective.own.name != DEVICE:  # it is chosen for devices of however many lines
            return find_lost_key_lines(device.keys, model=model, lines=None)
        # Which lines there are is the device's own choice, whoever gave it the layout.
        keys = self._with_layout(device, effective.settings).keys
        return find_lost_key_lines(keys, model=model, lines=len(device.lines))

    def _find_lost_layout(self, device: Device, effective: Effective) -> list[str]:
        name = effective.settings.get("key_layout")
        if name is None or self._layout_of(device, effective.settings):
            return []
        says = f'there is no layout "{name}" for the site {device.site}; its keys are left out'
        return [str(effective.flaw(says, "key_layout"))]

    def _layout_of(self, device: Device, settings: Mapping[str, Any]) -> Layout | None:
        name = settings.get("key_layout")
        return self._layers.layout(name, device.site) if name else None

    def _words(
        self,
        dossier: Dossier,
        effective: Effective,
        pack: Pack,
        model: Model,
        circumstances: Circumstances,
    ) -> dict[str, Any]:
        settings = effective.settings
        if self._equipment:
            settings = self._equipment.equip(dossier, settings, pack, circumstances)
        layout = self._layout_of(dossier.device, settings)
        try:
            return speak(
                dossier,
                server=self._server_for(circumstances, settings),
                pack=pack,
                model=model,
                settings=settings,
                timezone=self._zone_of(settings),
                generation=pack.generation_of(circumstances.version),
                provisioning_url=circumstances.provisioning_url,
                layout=layout.keys if layout else (),
            )
        except InexpressibleError as error:
            raise InputError(effective.flaw(str(error), "timezone")) from error

    def _zone_of(self, settings: Mapping[str, Any]) -> TimeZone:
        name = settings.get("timezone", self._server.timezone.name)
        if name == self._server.timezone.name:
            return self._server.timezone
        return self._time_zone(name, where="settings.timezone")

    def _draft(self, template: Template, words: Mapping[str, Any]) -> Draft:
        text = self._renderer.render(template, words)
        told = words.get("firmware")
        return Draft(text=text, content_type=template.format.content_type, told=told)

    def _server_for(self, circumstances: Circumstances, settings: Mapping[str, Any]) -> Server:
        """The server; a PBX that config.yml does not name is where the phone fetches its file."""
        server = self._server
        if server.sip_host is None:
            server = replace(server, sip_host=circumstances.host)
        if "ntp_servers" not in settings:
            server = replace(server, ntp_servers=())
        return server
