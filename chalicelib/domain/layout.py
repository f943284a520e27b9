"""Which keys has a device by a layout, and what do they say of its own extension?"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from chalicelib.domain.errors import Flaw
from chalicelib.domain.wording import shown

PLACEHOLDERS = ("EXTENSION_NUMBER", "EXTENSION_NAME", "SIP_SERVER", "SIP_PORT", "SERVER_NAME")
"""What may stand in the value and the label of a key, in double braces: the first line's."""

_PLACEHOLDER = re.compile(r"\{\{ *([0-9A-Za-z_]*) *\}\}")
_FILLED = ("value", "label")


def find_bad_placeholders(keys: Sequence[Mapping[str, Any] | None]) -> Iterator[Flaw]:
    """A flaw for each placeholder that is none."""
    for index, key in enumerate(keys):
        for part in _FILLED:
            for name in _PLACEHOLDER.findall((key or {}).get(part) or ""):
                if name not in PLACEHOLDERS:
                    says = (
                        f"{shown(name)} is not a placeholder; known are {', '.join(PLACEHOLDERS)}"
                    )
                    yield Flaw(where=f"keys[{index}].{part}", says=says)


def lay_out(
    layout: Sequence[Mapping[str, Any]],
    own: Sequence[Mapping[str, Any]],
    words: Mapping[str, Any],
) -> list[Mapping[str, Any]]:
    """The keys of the layout, filled in with these words; the device's own stand in their place."""
    key_by_place = {_place(key): _fill(key, words) for key in layout}
    key_by_place.update((_place(key), key) for key in own)
    return [key_by_place[place] for place in sorted(key_by_place)]


def _fill(key: Mapping[str, Any], words: Mapping[str, Any]) -> Mapping[str, Any]:
    def say(found: re.Match[str]) -> str:
        name = found[1]
        return str(words[name]) if name in PLACEHOLDERS and name in words else found[0]

    filled = {
        part: _PLACEHOLDER.sub(say, text)
        for part in _FILLED
        if (text := key.get(part)) and "{{" in text
    }
    return {**key, **filled} if filled else key


def _place(key: Mapping[str, Any]) -> tuple[int, int]:
    return key["module"], key["position"]
