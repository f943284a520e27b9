"""What does every word say for one device?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlsplit

from chalicelib.domain.device import Dossier, Line
from chalicelib.domain.layout import lay_out
from chalicelib.domain.profile import KEY, LINE, SETTINGS
from chalicelib.domain.server import Server
from chalicelib.domain.shape import Record
from chalicelib.domain.time_forms import FORMS
from chalicelib.domain.timezone import TimeZone
from chalicelib.domain.vendor import Model, Pack


def speak(
    dossier: Dossier,
    *,
    server: Server,
    pack: Pack,
    model: Model,
    settings: Mapping[str, Any] | None = None,
    timezone: TimeZone | None = None,
    generation: str | None = None,
    provisioning_url: str = "",
    layout: Sequence[Mapping[str, Any]] = (),
) -> dict[str, Any]:
    """The value of every word for one device.

    `settings` are the effective ones, its own when absent, and `timezone` is that of them, the
    server's when absent. Raises TimeZoneError when the vendor cannot express it. `layout` are keys
    that it has beside its own.
    """
    device = dossier.device
    lines = [
        _speak_of_line(line, device.lines[line.position - 1], server, pack)
        for line in dossier.lines
    ]
    first = lines[0]
    words = speak_of_model(
        server=server,
        pack=pack,
        model=model,
        settings=device.settings if settings is None else settings,
        timezone=timezone,
        generation=generation,
        provisioning_url=provisioning_url,
    )
    words.update(
        EXTENSION_NUMBER=first["number"],
        EXTENSION_NAME=first["name"],
        EXTENSION_PASSWORD=first["password"],
        SIP_SERVER=first["server"],
        SIP_PORT=first["port"],
        mac=device.mac.digits,
        lines=lines,
    )
    keys = lay_out(layout, device.keys, words)
    words["keys"] = [_speak_of_key(key, pack) for key in keys]
    return words


def speak_of_model(
    *,
    server: Server,
    pack: Pack,
    model: Model | None,
    settings: Mapping[str, Any] | None = None,
    timezone: TimeZone | None = None,
    generation: str | None = None,
    provisioning_url: str = "",
) -> dict[str, Any]:
    """The words that are the same for every device of a model: what a common file may use.

    Without a model they are those of the vendor. Raises TimeZoneError when the vendor cannot
    express the time zone.
    """
    given = settings or {}
    form, codes = pack.time_zone_facts(model)
    words = dict(_NOTHING_SET)
    for name in given.keys() - _SPOKEN_OTHERWISE:
        shape, value = SETTINGS.fields[name].shape, given[name]
        whole = _fill(shape, value) if isinstance(shape, Record) else value
        words[name] = _translate(name, whole, pack)
    words["resync"] = _count_otherwise(words["resync"])
    raw = given.get("vendor_settings", {})
    words.update(
        SIP_SERVER=server.sip_host,
        SIP_PORT=server.sip_port,
        SERVER_NAME=server.name,
        vendor=pack.vendor,
        model=model.name if model else None,
        facts=model.facts if model else {},
        generation=generation or pack.newest_generation,
        provisioning_url=provisioning_url or None,
        provisioning=_take_apart(provisioning_url),
        firmware_folder=_folder_of(given.get("firmware_url")),
        codecs=rank_codecs(pack.codecs, tuple(given.get("codecs", server.codecs))),
        time=dict(FORMS[form](timezone or server.timezone, codes)) if form else {},
        ntp_servers=list(given.get("ntp_servers", server.ntp_servers)),
        phonebooks=given.get("phonebooks", []),
        vendor_settings=[{"name": name, "value": raw[name]} for name in sorted(raw)],
    )
    return words


def speak_of_contacts(
    contacts: Sequence[Mapping[str, Any]],
    *,
    server: Server,
    pack: Pack,
    model: Model,
    settings: Mapping[str, Any] | None = None,
    timezone: TimeZone | None = None,
) -> dict[str, Any]:
    """The words of a phonebook file."""
    words = speak_of_model(
        server=server, pack=pack, model=model, settings=settings, timezone=timezone
    )
    return words | {"contacts": list(contacts)}


def rank_codecs(codes: Mapping[str, str | int], wanted: tuple[str, ...]) -> list[dict[str, Any]]:
    """Every codec that the vendor knows, with its code, and its rank among the wanted ones.

    Codecs that the vendor lacks are passed over. `priority` of a disabled codec is 0.
    """
    known = [name for name in wanted if name in codes]
    # The first place counts of a codec that is wanted twice.
    rank = {known[place - 1]: place for place in range(len(known), 0, -1)}
    return [
        {"name": name, "code": code, "enabled": name in rank, "priority": rank.get(name, 0)}
        for name, code in codes.items()
    ]


def _speak_of_line(
    line: Line, choice: Mapping[str, Any], server: Server, pack: Pack
) -> dict[str, Any]:
    said = dict.fromkeys(LINE.fields)
    said.update((name, _translate(name, value, pack)) for name, value in choice.items())
    said.update(
        position=line.position,
        number=line.number,
        auth_user=choice.get("auth_user", line.number),
        name=choice.get("name", line.name),
        label=choice.get("label", choice.get("name", line.name)),
        password=line.password,
        expires_minutes=-(-choice["expires"] // 60) if "expires" in choice else None,
        server=choice.get("server", server.sip_host),
        port=choice.get("port", server.sip_port),
    )
    return said


def _speak_of_key(key: Mapping[str, Any], pack: Pack) -> dict[str, Any]:
    said = {name: key.get(name) for name in KEY.fields}
    return said | {"kind": key["type"], "type": pack.code("key", key["type"])}


def _count_otherwise(resync: Mapping[str, Any]) -> dict[str, Any]:
    """The same with the times in the units that some vendors count in; hours are rounded up."""
    interval, jitter = resync["interval"], resync["jitter"]
    return {
        **resync,
        "interval_seconds": None if interval is None else interval * 60,
        "interval_hours": None if interval is None else -(-interval // 60),
        "jitter_seconds": None if jitter is None else jitter * 60,
    }


def _take_apart(url: str) -> dict[str, str | int | None]:
    """The parts of an address; all None where there is none."""
    if not url:
        return {"scheme": None, "host": None, "port": None, "path": None}
    parts = urlsplit(url)
    return {
        "scheme": parts.scheme,
        "host": parts.hostname,
        "port": parts.port,
        "path": parts.path.lstrip("/"),
    }


def _folder_of(url: str | None) -> str | None:
    """The address up to the last slash of its path; None where there is no path."""
    if url is None:
        return None
    start, slash, _ = url.rpartition("/")
    return start + slash if "//" in start else None


def _fill(shape: Record, given: Mapping[str, Any]) -> dict[str, Any]:
    """Every field of the shape, down to the last: None where nothing is given."""
    return {
        name: _fill(field.shape, given.get(name) or {})
        if isinstance(field.shape, Record)
        else given.get(name)
        for name, field in shape.fields.items()
    }


def _translate(name: str, value: Any, pack: Pack) -> Any:  # noqa: ANN401 - any JSON value
    """The value in the vendor's code, where the vendor has codes for this field."""
    if isinstance(value, bool):
        return pack.code("boolean", "true" if value else "false")
    if isinstance(value, dict):
        return {part: _translate(f"{name}.{part}", of, pack) for part, of in value.items()}
    if isinstance(value, str) and name in pack.codes:
        return pack.code(name, value)
    return value


# What the server answers for where the device is silent, and what is no plain value.
_SPOKEN_OTHERWISE = {
    "timezone",
    "ntp_servers",
    "codecs",
    "phonebooks",
    "key_layout",
    "vendor_settings",
}
_NOTHING_SET = {
    name: value for name, value in _fill(SETTINGS, {}).items() if name not in _SPOKEN_OTHERWISE
}
