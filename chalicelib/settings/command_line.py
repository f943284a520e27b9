"""Are the settings fit for what is about to be run or deployed?"""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from pathlib import Path

from chalicelib.domain.errors import ConfigError, Flaw
from chalicelib.settings import ROOT, load
from chalicelib.settings.packing import link_into_package
from chalicelib.settings.values import LOCAL, Settings


def check_at_command_line(environ: Mapping[str, str] = os.environ, root: Path = ROOT) -> None:
    """Check when Chalice's command line imports the app; inside Lambda and tests do nothing."""
    if environ.get("AWS_CHALICE_CLI_MODE"):
        check(environ, root)


def check(environ: Mapping[str, str] = os.environ, root: Path = ROOT) -> None:
    """Exit with status 2, and every mistake on stderr, one a line, when there is any.

    For a stage that is deployed, also see to it that the package will hold what it needs.
    """
    try:
        settings = load(environ, root)
        if settings.stage != LOCAL:
            _check_deployed(settings)
            link_into_package(settings, root)
    except ConfigError as error:
        sys.stderr.write(_explain(error, environ))
        raise SystemExit(2) from None


def _check_deployed(settings: Settings) -> None:
    if settings.server.sip_host is None:
        says = (
            f"is required in stage {settings.stage}: "
            "the address that phones call there is not that of the PBX"
        )
        raise ConfigError(Flaw(where="server.sip_host", says=says))


def _explain(error: ConfigError, environ: Mapping[str, str]) -> str:
    mistakes = "1 mistake" if len(error.flaws) == 1 else f"{len(error.flaws)} mistakes"
    file = environ.get("OFFHOOK_CONFIG") or "config.yml"
    lines = [f"Offhook cannot start: {mistakes} in {file} or the environment."]
    lines += [f"  {flaw}" for flaw in error.flaws]
    if environ.get("CHALICE_WORKER"):
        # Chalice loads the app in a thread there, so leaving it does not end the process.
        lines.append("chalice local starts again as soon as a file of the project changes.")
    return "\n".join(lines) + "\n"
