"""`offhook backup`, `restore`, `recount`, `token` and `table`: what needs a stage's table itself.

These speak to no server: they open the table, with the rights of who runs them, as make does.
"""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path

import click

from chalicelib.domain.errors import OffhookError
from cli.outcome import CliError, Exit
from cli.session import Command, F, Session, pass_session

_stage_option = click.option(
    "--stage", default="local", show_default=True, help="The stage whose table is meant."
)


def _stage(command: F) -> F:
    return _stage_option(command)


def _environment(stage: str) -> dict[str, str]:
    return {**os.environ, "OFFHOOK_STAGE": stage}


@click.command(cls=Command)
@click.argument("file", type=click.Path(path_type=Path))
@_stage
@pass_session
def backup(session: Session, /, file: Path, stage: str) -> None:
    """Save the records of a stage into a file."""
    from tools.backup import save

    try:
        with session.screen.progress("Saving") as advance:
            done = save(_environment(stage), file, advance)
    except (OffhookError, OSError) as error:
        raise CliError(str(error)) from error
    session.screen.text(done.says)
    if session.as_json:
        session.screen.json({"file": str(file), "table": done.table, "items": done.items})


@click.command(cls=Command)
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@_stage
@pass_session
def restore(session: Session, /, file: Path, stage: str) -> None:
    """Bring them back; what is there stays as it is."""
    from tools.backup import bring_back
    from tools.recount import tell_counts

    try:
        with session.screen.progress("Restoring") as advance:
            brought = bring_back(_environment(stage), file, advance)
    except (OffhookError, OSError) as error:
        raise CliError(str(error)) from error
    session.screen.text(brought.says)
    if session.as_json:
        session.screen.json(
            {
                "file": str(file),
                "table": brought.table,
                "written": brought.done.written,
                "there_already": brought.done.there_already,
                "expired": brought.done.expired,
                "differing": [[key.partition, key.sort] for key in brought.done.differing],
                "counts": tell_counts(brought.counts),
            }
        )
    if brought.done.differing:
        click.get_current_context().exit(Exit.FAILED)


@click.command(cls=Command)
@_stage
@pass_session
def recount(session: Session, /, stage: str) -> None:
    """Count the devices of a stage anew; phones may fetch meanwhile.

    The summary adds up counts that are kept with each change. This tells which of them were not
    right, and puts them right.
    """
    from tools.recount import count_anew, tell_counts

    try:
        with session.screen.progress("Counting") as advance:
            done = count_anew(_environment(stage), advance)
    except OffhookError as error:
        raise CliError(str(error)) from error
    session.screen.text(done.says)
    if session.as_json:
        session.screen.json(tell_counts(done))


@click.command(cls=Command)
@_stage
@click.option("--name", help="What it is for.")
@click.option("--role", type=click.Choice(["viewer", "operator", "admin"]), default="admin")
@click.option("--reveal", is_flag=True, help="It may see secrets.")
@click.option("--site", help="The only site that it is for.")
@click.option("--days", type=click.IntRange(1, 3650), default=365, show_default=True)
@pass_session
def token(
    session: Session,
    /,
    stage: str,
    name: str | None,
    role: str,
    reveal: bool,  # noqa: FBT001 - an option
    site: str | None,
    days: int,
) -> None:
    """Make the first API token of a stage, by its table.

    It is printed once.
    """
    from tools.token import issue

    wanted = {
        "name": name or f"made on {datetime.now(UTC):%Y-%m-%d}",
        "role": role,
        "reveal": reveal,
        "site": site,
        "expires_in_days": days,
    }
    try:
        text, made = issue(_environment(stage), wanted)
    except OffhookError as error:
        raise CliError(str(error)) from error
    if session.as_json:
        session.screen.json({"token": text, "id": made.id, "role": role, "stage": stage})
        return
    session.screen.line(text)
    session.screen.note("This is the only time that it is shown.")


@click.command(cls=Command)
@click.argument("stage")
@pass_session
def table(session: Session, /, stage: str) -> None:
    """Make only the table of a stage.

    In AWS, or where AWS_ENDPOINT_URL_DYNAMODB says.
    """
    from tools.table import make

    make(stage)
    if session.as_json:
        session.screen.json({"stage": stage})
