"""What is told of a change: who made it, when, from where, and what it was. Never a secret."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from chalicelib.domain.chosen import mask
from chalicelib.domain.device import Device
from chalicelib.domain.extension import Extension
from chalicelib.domain.profile import LINES, SETTINGS
from chalicelib.domain.site import Site

if TYPE_CHECKING:
    from chalicelib.domain.access.api_token import ApiToken
    from chalicelib.domain.access.state import AccessState


@dataclass(frozen=True, kw_only=True, slots=True)
class AuditEntry:
    """One change. `old` and `new` are what is told of the record; None where there was none."""

    at: datetime
    who: str
    address: str
    action: str
    kind: str
    name: str
    old: Mapping[str, Any] | None
    new: Mapping[str, Any] | None


def tell_device(device: Device) -> dict[str, Any]:
    """What is told of a device."""
    return {
        "vendor": device.vendor,
        "model": device.model,
        "lines": mask(LINES, device.lines),
        "keys": list(device.keys),
        "settings": tell_settings(device.settings),
        "site": device.site,
        "origin": device.origin.value,
    }


def tell_extension(extension: Extension, before: Extension | None = None) -> dict[str, Any]:
    """What is told of an extension; of the password only whether it is another one."""
    told = {"name": extension.name, "origin": extension.origin.value}
    if before is not None:
        changed = extension.password != before.password
        told["password"] = "changed" if changed else "the same"
    return told


def tell_site(site: Site) -> dict[str, Any]:
    """What is told of a site; of its policy without its password."""
    access = None
    if site.access is not None:
        access = {name: part for name, part in site.access.items() if name != "basic"}
    return {
        "label": site.label,
        "access": access,
        "key_generation": site.key_generation,
        "settings": tell_settings(site.settings),
        "models": {name: tell_settings(settings) for name, settings in site.models.items()},
    }


def tell_token(token: ApiToken) -> dict[str, Any]:
    """What is told of an API token; never its text, which nobody has kept."""
    return {
        "id": token.id,
        "name": token.name,
        "role": token.grant.role.value,
        "reveal": token.grant.reveals,
        "site": token.grant.site,
        "created_at": _time_text(token.created_at),
        "expires_at": _time_text(token.expires_at),
        "last_used_at": _time_text(token.last_used_at),
    }


def tell_access(state: AccessState) -> dict[str, Any]:
    """What is told of what opens a device."""
    return {
        "generation": state.generation,
        "armed_until": state.armed_until.isoformat() if state.armed_until else None,
        "armed_left": state.armed_left,
        "disabled": state.disabled,
    }


def _time_text(time: datetime | None) -> str | None:
    return time.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S") if time else None


def tell_settings(settings: Mapping[str, Any]) -> dict[str, Any]:
    """What is told of settings; of raw parameters the names only, since they may be secrets."""
    told: dict[str, Any] = mask(SETTINGS, settings)
    raw = settings.get("vendor_settings")
    return told | {"vendor_settings": sorted(raw)} if raw else told
