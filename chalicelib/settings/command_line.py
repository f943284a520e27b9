"""Are the settings fit for what is about to be run or deployed?"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

from chalicelib.domain.errors import ConfigError, Flaw
from chalicelib.settings import ROOT, load
from chalicelib.settings.packing import link_into_package
from chalicelib.settings.values import LOCAL, Settings

FindMistakes = Callable[[Settings], Sequence[Flaw]]

SAMPLE_PASSWORD = "change-me"  # noqa: S105 - what no deployed password may begin with
SAMPLE_HOST = "pbx.example.com"


def _find_none(_: Settings) -> Sequence[Flaw]:
    return ()


def check_at_command_line(
    environ: Mapping[str, str] = os.environ, root: Path = ROOT, also: FindMistakes = _find_none
) -> None:
    """Check when Chalice's command line imports the app; inside Lambda and tests do nothing."""
    if environ.get("AWS_CHALICE_CLI_MODE"):
        check(environ, root, also)


def check(
    environ: Mapping[str, str] = os.environ, root: Path = ROOT, also: FindMistakes = _find_none
) -> None:
    """Exit with status 2, and every mistake on stderr, one a line, when there is any.

    `also` finds the mistakes that only the rest of the program can see. For a stage that is
    deployed, also see to it that the package will hold what it needs.
    """
    try:
        _check_all(environ, root, also)
    except ConfigError as error:
        sys.stderr.write(_explain(error, environ))
        raise SystemExit(2) from None


def _check_all(environ: Mapping[str, str], root: Path, also: FindMistakes) -> None:
    settings = load(environ, root)
    flaws = [*_find_undeployable(settings), *also(settings)]
    if flaws:
        raise ConfigError(*flaws)
    if settings.stage != LOCAL:
        link_into_package(settings, root)


def _find_undeployable(settings: Settings) -> Iterator[Flaw]:
    """What may stand in a file that is tried out, but not in one that is deployed."""
    if settings.stage == LOCAL:
        return
    if settings.server.sip_host is None:
        says = (
            f"is required in stage {settings.stage}: "
            "the address that phones call there is not that of the PBX"
        )
        yield Flaw(where="server.sip_host", says=says)
    elif settings.server.sip_host == SAMPLE_HOST:
        yield Flaw(where="server.sip_host", says=f"{SAMPLE_HOST} stands for your own PBX")
    for index, extension in enumerate(settings.extensions):
        if extension.password.startswith(SAMPLE_PASSWORD):
            says = f"begins with {SAMPLE_PASSWORD}, as the samples do; choose one of your own"
            yield Flaw(where=f"extensions[{index}].password", says=says)


def _explain(error: ConfigError, environ: Mapping[str, str]) -> str:
    mistakes = "1 mistake" if len(error.flaws) == 1 else f"{len(error.flaws)} mistakes"
    file = environ.get("OFFHOOK_CONFIG") or "config.yml"
    lines = [f"Offhook cannot start: {mistakes} in {file} or the environment."]
    lines += [f"  {flaw}" for flaw in error.flaws]
    if environ.get("CHALICE_WORKER"):
        # Chalice loads the app in a thread there, so leaving it does not end the process.
        lines.append("chalice local starts again as soon as a file of the project changes.")
    return "\n".join(lines) + "\n"
