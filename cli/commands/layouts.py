"""`offhook layouts`: named sets of keys that many phones share."""

from __future__ import annotations

from typing import Any

import click

from cli.client import segment
from cli.commands.asking import confirm
from cli.outcome import UsageError
from cli.screen import Column
from cli.session import Group, Session, pass_session
from cli.setting import read_json_file

PATH = "/api/layouts"
_COLUMNS = (
    Column(name="name", heading="Name", style="cyan"),
    Column(name="label", heading="Label"),
    Column(name="site", heading="Site"),
    Column(name="updated_at", heading="Changed"),
)


@click.group(cls=Group)
def layouts() -> None:
    """Key layouts: list, show, put, remove. `--set key_layout=NAME` assigns one."""


@layouts.command("list")
@click.option("--limit", type=click.IntRange(1), help="At most so many.")
@pass_session
def list_layouts(session: Session, /, limit: int | None) -> None:
    """List layouts."""
    rows = session.client.rows(PATH, at_most=limit)
    session.screen.rows(rows, _COLUMNS, empty="There are no layouts.")


@layouts.command("show")
@click.argument("name")
@pass_session
def show_layout(session: Session, /, name: str) -> None:
    """Show the keys of a layout."""
    session.screen.record(session.client.get(path_of(name)))


@layouts.command("put")
@click.argument("name")
@click.argument("file")
@click.option("--label", help="The name for people.")
@pass_session
def put_layout(session: Session, /, name: str, file: str, label: str | None) -> None:
    """Make a layout, or set all of one anew, from a JSON file: a list of keys; - reads stdin."""
    held = read_json_file(file)
    body: dict[str, Any] = {"keys": held} if isinstance(held, list) else held
    if not isinstance(body, dict):
        raise UsageError(f"{file} holds neither a list of keys nor a layout")
    if label:
        body["label"] = label
    answer = session.client.ask("PUT", path_of(name), body).body
    session.screen.record(answer.get("layout", answer))


@layouts.command("remove")
@click.argument("name")
@click.option("--yes", "-y", is_flag=True, help="Do not ask.")
@pass_session
def remove_layout(session: Session, /, name: str, yes: bool) -> None:  # noqa: FBT001 - an option
    """Delete a layout."""
    confirm(f"Delete the layout {name}?", yes=yes)
    session.client.ask("DELETE", path_of(name))
    if session.as_json:
        session.screen.json({"removed": [name]})
    session.screen.text(f"{name} is deleted")


def path_of(name: str) -> str:
    """The path of a layout."""
    return f"{PATH}/{segment(name)}"
