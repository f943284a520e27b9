"""Which files does a file name, that a phone then asks for?"""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape

from chalicelib.domain.mac import Mac
from chalicelib.domain.vendor import FileKind

_POLYCOM = re.compile(r'\bCONFIG_FILES="([^"]*)"')
_AVAYA = re.compile(r"^GET (\S+)", re.MULTILINE)
_CISCO = re.compile(r"<Profile_Rule[^>]*>([^<]*)</Profile_Rule>")
_PANASONIC = re.compile(r'^CFG_(?:STANDARD|PRODUCT|MASTER)_FILE_PATH="([^"]+)"', re.MULTILINE)
# What each names again in a device's own file is where the phone is to look the next time.
_OF_ALL, _OF_COMMON_FILES = (_POLYCOM, _AVAYA), (_CISCO, _PANASONIC)


def find_references(text: str, kind: FileKind, mac: Mac) -> Iterator[str]:
    """The names or addresses, in order, with what the vendor's files put for the MAC address."""
    patterns = _OF_ALL if kind.is_own else (*_OF_ALL, *_OF_COMMON_FILES)
    for pattern in patterns:
        for found in pattern.findall(text):
            for name in found.split(",") if pattern is _POLYCOM else (found,):
                if name.strip():
                    yield _fill(unescape(name.strip()), mac)


def _fill(name: str, mac: Mac) -> str:
    return name.replace("[PHONE_MAC_ADDRESS]", mac.digits).replace("$MACADDR", mac.digits)
