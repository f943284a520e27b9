"""`offhook discovered`: phones that ask, and that nobody has registered."""

from __future__ import annotations

from typing import Any

import click

from chalicelib.domain.mac import Mac
from cli.commands.asking import MAC, downgrade_option
from cli.screen import Column
from cli.session import Group, Session, pass_session

PATH = "/api/provisioning/discovered"
_COLUMNS = (
    Column(name="mac_address", heading="MAC", style="cyan"),
    Column(name="vendor", heading="Vendor"),
    Column(name="model", heading="Model"),
    Column(name="firmware", heading="Firmware"),
    Column(name="address", heading="From"),
    Column(name="site", heading="Site"),
    Column(name="count", heading="Asked"),
    Column(name="last_seen", heading="Last seen"),
)
_IGNORED = (
    Column(name="mac_address", heading="MAC", style="cyan"),
    Column(name="site", heading="Site"),
    Column(name="since", heading="Since"),
)


@click.group(cls=Group)
def discovered() -> None:
    """Phones that ask and are not registered."""


@discovered.command("list")
@click.option("--vendor", help="Only those of a vendor.")
@click.option("--address", metavar="CIDR", help="Only those from an address or network.")
@click.option("--ignored", is_flag=True, help="Those that are ignored, instead.")
@click.option("--limit", type=click.IntRange(1), help="At most so many.")
@pass_session
def list_discovered(
    session: Session,
    /,
    vendor: str | None,
    address: str | None,
    ignored: bool,  # noqa: FBT001 - an option
    limit: int | None,
) -> None:
    """List them, and what they said to be."""
    if ignored:
        found = session.client.get(f"{PATH}/ignored")
        session.screen.rows(found, _IGNORED, empty="None is ignored.")
        return
    rows = session.client.rows(PATH, at_most=limit, vendor=vendor, address=address)
    session.screen.rows(rows, _COLUMNS, empty="No unknown phone has asked lately.")


@discovered.command("adopt")
@click.argument("mac", type=MAC)
@click.option("--extension", metavar="NUMBER", required=True, help="The extension of line 1.")
@click.option("--vendor", help="What it said to be when absent.")
@click.option("--model", help="What it said to be when absent.")
@click.option("--site", help="Where it was seen when absent.")
@downgrade_option
@pass_session
def adopt(
    session: Session,
    /,
    mac: Mac,
    extension: str,
    allow_downgrade: bool,  # noqa: FBT001 - an option
    **named: str | None,
) -> None:
    """Register it, armed: it is configured when it asks again."""
    body: dict[str, Any] = {"extension_number": extension}
    body |= {name: value for name, value in named.items() if value is not None}
    body |= {"allow_downgrade": True} if allow_downgrade else {}
    answer = session.client.ask("POST", f"{PATH}/{mac}/adopt", body).body
    session.screen.record(answer["device"])
    for warning in answer.get("warnings", ()):
        session.screen.note(f"Warning: {warning}", style="yellow")


@discovered.command("ignore")
@click.argument("macs", type=MAC, nargs=-1, required=True)
@pass_session
def ignore(session: Session, /, macs: tuple[Mac, ...]) -> None:
    """Note them no more."""
    _each(session, macs, "POST", "/ignore", "is ignored")


@discovered.command("heed")
@click.argument("macs", type=MAC, nargs=-1, required=True)
@pass_session
def heed(session: Session, /, macs: tuple[Mac, ...]) -> None:
    """Note them again, after they were ignored."""
    _each(session, macs, "DELETE", "/ignore", "is noted again when it asks")


@discovered.command("forget")
@click.argument("macs", type=MAC, nargs=-1, required=True)
@pass_session
def forget(session: Session, /, macs: tuple[Mac, ...]) -> None:
    """Forget them until they ask again."""
    _each(session, macs, "DELETE", "", "is forgotten")


def _each(session: Session, macs: tuple[Mac, ...], method: str, last: str, says: str) -> None:
    for mac in macs:
        session.client.ask(method, f"{PATH}/{mac}{last}", {} if method == "POST" else None)
        session.screen.text(f"{mac} {says}")
    if session.as_json:
        session.screen.json({"done": [str(mac) for mac in macs]})
