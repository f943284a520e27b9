"""Which phones are asked to fetch anew?"""

from __future__ import annotations

from typing import Any

import click

from chalicelib.domain.mac import Mac
from cli.commands.asking import MAC, confirm
from cli.commands.devices.place import devices
from cli.outcome import Exit, UsageError
from cli.screen import Column
from cli.session import Session, pass_session

_RESYNC = "/api/provisioning/resync"
_MOST_RESYNCS = 100
_RESYNC_COLUMNS = (
    Column(name="mac_address", heading="MAC", style="cyan"),
    Column(name="vendor", heading="Vendor"),
    Column(name="model", heading="Model"),
    Column(name="state", heading="State"),
    Column(name="requested_at", heading="Asked at"),
)


@devices.command("resync")
@click.argument("macs", type=MAC, nargs=-1)
@click.option("--site", help="All of a site.")
@click.option("--vendor", help="All of a vendor.")
@click.option("--model", help="All of a model.")
@click.option("--extension", help="All with this extension on a line.")
@click.option("--state", help="All that are outdated, failing, ...")
@click.option("--firmware", help="All that report this version.")
@click.option("--all", "everything", is_flag=True, help="All there are.")
@click.option("--yes", "-y", is_flag=True, help="Do not ask about all.")
@pass_session
def resync(
    session: Session,
    /,
    macs: tuple[Mac, ...],
    everything: bool,  # noqa: FBT001 - an option
    yes: bool,  # noqa: FBT001 - an option
    **chosen: str | None,
) -> None:
    """Ask that phones fetch anew, by the relay or a hook of the PBX."""
    selection: dict[str, Any] = {name: value for name, value in chosen.items() if value is not None}
    if [bool(macs), bool(selection), everything].count(True) != 1:
        raise UsageError("name MAC addresses, or a selection such as --site berlin, or --all")
    if everything:
        confirm("Ask every phone to fetch anew?", yes=yes)
        selection = {"all": True}
    if macs:
        selection = {"macs": [str(mac) for mac in macs]}
    _queue(session, selection)


@devices.command("resyncs")
@click.option("--limit", type=click.IntRange(1), help="At most so many.")
@pass_session
def list_resyncs(session: Session, /, limit: int | None) -> None:
    """List the phones that are asked to fetch anew and have not done it yet."""
    size = min(limit or _MOST_RESYNCS, _MOST_RESYNCS)
    rows = session.client.rows(_RESYNC, at_most=limit, size=size)
    session.screen.rows(rows, _RESYNC_COLUMNS, empty="No phone is asked to fetch anew.")


def _queue(session: Session, selection: dict[str, Any]) -> None:
    queued, unknown, cursor = 0, [], None
    while True:
        body = {**selection, "cursor": cursor} if cursor else selection
        answer = session.client.ask("POST", _RESYNC, body, again=True).body
        queued += answer.get("queued", 0)
        unknown += answer.get("unknown", [])
        following = answer.get("cursor")
        if not following or following == cursor:
            break
        cursor = following
    if session.as_json:
        session.screen.json({"queued": queued, "unknown": unknown})
    told = "1 phone is" if queued == 1 else f"{queued} phones are"
    session.screen.text(f"{told} asked to fetch anew")
    for mac in unknown:
        session.screen.note(f"There is no device {mac}.", style="yellow")
    if unknown:
        click.get_current_context().exit(Exit.NOT_FOUND)
