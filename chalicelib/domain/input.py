"""How may the values look that both the API and config.yml take?"""

from __future__ import annotations

from chalicelib.domain.mac import Mac
from chalicelib.domain.shape import Parsed, Text

EXTENSION_NUMBER = Text(
    max=32,
    pattern=r"[0-9A-Za-z*+._-]+",
    says="an extension number (1 to 32 letters, digits or * + . _ -)",
)
EXTENSION_NAME = Text(max=100)
SIP_PASSWORD = Text(max=128, secret=True)
_HEX = "[0-9A-Fa-f]"
_SPELLINGS_OF_MAC = (
    f"{_HEX}{{12}}",
    f"{_HEX}{{6}}[-:._ ]{_HEX}{{6}}",
    *(f"{_HEX}{{4}}({mark}{_HEX}{{4}}){{2}}" for mark in ("-", ":", "[.]", "_", " ")),
    *(f"{_HEX}{{2}}({mark}{_HEX}{{2}}){{5}}" for mark in ("-", ":", "[.]", "_", " ")),
)
MAC = Parsed(
    parse=Mac.parse,
    says="a MAC address (12 hex digits)",
    max=32,
    pattern=rf"\s*({'|'.join(_SPELLINGS_OF_MAC)})\s*",
)
VENDOR = Text(max=40)
MODEL = Text(max=40)
