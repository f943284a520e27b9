"""What has the operator chosen?"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from chalicelib.domain.access.policy import Policy
from chalicelib.domain.mac import Mac

LOCAL = "local"


@dataclass(frozen=True, kw_only=True, slots=True)
class Provisioning:
    """The section `provisioning`, without its devices."""

    enabled: bool
    url_format: str | None
    custom_templates_dir: Path | None
    use_https: bool
    cert_file: Path | None
    key_file: Path | None


@dataclass(frozen=True, kw_only=True, slots=True)
class ServerChoice:
    """The section `server`. What is None is taken from the address that a request came to."""

    name: str
    sip_host: str | None
    sip_port: int
    external_ip: str | None
    port: int | None
    timezone: str
    ntp_servers: tuple[str, ...]
    codecs: tuple[str, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class DeclaredExtension:
    """One entry of the section `extensions`, with its password at hand."""

    number: str
    name: str | None
    password: str = field(repr=False)


@dataclass(frozen=True, kw_only=True, slots=True)
class DeclaredDevice:
    """One entry of `provisioning.devices`. Its extension may exist through the API alone."""

    mac: Mac
    extension: str
    vendor: str
    model: str


@dataclass(frozen=True, kw_only=True, slots=True)
class ConfigFile:
    """All of config.yml. `digest` changes with its bytes and with the passwords it names."""

    path: Path
    provisioning: Provisioning
    server: ServerChoice
    policy: Policy
    fetches_per_second: int
    extensions: tuple[DeclaredExtension, ...]
    devices: tuple[DeclaredDevice, ...]
    digest: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Environment:
    """What the environment variables say."""

    stage: str
    store: str
    table: str
    config_path: Path
    state_dir: Path
    log_file: Path | None
    endpoint: str | None
    region: str | None
    kms_key: str
    kms_endpoint: str | None
    assets: str | None
    assets_endpoint: str | None
    front_secret: str | None = field(repr=False)
    host: str | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Settings:
    """Everything that the operator chooses outside the API."""

    stage: str
    store: str
    table: str
    state_dir: Path
    log_file: Path | None
    endpoint: str | None
    region: str | None
    kms_key: str
    kms_endpoint: str | None
    assets: str | None
    assets_endpoint: str | None
    front_secret: str | None = field(repr=False)
    host: str | None
    policy: Policy
    config_path: Path
    provisioning: Provisioning
    server: ServerChoice
    fetches_per_second: int
    extensions: tuple[DeclaredExtension, ...]
    devices: tuple[DeclaredDevice, ...]
    digest: str
