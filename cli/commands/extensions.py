"""`offhook extensions`: the numbers on the PBX, with their names and passwords."""

from __future__ import annotations

from typing import Any

import click

from cli.client import segment
from cli.commands.adding import add_record
from cli.commands.asking import confirm, read_secret
from cli.outcome import UsageError
from cli.screen import Column
from cli.session import F, Group, Session, pass_session

PATH = "/api/extensions"
_COLUMNS = (
    Column(name="number", heading="Number", style="cyan"),
    Column(name="name", heading="Name"),
    Column(name="site", heading="Site"),
    Column(name="origin", heading="Origin"),
    Column(name="updated_at", heading="Changed"),
)


@click.group(cls=Group)
def extensions() -> None:
    """Numbers on the PBX: list, show, add, set, remove."""


@extensions.command("list")
@click.option("--limit", type=click.IntRange(1), help="At most so many.")
@pass_session
def list_extensions(session: Session, /, limit: int | None) -> None:
    """List extensions."""
    rows = session.client.rows(PATH, at_most=limit)
    session.screen.rows(rows, _COLUMNS, empty="There are no extensions.")


@extensions.command("show")
@click.argument("number")
@pass_session
def show_extension(session: Session, /, number: str) -> None:
    """Show one extension."""
    session.screen.record(session.client.get(f"{PATH}/{segment(number)}"))


@extensions.command("password")
@click.argument("number")
@pass_session
def show_password(session: Session, /, number: str) -> None:
    """Print the SIP password, for who may reveal."""
    answer = session.client.get(f"{PATH}/{segment(number)}/password")
    if session.as_json:
        session.screen.json(answer)
    else:
        session.screen.line(answer["password"])


def _choices(command: F) -> F:
    """The options that say what an extension is to be."""
    for option in (
        click.option("--password-stdin", is_flag=True, help="Read the password from stdin."),
        click.option("--site", help="The site that it belongs to."),
        click.option("--name", help="The display name; a new one has the number when absent."),
    ):
        command = option(command)
    return command


@extensions.command("add")
@click.argument("number")
@_choices
@click.option("--generate", is_flag=True, help="Let Offhook make a strong password.")
@pass_session
def add_extension(
    session: Session,
    /,
    number: str,
    generate: bool,  # noqa: FBT001 - an option
    password_stdin: bool,  # noqa: FBT001 - an option
    **named: str | None,
) -> None:
    """Create an extension; asks for its password."""
    if generate and password_stdin:
        raise UsageError("--generate and --password-stdin exclude each other")
    body: dict[str, Any] = {"generate": True} if generate else _password(password_stdin)
    body |= {"number": number, **_given(named)}
    answer = add_record(session, PATH, body, is_known=f"extension {number}")
    session.screen.record(answer["extension"])


@extensions.command("set")
@click.argument("number")
@_choices
@click.option("--password", is_flag=True, help="Ask for a new SIP password.")
@pass_session
def set_extension(
    session: Session,
    /,
    number: str,
    password: bool,  # noqa: FBT001 - an option
    password_stdin: bool,  # noqa: FBT001 - an option
    **named: str | None,
) -> None:
    """Change what is given of an extension, and nothing else."""
    body = _given(named)
    if password or password_stdin:
        body |= _password(password_stdin)
    if not body:
        raise UsageError("nothing is to be changed; say --name, --site or --password")
    answer = session.client.ask("PATCH", f"{PATH}/{segment(number)}", body, again=True).body
    session.screen.record(answer["extension"])


@extensions.command("remove")
@click.argument("numbers", nargs=-1, required=True)
@click.option("--yes", "-y", is_flag=True, help="Do not ask.")
@pass_session
def remove_extensions(session: Session, /, numbers: tuple[str, ...], yes: bool) -> None:  # noqa: FBT001 - an option
    """Delete extensions that no device uses."""
    confirm(f"Delete {', '.join(numbers)}?", yes=yes)
    for number in numbers:
        session.client.ask("DELETE", f"{PATH}/{segment(number)}")
        session.screen.text(f"{number} is deleted")
    if session.as_json:
        session.screen.json({"removed": list(numbers)})


def _password(from_stdin: bool) -> dict[str, str]:  # noqa: FBT001 - an option
    return {"password": read_secret("SIP password", from_stdin=from_stdin)}


def _given(named: dict[str, str | None]) -> dict[str, str]:
    return {name: value for name, value in named.items() if value is not None}
