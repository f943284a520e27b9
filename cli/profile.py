"""Which server is meant, and by which token: by options, the environment, or config.toml?

default = "office"

[profiles.office]
url = "https://offhook.example.com"
token = "oh_..."
"""

from __future__ import annotations

import ipaddress
import json
import os
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from cli.outcome import UsageError

LOCAL = "http://127.0.0.1:8080"
NOWHERE_NAMED = "the default"
"""The source of a server that nobody named."""

_NAME = re.compile(r"[A-Za-z0-9_-]{1,40}")
_TOKEN = re.compile(r"[!-~]{1,200}")


@dataclass(frozen=True, kw_only=True)
class Target:
    """A server and the token for it; `source` says who named the server."""

    url: str
    token: str | None = field(default=None, repr=False)
    source: str

    @property
    def is_exposed(self) -> bool:
        """Whether the token travels in clear over a network."""
        parts = urlsplit(self.url)
        return bool(self.token) and parts.scheme == "http" and not is_loopback(parts.hostname)


@dataclass(frozen=True, kw_only=True)
class Profiles:
    """What config.toml holds."""

    default: str | None = None
    targets: Mapping[str, Target] = field(default_factory=dict)


def choose_target(
    *, url: str | None, token: str | None, profile: str | None, environment: Mapping[str, str]
) -> Target:
    """The server that this run speaks to. Raises UsageError."""
    chosen = None
    if url is None:
        named = profile or (None if environment.get("OFFHOOK_URL") else "")
        if named is not None:
            chosen = _from_profile(named or environment.get("OFFHOOK_PROFILE", ""), environment)
    if chosen is None:
        given = url or environment.get("OFFHOOK_URL")
        source = "--url" if url else "OFFHOOK_URL" if given else NOWHERE_NAMED
        chosen = Target(url=parse_url(given or LOCAL), source=source)
        # The token of a profile is for that profile's server, and for no other.
    if token is None and not (chosen.token and profile):
        token = environment.get("OFFHOOK_TOKEN") or None
    token = token or chosen.token
    if token is not None and not _TOKEN.fullmatch(token):
        raise UsageError("the token holds blanks or other characters that no token has")
    return Target(url=chosen.url, token=token, source=chosen.source)


def parse_url(text: str) -> str:
    """The address of a server, without the slash at its end. Raises UsageError."""
    wrong = UsageError(f'"{text}" is not the address of a server, such as {LOCAL}')
    try:
        parts = urlsplit(text if "://" in text else f"http://{text}")
        valid = parts.scheme in ("http", "https") and parts.hostname and parts.port != 0
    except ValueError as error:
        raise wrong from error
    if not valid or parts.query or parts.fragment or not text.isprintable():
        raise wrong
    if parts.username or parts.password:
        raise UsageError("a user or a password does not belong into the address; give a token")
    path = parts.path.rstrip("/").removesuffix("/api")
    return f"{parts.scheme}://{parts.netloc}{path}"


def file_of(environment: Mapping[str, str]) -> Path:
    """Where config.toml lies."""
    home = environment.get("XDG_CONFIG_HOME") or "~/.config"
    return Path(home).expanduser() / "offhook" / "config.toml"


def read_profiles(file: Path) -> Profiles:
    """All profiles; none where there is no file. Raises UsageError."""
    try:
        text = file.read_text("utf-8")
    except FileNotFoundError:
        return Profiles()
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"{file} cannot be read: {error}") from error
    try:
        held = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise UsageError(f"{file} is not TOML: {error}") from error
    listed = held.get("profiles", {})
    if not isinstance(listed, dict):
        raise UsageError(f"{file}: profiles is not a table")
    return Profiles(
        default=_text(held, "default", file),
        targets={name: _read_target(name, values, file) for name, values in listed.items()},
    )


def write_profiles(file: Path, profiles: Profiles) -> None:
    """Write config.toml, for its owner only. Raises UsageError."""
    lines = [] if profiles.default is None else [f"default = {_quoted(profiles.default)}", ""]
    for name, target in profiles.targets.items():
        lines += [f"[profiles.{name}]", f"url = {_quoted(target.url)}"]
        lines += [f"token = {_quoted(target.token)}"] if target.token else []
        lines.append("")
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        new = file.with_name(f".{file.name}.new")
        new.unlink(missing_ok=True)
        with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as stream:
            stream.write("\n".join(lines))
        new.replace(file)
    except OSError as error:
        raise UsageError(f"{file} cannot be written: {error.strerror}") from error


def check_name(name: str) -> str:
    """The name of a profile. Raises UsageError."""
    if not _NAME.fullmatch(name):
        raise UsageError(f'"{name}" is not a name of letters, digits, - and _')
    return name


def _from_profile(name: str, environment: Mapping[str, str]) -> Target | None:
    """The profile of this name, or the default one; None where none is asked for or set."""
    file = file_of(environment)
    profiles = read_profiles(file)
    wanted = name or profiles.default
    if not wanted:
        return None
    if wanted not in profiles.targets:
        known = ", ".join(profiles.targets) or "none"
        raise UsageError(f'there is no profile "{wanted}" in {file}; there are: {known}')
    return profiles.targets[wanted]


def _read_target(name: str, values: object, file: Path) -> Target:
    if not isinstance(values, dict) or not isinstance(values.get("url"), str):
        raise UsageError(f"{file}: the profile {name} has no url")
    token = _text(values, "token", file)
    return Target(url=parse_url(values["url"]), token=token, source=f"profile {name}")


def _text(values: Mapping[str, Any], name: str, file: Path) -> str | None:
    value = values.get(name)
    if value is not None and not isinstance(value, str):
        raise UsageError(f"{file}: {name} is not a text")
    return value


def _quoted(text: str) -> str:
    # What JSON writes of printable text is a basic string of TOML.
    return json.dumps(text, ensure_ascii=False)


def is_loopback(host: str | None) -> bool:
    """Whether the host is this machine."""
    try:
        return ipaddress.ip_address(host or "").is_loopback
    except ValueError:
        return host == "localhost"
