"""`offhook vendors`: which phones can be served?"""

from __future__ import annotations

import click

from cli.client import segment
from cli.screen import Column
from cli.session import Group, Session, pass_session

PATH = "/api/provisioning/vendors"
_COLUMNS = (
    Column(name="vendor", heading="Vendor", style="cyan"),
    Column(name="models", heading="Models"),
)
_MODEL_COLUMNS = (
    Column(name="model", heading="Model", style="cyan"),
    Column(name="label", heading="Name"),
    Column(name="lines", heading="Lines"),
    Column(name="keys", heading="Keys"),
    Column(name="modules", heading="Modules"),
)


@click.group(cls=Group)
def vendors() -> None:
    """Vendors and models that the server knows."""


@vendors.command("list")
@pass_session
def list_vendors(session: Session, /) -> None:
    """List vendors, and how many models each has."""
    answer = session.client.get(PATH)
    if session.as_json:
        session.screen.json(answer)
        return
    rows = [{"vendor": name, "models": len(answer["models"][name])} for name in answer["vendors"]]
    session.screen.rows(rows, _COLUMNS, empty="There are no vendors.")


@vendors.command("show")
@click.argument("vendor")
@pass_session
def show_vendor(session: Session, /, vendor: str) -> None:
    """Show the models of a vendor, and what an administrator should know."""
    answer = session.client.get(f"{PATH}/{segment(vendor)}")
    if session.as_json:
        session.screen.json(answer)
        return
    rows = [{"model": name, **model} for name, model in answer["models"].items()]
    session.screen.rows(rows, _MODEL_COLUMNS, empty="It is recognised only.")
    for note in answer["notes"]:
        session.screen.note(f"- {note}")
