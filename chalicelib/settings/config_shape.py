"""Which keys does config.yml have, and what may stand behind each?"""

from __future__ import annotations

from chalicelib.domain.access.policy import ACCESS
from chalicelib.domain.input import (
    EXTENSION_NAME,
    EXTENSION_NUMBER,
    MAC,
    MODEL,
    SIP_PASSWORD,
    VENDOR,
)
from chalicelib.domain.pace import USUAL_RATE
from chalicelib.domain.shape import Field, Flag, ListOf, Parsed, Record, Text, Whole
from chalicelib.settings.spelling import CODECS, parse_codec, parse_host, parse_url_format

MOST_RECORDS = 5000

_HOST = Parsed(parse=parse_host, says="a host name or an IP address", max=253)
_PORT = Whole(min=1, max=65535)
_PATH = Text(max=1000)
_VARIABLE = Text(
    max=200, pattern=r"[A-Za-z_][A-Za-z0-9_]*", says="the name of an environment variable"
)
_URL_FORMAT = Parsed(
    parse=parse_url_format,
    says="an http:// or https:// address that holds {mac}; "
    "the only other placeholders are {{SERVER_IP}} and {{PORT}}",
    max=500,
)
_TIMEZONE = Text(
    max=64,
    pattern=r"[A-Za-z][A-Za-z0-9_+-]*(/[A-Za-z0-9_+-]+){0,2}",
    says="the name of a time zone, such as Europe/Berlin",
)

DEVICE = Record(
    {
        "mac": Field(MAC, required=True),
        "extension": Field(EXTENSION_NUMBER, required=True),
        "vendor": Field(VENDOR, required=True),
        "model": Field(MODEL, required=True),
    }
)
EXTENSION = Record(
    {
        "number": Field(EXTENSION_NUMBER, required=True),
        "name": Field(EXTENSION_NAME, nullable=True),
        "password": Field(SIP_PASSWORD, nullable=True),
        "password_env": Field(_VARIABLE, nullable=True),
    }
)
PROVISIONING = Record(
    {
        "enabled": Field(Flag(), nullable=True, default=True),
        "url_format": Field(_URL_FORMAT, nullable=True),
        "custom_templates_dir": Field(Text(min=0, max=1000), nullable=True),
        "devices": Field(ListOf(DEVICE, max=MOST_RECORDS), nullable=True),
        "use_https": Field(Flag(), nullable=True, default=False),
        "cert_file": Field(_PATH, nullable=True),
        "key_file": Field(_PATH, nullable=True),
    }
)
SERVER = Record(
    {
        "name": Field(Text(max=64), nullable=True, default="Offhook"),
        "sip_host": Field(_HOST, nullable=True),
        "sip_port": Field(_PORT, nullable=True, default=5060),
        "external_ip": Field(_HOST, nullable=True),
        "port": Field(_PORT, nullable=True),
        "timezone": Field(_TIMEZONE, nullable=True, default="UTC"),
        "ntp_servers": Field(ListOf(_HOST, max=4), nullable=True, default=("pool.ntp.org",)),
        "codecs": Field(
            ListOf(
                Parsed(parse=parse_codec, says=f"one of {', '.join(CODECS)}", max=20),
                max=len(CODECS),
                min=1,
            ),
            nullable=True,
            default=("PCMU", "PCMA"),
        ),
    }
)
FLEET = Record(
    {
        "fetches_per_second": Field(Whole(min=1, max=100_000), nullable=True, default=USUAL_RATE),
    }
)
# A key with nothing behind it, such as a section whose lines are all comments, counts as absent:
# that is why every optional field is nullable.
CONFIG = Record(
    {
        "provisioning": Field(PROVISIONING, nullable=True),
        "server": Field(SERVER, nullable=True),
        "access": Field(ACCESS, nullable=True),
        "fleet": Field(FLEET, nullable=True),
        "extensions": Field(ListOf(EXTENSION, max=MOST_RECORDS), nullable=True),
    }
)
