"""How do a vendor's phones go about a fetch?"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from chalicelib.domain.mac import Mac

_DIGIT = re.compile("[0-9]")


@dataclass(frozen=True, kw_only=True, slots=True)
class SentUserAgent:
    """A User-Agent that these models send, all when empty."""

    text: str
    models: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Boot:
    """What is known of it. None, or nothing in a list, stands for what nobody knows.

    A file is asked for `tries` times in a row, in all; a phone that failed begins anew after
    `retry_seconds`. `tls` are the versions that it speaks, `uploads_by` the methods that it
    uploads by.
    """

    user_agents: Sequence[SentUserAgent] = ()
    tries: int | None = None
    retry_seconds: int | None = None
    absent_is_failure: bool | None = None
    follows_redirects: bool | None = None
    tls: Sequence[str] = ()
    uploads_by: Sequence[str] = ()

    def user_agent(self, model: str) -> str | None:
        """What phones of this model send, but for the MAC address: see `fill_in`."""
        for sent in self.user_agents:
            if not sent.models or model in sent.models:
                digit = _DIGIT.search(model)
                number = model[digit.start() :] if digit else model
                text = sent.text.replace("{model}", model.upper())
                return text.replace("{number}", number.upper())
        return None


def fill_in(user_agent: str, mac: Mac) -> str:
    """The User-Agent with the MAC address in the vendor's spelling."""
    pairs = [mac.digits[at : at + 2] for at in range(0, len(mac.digits), 2)]
    colons, hyphens = ":".join(pairs), "-".join(pairs)
    spellings = {
        "{mac}": mac.digits,
        "{MAC}": mac.digits.upper(),
        "{ma:c}": colons,
        "{MA:C}": colons.upper(),
        "{MA-C}": hyphens.upper(),
    }
    for placeholder, spelling in spellings.items():
        user_agent = user_agent.replace(placeholder, spelling)
    return user_agent
