"""Devices that ask little and much of a vendor pack, to render every model with."""

from __future__ import annotations

from dataclasses import replace

from chalicelib.catalog import Catalog
from chalicelib.domain.device import Dossier, Line
from chalicelib.domain.server import Server
from chalicelib.domain.vendor import Model, Pack
from chalicelib.domain.vocabulary import SAMPLE, speak
from chalicelib.rendering import Renderer

CATALOG = Catalog()
MODELS = [(pack, model) for pack in CATALOG.packs.values() for model in pack.models.values()]
MODEL_NAMES = [f"{pack.vendor}-{model.name}" for pack, model in MODELS]

_MINIMAL_SERVER = Server(
    name="PBX",
    sip_host="192.0.2.1",
    sip_port=5060,
    timezone=CATALOG.time_zone("UTC"),
    ntp_servers=(),
    codecs=("PCMU",),
)
_MAXIMAL_SERVER = Server(
    name="Zentrale <Köln> & \"Büro\" 'Süd' -- 日本 # 1",
    sip_host="registrar.voice.example.com",
    sip_port=65535,
    timezone=CATALOG.time_zone("Australia/Adelaide"),
    ntp_servers=("ntp1.example.com", "ntp2.example.com", "2001:db8::123"),
    codecs=("opus", "G722", "PCMA", "PCMU", "G729", "iLBC", "G726-32", "Speex"),
)
_MINIMAL = replace(
    SAMPLE,
    lines=(Line(position=1, number="1", name="1", password="p"),),
)
_MAXIMAL = replace(
    SAMPLE,
    lines=(
        Line(
            position=1,
            number="*1001-a.b_c+2",
            name='Zoë O\'Neil & Söhne <Empfang> "1" = 100 % # {{EXTENSION_PASSWORD}} -- 受付',
            password="p=a&s<s>w\"o'r d;#{{x}}%NULL%$1\\",
        ),
        Line(position=2, number="1002", name="#2", password="%%"),
    ),
)

DEVICES = {"minimal": (_MINIMAL, _MINIMAL_SERVER), "maximal": (_MAXIMAL, _MAXIMAL_SERVER)}


def render(pack: Pack, model: Model, size: str) -> str:
    """The file of a `minimal` or `maximal` device."""
    dossier, server = DEVICES[size]
    return render_for(pack, model, dossier, server)


def render_for(pack: Pack, model: Model, dossier: Dossier, server: Server) -> str:
    """The file of this device."""
    words = speak(dossier, server=server, pack=pack, model=model)
    return Renderer().render(model.template, words)
