"""How are hosts, codecs and the URL format spelled in config.yml?

Each function reads one text and raises ValueError when it is misspelled.
"""

from __future__ import annotations

import ipaddress
import re

# The names under which codecs are registered for RTP; vendor packs use the same.
CODECS = (
    "PCMU",
    "PCMA",
    "G722",
    "G722.1",
    "G722.1C",
    "G723",
    "G726-16",
    "G726-24",
    "G726-32",
    "G726-40",
    "G729",
    "GSM",
    "iLBC",
    "opus",
    "Speex",
    "AMR",
    "AMR-WB",
)
URL_PLACEHOLDERS = ("{{SERVER_IP}}", "{{PORT}}", "{mac}")

_CODEC_BY_FOLDED_NAME = {name.casefold(): name for name in CODECS}
_LABEL = r"[0-9A-Za-z_]([0-9A-Za-z_-]{0,61}[0-9A-Za-z_])?"
_HOST_NAME = re.compile(rf"{_LABEL}(\.{_LABEL})*\.?", re.ASCII)
_URL = re.compile(r"https?://[!-~]+", re.ASCII)


def parse_codec(text: str) -> str:
    """A codec in any case, in its registered spelling."""
    found = _CODEC_BY_FOLDED_NAME.get(text.casefold())
    if found is None:
        raise ValueError("is not a known codec")
    return found


def parse_host(text: str) -> str:
    """A host name or an IP address; four numbers with dots must be a real address."""
    try:
        return str(ipaddress.ip_address(text))
    except ValueError:
        last_label = text.rstrip(".").rpartition(".")[2]
        if not _HOST_NAME.fullmatch(text) or len(text) > 253 or last_label.isdigit():
            raise
        return text


def parse_url_format(text: str) -> str:
    """An address with {mac} in it, and no braces but those of the three placeholders."""
    rest = text
    for placeholder in URL_PLACEHOLDERS:
        rest = rest.replace(placeholder, "x")
    if "{mac}" not in text or "{" in rest or "}" in rest or not _URL.fullmatch(text):
        raise ValueError("is not a URL format")
    return text
