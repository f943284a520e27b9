"""Devices that ask little and much of a vendor pack, to render every model with."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from chalicelib.catalog import Catalog
from chalicelib.domain.device import Dossier, Line
from chalicelib.domain.server import Server
from chalicelib.domain.vendor import FileKind, FileRule, Model, Pack, Template
from chalicelib.domain.vocabulary import SAMPLE, find_unsupported, speak, speak_of_model
from chalicelib.rendering import Renderer

CATALOG = Catalog()
MODELS = [(pack, model) for pack in CATALOG.packs.values() for model in pack.models.values()]
MODEL_NAMES = [f"{pack.vendor}-{model.name}" for pack, model in MODELS]
PROVISIONING_URL = "https://phones.example.com/p/TOKEN/"
RENDERER = Renderer()


def _find_files() -> Iterator[tuple[Pack, Model, Template]]:
    """Each file that the devices of a model ask for as their own, once for each template."""
    for pack, model in MODELS:
        yield from (
            (pack, model, template)
            for template in dict.fromkeys(
                rule.template or model.template
                for rule in pack.files
                if rule.kind is FileKind.DEVICE and rule.serves(pack.vendor, model.name)
            )
        )


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
_SECRET = "p=a&s<s>w'o'r d;#{{x}}%NULL%$1\\"
_MINIMAL = replace(
    SAMPLE,
    lines=(Line(position=1, number="1", name="1", password="p"),),
)
_NASTY = "Zoë O'Neil & Söhne <Empfang> '1' = 100 % # {{EXTENSION_PASSWORD}} -- 受付"
_LINES = (
    {
        "extension_number": "1001",
        "label": "Reception & <Desk>",
        "transport": "tls",
        "outbound_proxy": "proxy.example.com",
        "outbound_proxy_port": 5070,
        "backup_server": "backup.example.com",
        "backup_port": 5080,
        "expires": 600,
        "srtp": "required",
        "dtmf": "info",
        "voicemail": "*97",
        "mwi": True,
    },
    {
        "user": "trunk-2",
        "auth_user": "auth-2",
        "password": "own-secret",
        "name": "Second line",
        "server": "other.example.com",
        "port": 5062,
        "transport": "tcp",
        "srtp": "optional",
        "dtmf": "rfc2833",
    },
)
_KINDS_OF_KEYS: tuple[tuple[str, dict[str, str]], ...] = (
    ("line", {"label": "Line 1"}),
    ("blf", {"value": "1002", "label": "Warehouse & Co", "pickup": "**1002"}),
    ("speed_dial", {"value": "+4930123456", "label": "Taxi"}),
    ("park", {"value": "701", "label": "Park"}),
    ("intercom", {"value": "1003", "label": "Door"}),
    ("pickup", {"value": "*8", "label": "Pick up"}),
    ("dtmf", {"value": "123#", "label": "Gate"}),
    ("url", {"value": "http://192.0.2.5/open?a=1&b=2", "label": "Open"}),
    ("multicast", {"value": "224.1.2.3:10000", "label": "Page"}),
    ("voicemail", {"value": "*97", "label": "Mail"}),
    ("dnd", {"label": "DND"}),
    ("forward", {"value": "1009", "label": "Away"}),
    ("none", {}),
)
_KEYS = (
    *(
        {"position": position, "module": 0, "type": kind, "line": 1, **more}
        for position, (kind, more) in enumerate(_KINDS_OF_KEYS, start=1)
    ),
    {"position": 1, "module": 1, "type": "blf", "value": "1010", "label": "M1", "line": 1},
    {"position": 20, "module": 1, "type": "speed_dial", "value": "1011", "label": "M20", "line": 1},
)
_SETTINGS = {
    "language": "de",
    "date_format": "dd/mm/yyyy",
    "time_format": "24h",
    "vlan": {"phone": 100, "phone_priority": 5, "pc": 200, "pc_priority": 1},
    "lldp": True,
    "cdp": False,
    "qos": {"sip": 26, "rtp": 46},
    "web": {"admin_password": "admin-secret", "user_password": "user-secret"},
    "resync": {"interval": 1440, "jitter": 60},
    "firmware": "1.2.3",
    "firmware_url": "https://files.example.com/firmware.rom",
    "phonebooks": [
        {"name": "Company", "url": "https://files.example.com/book.xml?a=1&b=2"},
        {"name": "City", "url": "http://192.0.2.9/city.xml"},
    ],
    "ldap": {
        "host": "ldap.example.com",
        "port": 636,
        "tls": "ldaps",
        "base": "dc=example,dc=com",
        "user": "cn=phones,dc=example,dc=com",
        "password": "ldap-secret",
        "name_filter": "(|(cn=%)(sn=%))",
        "number_filter": "(telephoneNumber=%)",
        "name_attributes": "cn sn",
        "number_attributes": "telephoneNumber mobile",
    },
    "dnd": True,
    "forward": {"always": "1009", "busy": "1008", "no_answer": "1007", "no_answer_seconds": 20},
    "auto_answer": False,
    "call_waiting": True,
    "dial_plan": "x.",
    "syslog": {"server": "log.example.com", "port": 514, "level": "info"},
    "wallpaper_url": "https://files.example.com/wall.png",
    "ring_tone": "Ring2.wav",
    "custom_ca_url": "https://files.example.com/ca.pem",
}
_MAXIMAL = replace(
    SAMPLE,
    device=replace(SAMPLE.device, lines=_LINES, keys=_KEYS, settings=_SETTINGS),
    lines=(
        Line(position=1, number="*1001-a.b_c+2", name=_NASTY, password=_SECRET),
        Line(position=2, number="trunk-2", name="Second line", password="own-secret"),
    ),
)

DEVICES = {"minimal": (_MINIMAL, _MINIMAL_SERVER), "maximal": (_MAXIMAL, _MAXIMAL_SERVER)}
FILES = list(_find_files())
FILE_NAMES = [f"{pack.vendor}-{model.name}-{template.name}" for pack, model, template in FILES]
COMMON_FILES = [
    (pack, rule)
    for pack in CATALOG.packs.values()
    for rule in pack.files
    if rule.kind is FileKind.COMMON
]
COMMON_NAMES = [f"{pack.vendor}-{rule.shape}" for pack, rule in COMMON_FILES]


def server_for(pack: Pack, size: str, model: Model | None = None) -> Server:
    """The server of a size; in Berlin, or UTC, where the phones do not know its time zone."""
    _, server = DEVICES[size]
    zones = (server.timezone, CATALOG.time_zone("Europe/Berlin"), CATALOG.time_zone("UTC"))
    servers = (replace(server, timezone=zone) for zone in zones)
    return next(each for each in servers if find_unsupported(pack, each, model) == [])


def render(pack: Pack, model: Model, size: str) -> str:
    """The file of a `minimal` or `maximal` device."""
    dossier, _ = DEVICES[size]
    return render_for(pack, model, dossier, server_for(pack, size, model))


def render_for(
    pack: Pack,
    model: Model,
    dossier: Dossier,
    server: Server,
    *,
    template: Template | None = None,
    generation: str | None = None,
) -> str:
    """The file of this device, from the model's template where no other is given."""
    words = speak(
        dossier,
        server=server,
        pack=pack,
        model=model,
        generation=generation,
        provisioning_url=PROVISIONING_URL,
    )
    return RENDERER.render(template or model.template, words)


def render_common(pack: Pack, rule: FileRule, size: str) -> str:
    """A file that is the same for every device."""
    assert rule.template is not None
    model = pack.models[rule.models[0]] if len(rule.models) == 1 else None
    words = speak_of_model(
        server=server_for(pack, size, model),
        pack=pack,
        model=model,
        provisioning_url=PROVISIONING_URL,
    )
    return RENDERER.render(rule.template, words)
