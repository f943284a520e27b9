"""What does config.yml say, and what is wrong with it?"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from chalicelib.domain.access.policy import default_policy
from chalicelib.domain.errors import ConfigError, Flaw
from chalicelib.domain.input import SIP_PASSWORD
from chalicelib.domain.shape import Record
from chalicelib.settings import yaml_text
from chalicelib.settings.config_shape import CONFIG, FLEET, PROVISIONING, SERVER
from chalicelib.settings.trap import find_traps
from chalicelib.settings.values import (
    LOCAL,
    ConfigFile,
    DeclaredDevice,
    DeclaredExtension,
    Provisioning,
    ServerChoice,
)


def read_config(path: Path, *, environ: Mapping[str, str], stage: str) -> ConfigFile:
    """Read config.yml. Raises ConfigError with every mistake, in the order of the file."""
    content = _read_bytes(path)
    document = yaml_text.read(content, path.name)
    written = {} if document.value is None else document.value
    found, misread = CONFIG.examine(written)
    trap_by_path = {
        flaw.where: flaw for flaw in find_traps(CONFIG, written, document.unquoted_by_path)
    }
    flaws = [*document.flaws, *trap_by_path.values()]
    flaws += [flaw for flaw in misread if flaw.where not in trap_by_path]
    sections = found or {}
    provisioning = _filled(PROVISIONING, sections.get("provisioning"))
    server = _filled(SERVER, sections.get("server"))
    extensions = sections.get("extensions") or ()
    devices = provisioning["devices"] or ()
    flaws += [
        *_find_repeated("extensions", "number", extensions),
        *_find_unclear_passwords(extensions, written, environ),
        *_find_repeated("provisioning.devices", "mac", devices),
        *_find_contradictions(provisioning),
        *_find_missing_files(provisioning, path.parent, stage),
    ]
    if flaws:
        raise ConfigError(*_in_order_of_file(flaws, document.line_by_path))
    named = [entry["password_env"] for entry in extensions if entry["password_env"]]
    return ConfigFile(
        path=path,
        provisioning=Provisioning(
            enabled=provisioning["enabled"],
            url_format=provisioning["url_format"],
            custom_templates_dir=_beside(path, provisioning["custom_templates_dir"]),
            use_https=provisioning["use_https"],
            cert_file=_beside(path, provisioning["cert_file"]),
            key_file=_beside(path, provisioning["key_file"]),
        ),
        server=ServerChoice(**server | {"sip_host": server["sip_host"] or server["external_ip"]}),
        fetches_per_second=_filled(FLEET, sections.get("fleet"))["fetches_per_second"],
        policy=sections.get("access") or default_policy(stage),
        extensions=tuple(
            DeclaredExtension(
                number=entry["number"],
                name=entry["name"],
                password=entry["password"] or environ[entry["password_env"]],
            )
            for entry in extensions
        ),
        devices=tuple(DeclaredDevice(**entry) for entry in devices),
        digest=_digest(content, {name: environ[name] for name in named}),
    )


def _read_bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except FileNotFoundError as error:
        says = "there is no such file; copy the project's config.yml or set OFFHOOK_CONFIG"
        raise ConfigError(Flaw(where=str(path), says=says)) from error
    except OSError as error:
        says = f"cannot be read: {error.strerror}"
        raise ConfigError(Flaw(where=str(path), says=says)) from error


def _filled(section: Record, found: Mapping[str, Any] | None) -> dict[str, Any]:
    """A section with a default for every key that is absent, empty or flawed."""
    given = found or {}
    return {
        name: field.default if given.get(name) is None else given[name]
        for name, field in section.fields.items()
    }


def _find_repeated(
    where: str, key: str, entries: Sequence[Mapping[str, Any] | None]
) -> Iterator[Flaw]:
    first_by_value: dict[object, int] = {}
    for position, entry in enumerate(entries):
        value = entry[key] if entry else None
        if value is None:
            continue  # flawed, and told already
        first = first_by_value.setdefault(value, position)
        if first != position:
            says = f"{value} is declared already, in {where}[{first}]"
            yield Flaw(where=f"{where}[{position}].{key}", says=says)


def _find_unclear_passwords(
    entries: Sequence[Mapping[str, Any] | None],
    written: Mapping[str, Any],
    environ: Mapping[str, str],
) -> Iterator[Flaw]:
    for position, entry in enumerate(entries):
        if entry is None:
            continue  # flawed, and told already
        where = f"extensions[{position}]"
        given = written["extensions"][position]
        is_given = given.get("password") is not None
        is_named = given.get("password_env") is not None
        if is_given == is_named:
            found = "both are there" if is_given else "neither is there"
            says = f"exactly one of password and password_env must be given; {found}"
            yield Flaw(where=where, says=says)
        elif entry["password_env"]:
            yield from _find_bad_variable(f"{where}.password_env", entry["password_env"], environ)


def _find_bad_variable(where: str, name: str, environ: Mapping[str, str]) -> Iterator[Flaw]:
    if name not in environ:
        yield Flaw(where=where, says=f"the environment variable {name} is not set")
        return
    for flaw in SIP_PASSWORD.examine(environ[name])[1]:
        yield Flaw(where=where, says=f"the value of the environment variable {name} {flaw.says}")


def _find_contradictions(provisioning: Mapping[str, Any]) -> Iterator[Flaw]:
    use_https = provisioning["use_https"]
    url_format = provisioning["url_format"]
    for key, other in (("cert_file", "key_file"), ("key_file", "cert_file")):
        where = f"provisioning.{key}"
        if provisioning[key] and not provisioning[other]:
            yield Flaw(where=where, says=f"needs provisioning.{other} beside it")
        if provisioning[key] and not use_https:
            yield Flaw(where=where, says="has no effect unless provisioning.use_https is true")
    if use_https and url_format and url_format.startswith("http:"):
        says = "begins with http:// although provisioning.use_https is true"
        yield Flaw(where="provisioning.url_format", says=says)


def _find_missing_files(
    provisioning: Mapping[str, Any], folder: Path, stage: str
) -> Iterator[Flaw]:
    templates = provisioning["custom_templates_dir"]
    if templates and stage != LOCAL and Path(templates).is_absolute():
        says = (
            f'"{templates}" is an absolute path, which stage {stage} does not have; move the '
            'folder into the project and give its name, such as "custom_templates"'
        )
        yield Flaw(where="provisioning.custom_templates_dir", says=says)
    elif templates and not (folder / templates).is_dir():
        says = f'there is no folder "{templates}" (a relative path starts beside config.yml)'
        yield Flaw(where="provisioning.custom_templates_dir", says=says)
    for key in ("cert_file", "key_file"):
        # Elsewhere than on the operator's own machine, the gateway does TLS.
        if stage == LOCAL and provisioning[key] and not (folder / provisioning[key]).is_file():
            yield Flaw(where=f"provisioning.{key}", says=f'there is no file "{provisioning[key]}"')


def _beside(path: Path, name: str | None) -> Path | None:
    return path.parent / name if name else None


def _in_order_of_file(flaws: Sequence[Flaw], line_by_path: Mapping[str, int]) -> list[Flaw]:
    def line(flaw: Flaw) -> int:
        path = flaw.where
        while path and path not in line_by_path:
            path = path[: max(path.rfind("."), path.rfind("["), 0)]
        return line_by_path.get(path, 0)

    return sorted(flaws, key=line)


def _digest(content: bytes, value_by_variable: Mapping[str, str]) -> str:
    digest = hashlib.sha256(content)
    for name, value in sorted(value_by_variable.items()):
        digest.update(f"\0{name}\0{value}".encode())
    return digest.hexdigest()
