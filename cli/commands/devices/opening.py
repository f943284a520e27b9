"""How is a phone, what did it fetch, and what opens it?"""

from __future__ import annotations

from typing import Any

import click

from chalicelib.domain.mac import Mac
from cli.commands.asking import MAC
from cli.commands.devices.place import devices, path_of
from cli.screen import Column
from cli.session import Session, pass_session

_FETCH_COLUMNS = (
    Column(name="at", heading="At"),
    Column(name="file", heading="File", style="cyan"),
    Column(name="failure", heading="Failed by"),
    Column(name="address", heading="From"),
    Column(name="firmware", heading="Firmware"),
)


@devices.command("status")
@click.argument("mac", type=MAC)
@pass_session
def show_status(session: Session, /, mac: Mac) -> None:
    """Has the phone fetched, and has it what it should have?"""
    session.screen.record(session.client.get(path_of(mac, "status")))


@devices.command("fetches")
@click.argument("mac", type=MAC)
@pass_session
def show_fetches(session: Session, /, mac: Mac) -> None:
    """Show what the phone fetched lately."""
    rows = session.client.get(path_of(mac, "fetches"))
    session.screen.rows(rows, _FETCH_COLUMNS, empty="It has not fetched anything yet.")


@devices.command("access")
@click.argument("mac", type=MAC)
@pass_session
def show_access(session: Session, /, mac: Mac) -> None:
    """Show what opens a device, and its own URL."""
    session.screen.record(session.client.get(path_of(mac, "access")))


@devices.command("arm")
@click.argument("mac", type=MAC)
@click.option("--seconds", type=click.IntRange(60, 7776000), help="How long; a day if absent.")
@click.option("--count", type=click.IntRange(1, 1000), help="How many fetches; 12 if absent.")
@pass_session
def arm_device(session: Session, /, mac: Mac, seconds: int | None, count: int | None) -> None:
    """Open a window in which the phone may fetch by its site's key."""
    given = {"seconds": seconds, "count": count}
    _act(session, mac, "arm", {name: value for name, value in given.items() if value is not None})


def _add_action(name: str, says: str) -> None:
    @devices.command(name, help=says)
    @click.argument("mac", type=MAC)
    @pass_session
    def act(session: Session, /, mac: Mac) -> None:
        _act(session, mac, name, {})


_add_action("disarm", "End the window.")
_add_action("rotate", "Give the device another own URL; the old ones end when it was used.")
_add_action("revoke", "End all own URLs of the device, and its window.")
_add_action("disable", "Refuse the device everything.")
_add_action("enable", "Refuse it no longer.")


def _act(session: Session, mac: Mac, action: str, more: dict[str, Any]) -> None:
    answer = session.client.ask("POST", path_of(mac, "access"), {"action": action, **more}).body
    session.screen.record(answer["access"])
