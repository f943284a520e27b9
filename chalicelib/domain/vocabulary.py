"""Which words a template may use, and what each says for one device.

The product document's six placeholders come first; the rest is the vendor-neutral vocabulary.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from chalicelib.domain.device import Device, Dossier, Line
from chalicelib.domain.errors import Flaw
from chalicelib.domain.extension import Origin
from chalicelib.domain.mac import Mac
from chalicelib.domain.server import Server
from chalicelib.domain.timezone import FORMS, TimeZoneError
from chalicelib.domain.vendor import Model, Pack

WORDS: Mapping[str, str] = {
    "EXTENSION_NUMBER": "Extension number",
    "EXTENSION_NAME": "Extension display name",
    "EXTENSION_PASSWORD": "Extension password",
    "SIP_SERVER": "SIP server address",
    "SIP_PORT": "SIP server port",
    "SERVER_NAME": "PBX server name",
    "mac": "MAC address, 12 lower-case digits",
    "vendor": "vendor, as in the vendor pack",
    "model": "model, as in the vendor pack",
    "facts": "facts of the model, from the vendor pack",
    "lines": "list: position, number, name, password, server, port",
    "codecs": "list of all codecs of the vendor: name, code, enabled, priority (1 is preferred)",
    "time": "the time zone in the vendor's form",
    "ntp_servers": "list of time servers",
}


def speak(dossier: Dossier, *, server: Server, pack: Pack, model: Model) -> dict[str, Any]:
    """The value of every word for one device.

    Raises TimeZoneError when the vendor cannot express the server's time zone.
    """
    first = dossier.lines[0]
    shared = speak_of_model(server=server, pack=pack, model=model)
    return shared | {
        "EXTENSION_NUMBER": first.number,
        "EXTENSION_NAME": first.name,
        "EXTENSION_PASSWORD": first.password,
        "mac": dossier.device.mac.digits,
        "lines": [
            {
                "position": line.position,
                "number": line.number,
                "name": line.name,
                "password": line.password,
                "server": server.sip_host,
                "port": server.sip_port,
            }
            for line in dossier.lines
        ],
    }


def speak_of_model(*, server: Server, pack: Pack, model: Model) -> dict[str, Any]:
    """The words that are the same for every device of a model: what a common file may use.

    Raises TimeZoneError when the vendor cannot express the server's time zone.
    """
    return {
        "SIP_SERVER": server.sip_host,
        "SIP_PORT": server.sip_port,
        "SERVER_NAME": server.name,
        "vendor": pack.vendor,
        "model": model.name,
        "facts": model.facts,
        "codecs": rank_codecs(pack.codecs, server.codecs),
        "time": FORMS[pack.time_zone_form](server.timezone) if pack.time_zone_form else {},
        "ntp_servers": list(server.ntp_servers),
    }


def rank_codecs(codes: Mapping[str, str | int], wanted: tuple[str, ...]) -> list[dict[str, Any]]:
    """Every codec that the vendor knows, with its code, and its rank among the wanted ones.

    Codecs that the vendor lacks are passed over. `priority` of a disabled codec is 0.
    """
    known = [name for name in wanted if name in codes]
    return [
        {
            "name": name,
            "code": code,
            "enabled": name in known,
            "priority": known.index(name) + 1 if name in known else 0,
        }
        for name, code in codes.items()
    ]


def find_unsupported(pack: Pack, server: Server) -> list[Flaw]:
    """What of the server's settings the vendor has no way to express."""
    flaws = []
    if pack.time_zone_form:
        try:
            FORMS[pack.time_zone_form](server.timezone)
        except TimeZoneError as error:
            flaws.append(Flaw(where="server.timezone", says=f"{error}; needed for {pack.label}"))
    if pack.codecs and not any(codec in pack.codecs for codec in server.codecs):
        says = f"holds no codec of {pack.label}, which has {', '.join(pack.codecs)}"
        flaws.append(Flaw(where="server.codecs", says=says))
    return flaws


SAMPLE = Dossier(
    device=Device(
        mac=Mac("001565000000"),
        extension_number="1000",
        vendor="sample",
        model="sample",
        origin=Origin.API,
        created_at=datetime(2026, 1, 1, tzinfo=UTC),
        updated_at=datetime(2026, 1, 1, tzinfo=UTC),
    ),
    lines=(Line(position=1, number="1000", name="Sample", password="sample"),),  # noqa: S106
    last_fetch=None,
)
"""A device that never was, to try templates with."""
