"""`offhook status` and `offhook summary`: how is the server, and how is the fleet?"""

from __future__ import annotations

import click

from cli.outcome import CliError
from cli.session import Command, Session, pass_session


@click.command(cls=Command)
@pass_session
def status(session: Session, /) -> None:
    """Is the server up, and does it know us?"""
    answer = session.client.get("/api/status")
    if not isinstance(answer, dict) or "status" not in answer:
        raise CliError(f"{session.target.url} answers, but it is no Offhook")
    session.screen.record({"server": session.target.url, **answer})
    if "version" not in answer:
        session.screen.note("It tells no more to those without a token.")


@click.command(cls=Command)
@click.option("--site", help="Only of a site.")
@click.option("--silent-days", type=click.IntRange(1), help="Silent is who did not ask so long.")
@pass_session
def summary(session: Session, /, **query: object) -> None:
    """Count phones by state, firmware and last fetch."""
    session.screen.record(session.client.get("/api/provisioning/summary", **query))
