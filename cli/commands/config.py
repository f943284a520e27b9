"""`offhook config`: the very files that a phone would get."""

from __future__ import annotations

from typing import Any

import click

from chalicelib.domain.mac import Mac
from cli.commands.asking import MAC
from cli.commands.devices import path_of
from cli.session import Group, Session, pass_session

_COLOURS = {"+": "green", "-": "red", "@": "cyan"}


@click.group(cls=Group)
def config() -> None:
    """The files of a phone, now and at its last fetch."""


@config.command("show")
@click.argument("mac", type=MAC)
@click.option("--file", "name", help="Only the file of this name.")
@pass_session
def show_config(session: Session, /, mac: Mac, name: str | None) -> None:
    """Print the files that the phone would get; secrets are masked unless you may reveal."""
    answer = session.client.get(path_of(mac, "config"))
    files = _files(answer, name)
    if session.as_json:
        session.screen.json(answer if name is None else {**answer, "files": files})
        return
    for file in files:
        if len(files) > 1:
            session.screen.note(f"--- {file['name']} ({file.get('content_type', '')})")
        for line in str(file.get("text", "")).splitlines():
            session.screen.line(line)


@config.command("diff")
@click.argument("mac", type=MAC)
@pass_session
def diff_config(session: Session, /, mac: Mac) -> None:
    """Show how the files differ from those that the phone last fetched."""
    answer = session.client.get(path_of(mac, "config"), diff="last")
    if session.as_json:
        session.screen.json(answer)
    for file in _files(answer, None):
        diff = file["diff"]
        if diff is None:
            session.screen.note(f"{file['name']}: the phone has not fetched it.")
        elif not diff:
            session.screen.note(f"{file['name']}: nothing has changed since its last fetch.")
        for line in (diff or "").splitlines():
            session.screen.text(line, style=_COLOURS.get(line[:1], ""))


def _files(answer: dict[str, Any], name: str | None) -> list[dict[str, Any]]:
    return [file for file in answer["files"] if name is None or file["name"] == name]
