"""What has the operator chosen, in the environment and in config.yml?

Nothing else in Offhook reads either. Importing this reads nothing and loads no YAML.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from chalicelib.settings.environment import read_environment
from chalicelib.settings.values import (
    DeclaredDevice,
    DeclaredExtension,
    Provisioning,
    ServerChoice,
    Settings,
)

__all__ = [
    "ROOT",
    "DeclaredDevice",
    "DeclaredExtension",
    "Provisioning",
    "ServerChoice",
    "Settings",
    "load",
]

ROOT = Path(__file__).parents[2]


def load(environ: Mapping[str, str] = os.environ, root: Path = ROOT) -> Settings:
    """All settings. Raises ConfigError with every mistake of the environment, then of the file."""
    environment = read_environment(environ, root=root)
    from chalicelib.settings.config_file import read_config

    config = read_config(environment.config_path, environ=environ, stage=environment.stage)
    return Settings(
        stage=environment.stage,
        store=environment.store,
        table=environment.table,
        state_dir=environment.state_dir,
        log_file=environment.log_file,
        endpoint=environment.endpoint,
        region=environment.region,
        kms_key=environment.kms_key,
        kms_endpoint=environment.kms_endpoint,
        assets=environment.assets,
        assets_endpoint=environment.assets_endpoint,
        front_secret=environment.front_secret,
        host=environment.host,
        policy=config.policy,
        config_path=config.path,
        provisioning=config.provisioning,
        server=config.server,
        fetches_per_second=config.fetches_per_second,
        extensions=config.extensions,
        devices=config.devices,
        digest=config.digest,
    )
