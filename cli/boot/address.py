"""Which address does a phone ask, from what an installer gave it?

An installer gives a folder, or with macros the address of a file. Where the vendor's phones want a
file in the DHCP option, a folder is completed as `offhook dhcp` would have it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urljoin

from chalicelib.catalog import BUILT_IN
from chalicelib.catalog.facts import Facts
from chalicelib.domain.boot import fill_in
from chalicelib.domain.mac import Mac

_MACRO = re.compile(r"\{[A-Za-z:-]+\}|\$[A-Z]{2,4}\b|\$[a-z]{2,4}\b|%MACD|<mac>", re.ASCII)


@dataclass(frozen=True, kw_only=True, slots=True)
class AddressRules:
    """What a vendor's phones make of an address.

    `macros` is None where nobody knows which ones they replace; `names` are those of the vendor's
    files as its phones write them, by their shapes; `models` what a phone calls its model, where
    that is not our name in capitals.
    """

    completed: str = "{url}"
    macros: Mapping[str, str] | None = None
    upper: bool = False
    chained: bool = False
    names: Mapping[str, str] = field(default_factory=dict)
    models: Mapping[str, str] = field(default_factory=dict)

    def expand(self, text: str, *, mac: Mac, model: str) -> str:
        """The text with the macros that these phones replace."""
        # The longest first: $MAU and $MAC begin as $MA does.
        for name in sorted(self.macros or {}, key=len, reverse=True):
            value = (self.macros or {})[name]
            called = self.models.get(model, model)
            value = value.replace("{model}", called).replace("{MODEL}", called.upper())
            text = text.replace(name, fill_in(value, mac))
        return text

    def unknown_macros(self, text: str) -> list[str]:
        """What looks like a macro and is sent as it stands."""
        return [found for found in _MACRO.findall(text) if found not in (self.macros or {})]

    def complete(self, folder: str) -> str:
        """The address that goes to the phone, for a folder with its slash."""
        return self.completed.replace("{url}", folder)


def read_rules(vendor: str) -> AddressRules:
    """The rules of a vendor; those that hold for all where its pack says nothing."""
    facts = Facts(BUILT_IN)
    if vendor not in facts.entries:
        return AddressRules()
    read = facts.read(vendor)
    told: Mapping[str, Any] = read.get("address", {})
    texts = [each["value"] for each in told.get("dhcp", ()) if "part" not in each]
    return AddressRules(
        completed=next((text for text in texts if text.startswith("{url}")), "{url}"),
        macros=told.get("macros"),
        upper=told.get("upper", False),
        chained=told.get("chained", False),
        names={each["name"].lower(): each["name"] for each in read["files"]},
        models=told.get("models", {}),
    )


def names_a_file(url: str) -> bool:
    """Whether the address is that of a file, not of a folder."""
    return not url.partition("?")[0].endswith("/")


def join(url: str, name: str) -> str:
    """The address of a file beside or below this one."""
    return urljoin(url, name)
