"""What did an operator choose for a device, and can it be?"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from chalicelib.domain.chosen import Join, drop_empty, find_texts, keep_secrets, merge
from chalicelib.domain.device import Device
from chalicelib.domain.errors import Flaw, InexpressibleError, InputError
from chalicelib.domain.extension import DEFAULT_SITE, Extension
from chalicelib.domain.format import Format
from chalicelib.domain.profile import LAYER, SETTINGS
from chalicelib.domain.record import Stored


@dataclass(frozen=True, kw_only=True, slots=True)
class Choice:
    """What can be chosen for a device; the names are those of `domain/profile.py`.

    Vendor and model are to be guessed where nobody says them. `allow_downgrade` says that the
    device may go back to an older firmware.
    """

    vendor: str | None
    model: str | None
    lines: tuple[Mapping[str, Any], ...] = field(repr=False)
    keys: tuple[Mapping[str, Any], ...] = ()
    settings: Mapping[str, Any] = field(default_factory=dict, repr=False)
    site: str = DEFAULT_SITE
    allow_downgrade: bool = False

    @classmethod
    def of(cls, device: Device) -> Choice:
        """What was chosen for a device that stands."""
        return cls(
            vendor=device.vendor,
            model=device.model,
            lines=device.lines,
            keys=device.keys,
            settings=device.settings,
            site=device.site,
        )

    @property
    def numbers(self) -> set[str]:
        """The extensions on its lines."""
        return {line["extension_number"] for line in self.lines if "extension_number" in line}

    def changed(self, patch: Mapping[str, Any], *, join: Join = merge) -> Choice:
        """The choice with the fields of `patch` over it. Raises InputError.

        `join` brings the settings together: a null in them takes back, or is kept and unsets.
        """
        fields = ("vendor", "model", "lines", "keys", "site", "allow_downgrade")
        changes = {name: patch[name] for name in fields if name in patch}
        if "settings" in patch:
            changes["settings"] = drop_empty(join(self.settings, patch["settings"]))
            LAYER.read(changes["settings"], "settings")
        changed = replace(self, **changes)
        number = patch.get("extension_number")
        if number is None:
            return changed
        if "lines" in patch:
            says = "cannot be given beside lines: it is the extension of the first line"
            raise InputError(Flaw(where="extension_number", says=says))
        own = ("extension_number", "user", "auth_user", "password")
        first = {name: value for name, value in self.lines[0].items() if name not in own}
        return replace(changed, lines=({"extension_number": number, **first}, *self.lines[1:]))


def keep_settings(choice: Choice, before: Device) -> Choice:
    """A choice of everything anew, with the secret settings that it leaves out."""
    settings = keep_secrets(SETTINGS, choice.settings, before.settings)
    return replace(choice, settings=settings)


def keep_passwords(choice: Choice, before: Device | None) -> Choice:
    """The choice with the passwords of lines that it leaves out."""
    lines = _keep_passwords(choice.lines, before.lines if before else ())
    return replace(choice, lines=lines, settings=drop_empty(choice.settings))


def find_flaws(choice: Choice) -> Iterator[Flaw]:
    """What is wrong with the choice by itself."""
    if not choice.lines:
        yield Flaw(where="extension_number", says="is required; or give lines")
    for index, line in enumerate(choice.lines):
        if ("extension_number" in line) == ("user" in line):
            says = "needs either an extension_number or a user with a password"
            yield Flaw(where=f"lines[{index}]", says=says)
        elif "user" in line and "password" not in line:
            yield Flaw(where=f"lines[{index}].password", says="is required for a new user")
        elif "password" in line and "user" not in line:
            says = "is that of the extension, which has its own; leave it out"
            yield Flaw(where=f"lines[{index}].password", says=says)
    places = Counter((key["module"], key["position"]) for key in choice.keys)
    for (module, position), times in sorted(places.items()):
        if times > 1:
            of = f" of module {module}" if module else ""
            yield Flaw(where="keys", says=f"names key {position}{of} {times} times")


def find_unknown(choice: Choice, extensions: Mapping[str, Stored[Extension]]) -> Iterator[Flaw]:
    """A flaw for each line whose extension does not exist."""
    for index, line in enumerate(choice.lines):
        number = line.get("extension_number")
        if number is not None and number not in extensions:
            yield Flaw(where=_where(index), says=tell_unknown(number))


def tell_unknown(number: str) -> str:
    """What is wrong with the number of an extension that does not exist."""
    return f'"{number}" is not an extension; create it first (POST /api/extensions)'


def find_unusable(
    choice: Choice, extensions: Mapping[str, Stored[Extension]], form: Format, vendor: str
) -> Iterator[Flaw]:
    """A flaw for each text that the files of the vendor cannot write."""
    for index, line in enumerate(choice.lines):
        number = line.get("extension_number")
        if number is not None:
            for part, why in find_inexpressible(extensions[number].value, form, vendor):
                says = f'"{number}" cannot be used: its {part} {why}'
                yield Flaw(where=_where(index), says=says)
    chosen = {"lines": choice.lines, "keys": choice.keys, "settings": choice.settings}
    for where, text in find_texts(chosen):
        if refused := _refuse(text, form):
            yield Flaw(where=where, says=f"{refused}, in the files of {vendor}")


def find_inexpressible(extension: Extension, form: Format, vendor: str) -> list[tuple[str, str]]:
    """Fields of the extension that the files of a vendor cannot write, each with the reason."""
    parts = {"name": extension.name, "password": extension.password}
    whys = {name: _refuse(value, form) for name, value in parts.items()}
    return [(name, f"{why}, in the files of {vendor}") for name, why in whys.items() if why]


def _refuse(value: str, form: Format) -> str | None:
    """Why the format cannot write the value, if it cannot."""
    try:
        form.escape(value)
    except InexpressibleError as error:
        return str(error)
    return None


def _keep_passwords(
    lines: Sequence[Mapping[str, Any]], before: Sequence[Mapping[str, Any]]
) -> tuple[Mapping[str, Any], ...]:
    password_by_user = {line["user"]: line["password"] for line in before if "user" in line}
    return tuple(
        {**line, "password": password_by_user[line["user"]]}
        if "password" not in line and line.get("user") in password_by_user
        else line
        for line in lines
    )


def _where(index: int) -> str:
    return f"lines[{index}].extension_number" if index else "extension_number"
