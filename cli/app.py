"""What does `offhook` understand, and by which exit code does it end?"""

from __future__ import annotations

import json
import sys
from importlib import import_module
from typing import Any

import click

from chalicelib import VERSION
from cli.outcome import CliError, Exit, RefusedError
from cli.session import Group, Session, add_common_options

_EPILOG = (
    "Exit codes: 0 done, 1 refused or not well, 2 cannot be understood, 3 unreachable, "
    "4 not authorized, 5 not found. docs/cli.md has an example of each command."
)


_PLACE_BY_COMMAND = {
    "backup": "stage:backup",
    "completion": "completion:completion",
    "config": "config:config",
    "devices": "devices:devices",
    "dhcp": "dhcp:dhcp",
    "discovered": "discovered:discovered",
    "doctor": "doctor:doctor",
    "export": "transfer:export_file",
    "extensions": "extensions:extensions",
    "firmware": "firmware:firmware",
    "import": "transfer:import_file",
    "layouts": "layouts:layouts",
    "profiles": "profiles:profiles",
    "recount": "stage:recount",
    "restore": "stage:restore",
    "rollouts": "rollouts:rollouts",
    "settings": "settings:settings",
    "simulate": "simulate:simulate",
    "sites": "sites:sites",
    "status": "summary:status",
    "summary": "summary:summary",
    "table": "stage:table",
    "template": "template:template",
    "token": "stage:token",
    "tokens": "tokens:tokens",
    "vendors": "vendors:vendors",
    "webhooks": "webhooks:webhooks",
}
"""The module and the name in it, of each command: only that which is used is loaded."""


class _Root(Group):
    """Turns the errors of all commands into sentences and exit codes."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 - as click has it
        click.Group.__init__(self, *args, **kwargs)
        add_common_options(self, hidden=False)

    def list_commands(self, ctx: click.Context) -> list[str]:
        del ctx
        return list(_PLACE_BY_COMMAND)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        del ctx
        place = _PLACE_BY_COMMAND.get(cmd_name)
        if place is None:
            return None
        module, _, name = place.partition(":")
        found: click.Command = getattr(import_module(f"cli.commands.{module}"), name)
        return found

    def invoke(self, ctx: click.Context) -> Any:  # noqa: ANN401 - as click has it
        try:
            return super().invoke(ctx)
        except CliError as error:
            _tell(ctx.ensure_object(Session), error)
            ctx.exit(error.code)
        except KeyboardInterrupt:
            ctx.exit(Exit.INTERRUPTED)


@click.group(
    cls=_Root,
    epilog=_EPILOG,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.version_option(VERSION, prog_name="offhook")
def app() -> None:
    """Offhook from a terminal: devices, extensions, sites, and what a phone would make of it."""


def _tell(session: Session, error: CliError) -> None:
    if not session.as_json:
        session.screen.error(error.says, error.more)
        return
    told: dict[str, Any] = {"error": error.says, "exit_code": int(error.code)}
    if error.more:
        told["more"] = list(error.more)
    if isinstance(error, RefusedError):
        told |= {"status": error.status, "answer": error.body}
    sys.stderr.write(f"{json.dumps(told, indent=2, ensure_ascii=False)}\n")
