"""What is wrong with the settings that only the vendor packs and templates can tell?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from chalicelib.catalog import Catalog
from chalicelib.domain.errors import (
    ConfigError,
    Flaw,
    InexpressibleError,
    InputError,
    TemplateError,
)
from chalicelib.domain.server import Server
from chalicelib.domain.timezone import TimeZoneError
from chalicelib.domain.vendor import Model, Pack
from chalicelib.domain.vocabulary import SAMPLE, find_unsupported, speak
from chalicelib.rendering import Renderer
from chalicelib.settings import Settings, command_line


def check_at_command_line() -> None:
    """Stop Chalice's command line with every mistake of the settings and of what they name."""
    command_line.check_at_command_line(also=find_mistakes)


def find_mistakes(chosen: Settings) -> list[Flaw]:
    """What is wrong with the settings that only the vendor packs and templates can tell."""
    catalog = Catalog(custom=chosen.provisioning.custom_templates_dir)
    flaws: list[Flaw] = []
    asked: dict[tuple[str | None, str], tuple[Pack, Model]] = {}
    try:
        _ = catalog.packs
    except TemplateError as error:
        return [*error.flaws]
    for index, device in enumerate(chosen.devices):
        try:
            pack, model = catalog.find(device.vendor, device.model)
            # Models with one and the same way to tell a time zone have the same flaws.
            asked.setdefault((model.time_zone_form, pack.vendor), (pack, model))
        except InputError as error:
            flaws += (
                Flaw(where=f"provisioning.devices[{index}].{flaw.where}", says=flaw.says)
                for flaw in error.flaws
            )
    try:
        server = server_of(chosen, catalog)
    except ConfigError as error:
        return [*flaws, *error.flaws]
    for pack, model in asked.values():  # of others a device is checked when it is registered
        flaws += find_unsupported(pack, server, model if model.time_zone_form else None)
    for pack, model in catalog.custom_models():
        flaws += _try_template(pack, model, server)
    return flaws


def _try_template(pack: Pack, model: Model, server: Server) -> Sequence[Flaw]:
    """What is wrong with a custom template, seen by rendering it for a device that never was."""
    named = replace(server, sip_host=server.sip_host or "192.0.2.1")
    try:
        Renderer().render(model.template, speak(SAMPLE, server=named, pack=pack, model=model))
    except InputError as error:
        return error.flaws
    except InexpressibleError as error:
        return [Flaw(where="", says=str(error))]
    return []


def server_of(chosen: Settings, catalog: Catalog) -> Server:
    choice = chosen.server
    try:
        timezone = catalog.time_zone(choice.timezone, where="server.timezone")
    except TimeZoneError as error:
        raise ConfigError(Flaw(where="server.timezone", says=str(error))) from error
    except InputError as error:
        raise ConfigError(*error.flaws) from error
    return Server(
        name=choice.name,
        sip_host=choice.sip_host,
        sip_port=choice.sip_port,
        timezone=timezone,
        ntp_servers=choice.ntp_servers,
        codecs=choice.codecs,
    )
