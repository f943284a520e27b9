"""What does `offhook` understand, and by which exit code does it end?"""

from __future__ import annotations

import json
import sys
from typing import Any

import click

from chalicelib import VERSION
from cli.commands import (
    completion,
    config,
    devices,
    dhcp,
    discovered,
    doctor,
    extensions,
    firmware,
    layouts,
    profiles,
    rollouts,
    settings,
    simulate,
    sites,
    stage,
    summary,
    template,
    tokens,
    transfer,
    vendors,
    webhooks,
)
from cli.outcome import CliError, Exit, RefusedError
from cli.session import Group, Session, add_common_options

_EPILOG = (
    "Exit codes: 0 done, 1 refused or not well, 2 cannot be understood, 3 unreachable, "
    "4 not authorized, 5 not found. docs/cli.md has an example of each command."
)


class _Root(Group):
    """Turns the errors of all commands into sentences and exit codes."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 - as click has it
        click.Group.__init__(self, *args, **kwargs)
        add_common_options(self, hidden=False)

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


for _command in (
    completion.completion,
    config.config,
    devices.devices,
    dhcp.dhcp,
    discovered.discovered,
    doctor.doctor,
    extensions.extensions,
    firmware.firmware,
    layouts.layouts,
    profiles.profiles,
    rollouts.rollouts,
    settings.settings,
    simulate.simulate,
    sites.sites,
    stage.backup,
    stage.restore,
    stage.table,
    stage.token,
    summary.status,
    summary.summary,
    template.template,
    tokens.tokens,
    transfer.export_file,
    transfer.import_file,
    vendors.vendors,
    webhooks.webhooks,
):
    app.add_command(_command)
