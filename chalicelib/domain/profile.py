"""What can be said of a device beside its vendor and model: its lines, its keys, its settings.

This is the vendor-neutral vocabulary as an operator enters it. Templates see the same names; what
a vendor has no way to express is reported where it is set.
"""

from __future__ import annotations

import re

from chalicelib.domain.firmware.version import FIRMWARE_VERSION
from chalicelib.domain.input import EXTENSION_NAME, EXTENSION_NUMBER, SIP_PASSWORD
from chalicelib.domain.shape import Field, Flag, ListOf, MapOf, Parsed, Patch, Record, Text, Whole

KEY_TYPES = (
    "line",
    "blf",
    "speed_dial",
    "park",
    "intercom",
    "pickup",
    "dtmf",
    "url",
    "multicast",
    "voicemail",
    "dnd",
    "forward",
    "none",
)

_HOST = re.compile(r"[0-9A-Za-z]([0-9A-Za-z.\-]{0,251}[0-9A-Za-z])?|\[?[0-9A-Fa-f:.]{2,45}\]?")
_URL = re.compile(r"(https?|tftp)://[0-9A-Za-z.\-\[\]:]+(/[!-~]*)?")


def parse_host(text: str) -> str:
    """A host name or an IP address. Raises ValueError."""
    if not _HOST.fullmatch(text):
        raise ValueError("is not a host name or an IP address")
    return text


def parse_url(text: str) -> str:
    """An address that a phone can fetch from. Raises ValueError."""
    if not _URL.fullmatch(text):
        raise ValueError("is not an address")
    return text


HOST = Parsed(parse=parse_host, says="a host name or an IP address", max=253, pattern=_HOST.pattern)
URL = Parsed(
    parse=parse_url,
    says="an http://, https:// or tftp:// address",
    max=500,
    pattern=_URL.pattern,
)
PORT = Whole(min=1, max=65535)
NUMBER = Text(max=64, pattern=r"[0-9A-Za-z*#+@._-]+", says="a number or SIP address to dial")
TIME_ZONE = Text(max=64, pattern=r"[A-Za-z0-9_+/-]+", says="the name of an IANA time zone")
LAYOUT_NAME = Text(
    max=40,
    pattern=r"[a-z0-9]+(-[a-z0-9]+)*",
    says="the name of a layout (lower-case letters and digits, single hyphens between them)",
)
CODEC_NAMES = ("PCMU", "PCMA", "G722", "G729", "G723", "G726-32", "iLBC", "opus", "Speex")

LINE = Record(
    {
        "extension_number": Field(EXTENSION_NUMBER, doc="the extension; or give `user`"),
        "user": Field(NUMBER, doc="SIP user, for an account that is no extension here"),
        "auth_user": Field(NUMBER, doc="user for authentication; `user` when absent"),
        "password": Field(SIP_PASSWORD, doc="SIP password of `user`; write-only"),
        "name": Field(EXTENSION_NAME, doc="display name; that of the extension when absent"),
        "label": Field(EXTENSION_NAME, doc="text beside the line key; the name when absent"),
        "server": Field(HOST, doc="SIP server; the server's when absent"),
        "port": Field(PORT, doc="SIP port; the server's when absent"),
        "transport": Field(Text(choices=("udp", "tcp", "tls"))),
        "outbound_proxy": Field(HOST),
        "outbound_proxy_port": Field(PORT),
        "backup_server": Field(HOST),
        "backup_port": Field(PORT),
        "expires": Field(Whole(min=60, max=86400), doc="seconds between registrations"),
        "srtp": Field(Text(choices=("off", "optional", "required"))),
        "dtmf": Field(Text(choices=("inband", "rfc2833", "info"))),
        "voicemail": Field(NUMBER, doc="number that the message key dials"),
        "mwi": Field(Flag(), doc="subscribe to the message lamp"),
    }
)

KEY = Record(
    {
        "position": Field(Whole(min=1, max=400), required=True, doc="1 is the first key"),
        "module": Field(Whole(min=0, max=8), default=0, doc="0: the phone; n: its n-th module"),
        "type": Field(Text(choices=KEY_TYPES), required=True),
        "value": Field(Text(max=200), doc="number, address or digits"),
        "label": Field(EXTENSION_NAME),
        "line": Field(Whole(min=1, max=250), default=1),
        "pickup": Field(NUMBER, doc="code or number that picks a ringing BLF up"),
    }
)

_VLAN = Record(
    {
        "phone": Field(Whole(min=1, max=4094)),
        "phone_priority": Field(Whole(min=0, max=7)),
        "pc": Field(Whole(min=1, max=4094)),
        "pc_priority": Field(Whole(min=0, max=7)),
    }
)
_QOS = Record({"sip": Field(Whole(min=0, max=63)), "rtp": Field(Whole(min=0, max=63))})
_WEB = Record(
    {
        "admin_password": Field(SIP_PASSWORD, doc="write-only"),
        "user_password": Field(SIP_PASSWORD, doc="write-only"),
    }
)
_RESYNC = Record(
    {
        "interval": Field(Whole(min=5, max=43200), doc="minutes between looks for a new file"),
        "jitter": Field(Whole(min=0, max=1440), doc="minutes over which the looks are spread"),
    }
)
_FORWARD = Record(
    {
        "always": Field(NUMBER),
        "busy": Field(NUMBER),
        "no_answer": Field(NUMBER),
        "no_answer_seconds": Field(Whole(min=5, max=120)),
    }
)
_SYSLOG = Record(
    {
        "server": Field(HOST, required=True),
        "port": Field(PORT),
        "level": Field(Text(choices=("error", "warning", "info", "debug"))),
    }
)
_LDAP = Record(
    {
        "host": Field(HOST, required=True),
        "port": Field(PORT),
        "tls": Field(Text(choices=("none", "starttls", "ldaps"))),
        "base": Field(Text(max=200)),
        "user": Field(Text(max=200)),
        "password": Field(SIP_PASSWORD, doc="write-only"),
        "name_filter": Field(Text(max=200)),
        "number_filter": Field(Text(max=200)),
        "name_attributes": Field(Text(max=200)),
        "number_attributes": Field(Text(max=200)),
    }
)
_PHONEBOOK = Record(
    {"name": Field(EXTENSION_NAME, required=True), "url": Field(URL, required=True)}
)

SETTINGS = Record(
    {
        "codecs": Field(ListOf(Text(choices=CODEC_NAMES), min=1, max=9), doc="preferred one first"),
        "timezone": Field(TIME_ZONE),
        "ntp_servers": Field(ListOf(HOST, min=1, max=4)),
        "language": Field(Text(max=5, pattern=r"[a-z]{2}(-[A-Z]{2})?", says="such as en or pt-BR")),
        "date_format": Field(Text(choices=("dd/mm/yyyy", "mm/dd/yyyy", "yyyy-mm-dd"))),
        "time_format": Field(Text(choices=("12h", "24h"))),
        "vlan": Field(_VLAN),
        "lldp": Field(Flag()),
        "cdp": Field(Flag()),
        "qos": Field(_QOS, doc="DSCP values"),
        "web": Field(_WEB),
        "resync": Field(_RESYNC),
        "firmware": Field(FIRMWARE_VERSION, doc="a version of the catalogue"),
        "firmware_url": Field(URL, doc="in place of `firmware`: where the file is fetched from"),
        "phonebooks": Field(ListOf(_PHONEBOOK, max=5)),
        "ldap": Field(_LDAP),
        "dnd": Field(Flag()),
        "forward": Field(_FORWARD),
        "auto_answer": Field(Flag()),
        "call_waiting": Field(Flag()),
        "dial_plan": Field(Text(max=500), doc="in the vendor's own notation"),
        "syslog": Field(_SYSLOG),
        "wallpaper_url": Field(URL),
        "ring_tone": Field(Text(max=200)),
        "custom_ca_url": Field(URL),
        "key_layout": Field(LAYOUT_NAME, doc="keys that the device has beside its own"),
        "vendor_settings": Field(
            MapOf(
                Text(min=0, max=500, secret=True),
                name=r"[0-9A-Za-z]([0-9A-Za-z_.:%/ -]{0,118}[0-9A-Za-z_.:%/-])?",
                says="the name of a parameter",
                max=100,
            ),
            doc="raw parameters of the vendor, by name; shown to who may reveal",
        ),
    }
)

LAYER = Patch(SETTINGS, kept=("codecs", "timezone"))
"""What is set in one place: null unsets what more general settings say. No phone can go without a
time zone and codecs."""

MOST_LINES = 24
MOST_KEYS = 400

LINES = ListOf(LINE, min=1, max=MOST_LINES)
KEYS = ListOf(KEY, max=MOST_KEYS)
