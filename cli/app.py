"""What does `offhook` understand, and by which exit code does it end?"""

from __future__ import annotations

import itertools
import json
import sys
from collections.abc import Sequence
from importlib import import_module
from typing import Any

import click

from chalicelib import VERSION
from cli.outcome import CliError, Exit, RefusedError, UsageError
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
        except SystemExit as error:  # the tools that make runs, too, end by a sentence
            if not isinstance(error.code, str):
                raise
            _tell(ctx.ensure_object(Session), CliError(error.code.removeprefix("offhook: ")))
            ctx.exit(Exit.FAILED)

    def main(
        self,
        args: Sequence[str] | None = None,
        prog_name: str | None = None,
        complete_var: str | None = None,
        standalone_mode: bool = True,  # noqa: FBT001, FBT002 - as click has it
        **extra: Any,  # noqa: ANN401 - as click has it
    ) -> Any:  # noqa: ANN401 - as click has it
        words = list(sys.argv[1:] if args is None else args)
        if not (standalone_mode and _asks_for_json(words)):
            return super().main(args, prog_name, complete_var, standalone_mode, **extra)
        # click says what it cannot understand before any of our code knows of --json.
        try:
            code = super().main(words, prog_name, complete_var, standalone_mode=False, **extra)
        except click.ClickException as error:
            code = error.exit_code
            _tell(Session(as_json=True), _explain(error))
        except click.Abort:
            code = Exit.FAILED
            _tell(Session(as_json=True), CliError("broken off"))
        sys.exit(code if isinstance(code, int) else Exit.OK)


@click.group(
    "offhook",
    cls=_Root,
    epilog=_EPILOG,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.version_option(VERSION, prog_name="offhook")
def app() -> None:
    """Offhook from a terminal: devices, extensions, sites, and what a phone would make of it."""


def _asks_for_json(words: Sequence[str]) -> bool:
    return "--json" in itertools.takewhile(lambda word: word != "--", words)


def _explain(error: click.ClickException) -> CliError:
    """What click cannot understand, as an error of ours."""
    if isinstance(error, click.exceptions.NoArgsIsHelpError):
        says = "Missing command."
    else:
        says = error.format_message()
    context = error.ctx if isinstance(error, click.UsageError) else None
    told = UsageError(says, *([context.get_usage()] if context else []))
    told.code = Exit(error.exit_code)
    return told


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
