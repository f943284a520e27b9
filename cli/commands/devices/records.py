"""Which phones are there, and what is set for them?"""

from __future__ import annotations

from typing import Any

import click

from chalicelib.domain.mac import Mac
from cli.commands.adding import add_record
from cli.commands.asking import MAC, confirm
from cli.commands.choosing import refuse_nothing, settings_options, split, unset_option
from cli.commands.devices.place import PATH, devices, path_of
from cli.screen import Column
from cli.session import F, Session, pass_session

_COLUMNS = (
    Column(name="mac_address", heading="MAC", style="cyan"),
    Column(name="extension_number", heading="Extension"),
    Column(name="name", heading="Name"),
    Column(name="vendor", heading="Vendor"),
    Column(name="model", heading="Model"),
    Column(name="site", heading="Site"),
    Column(name="state", heading="State"),
    Column(name="firmware", heading="Firmware"),
    Column(name="last_provisioned", heading="Last fetch"),
)


@devices.command("list")
@click.option("--site", help="Only those of a site.")
@click.option("--vendor", help="Only those of a vendor.")
@click.option("--model", help="Only those of a model.")
@click.option("--extension", metavar="NUMBER", help="Only those with a line of this extension.")
@click.option(
    "--state",
    type=click.Choice(["never", "current", "outdated", "failing", "silent"]),
    help="Only those in this state.",
)
@click.option("--firmware", metavar="VERSION", help="Only those that report it.")
@click.option("--search", metavar="TEXT", help="What name, MAC address or number begins with.")
@click.option("--sort", type=click.Choice(["mac", "name", "number", "model"]))
@click.option("--limit", type=click.IntRange(1), help="At most so many.")
@pass_session
def list_devices(
    session: Session,
    /,
    limit: int | None,
    search: str | None,
    **query: Any,  # noqa: ANN401 - options
) -> None:
    """List devices; on a terminal as a table, in a pipe a line each."""
    rows = session.client.rows(PATH, at_most=limit, q=search, **query)
    session.screen.rows(rows, _COLUMNS, empty="There are no such devices.")


@devices.command("show")
@click.argument("mac", type=MAC)
@pass_session
def show_device(session: Session, /, mac: Mac) -> None:
    """Show all that is set for a device."""
    session.screen.record(session.client.get(path_of(mac)))


def _choices(command: F) -> F:
    """The options that say what a device is to be."""
    for option in (
        settings_options(below="the server, model or site says"),
        click.option("--site", help="The site that it belongs to."),
        click.option("--model", help="As `offhook vendors show` lists them."),
        click.option("--vendor", help="Guessed from the MAC address when absent."),
        click.option(
            "--extension", "extension_number", metavar="NUMBER", help="The extension of line 1."
        ),
    ):
        command = option(command)
    return command


@devices.command("add")
@click.argument("mac", type=MAC)
@_choices
@pass_session
def add_device(session: Session, /, mac: Mac, **chosen: Any) -> None:  # noqa: ANN401 - options
    """Register a device."""
    choice, named = split(chosen)
    body = {**choice.body(named), "mac_address": str(mac)}
    _tell(session, add_record(session, PATH, body, is_known=f"device {mac}"))


@devices.command("set")
@click.argument("mac", type=MAC)
@_choices
@unset_option
@pass_session
def set_device(session: Session, /, mac: Mac, **chosen: Any) -> None:  # noqa: ANN401 - options
    """Change what is given of a device, and nothing else."""
    choice, named = split(chosen)
    body = choice.body(named)
    refuse_nothing(body, "devices set")
    _tell(session, choice.patch(session, path_of(mac), body))


@devices.command("remove")
@click.argument("macs", type=MAC, nargs=-1, required=True)
@click.option("--yes", "-y", is_flag=True, help="Do not ask.")
@pass_session
def remove_devices(session: Session, /, macs: tuple[Mac, ...], yes: bool) -> None:  # noqa: FBT001 - an option
    """Unregister devices; their phones get nothing any more."""
    named = ", ".join(map(str, macs))
    confirm(f"Unregister {named}?", yes=yes)
    for mac in macs:
        session.client.ask("DELETE", path_of(mac))
        session.screen.text(f"{mac} is unregistered")
    if session.as_json:
        session.screen.json({"removed": [str(mac) for mac in macs]})


def _tell(session: Session, answer: dict[str, Any]) -> None:
    """The device as it is now, and what its phone cannot be told."""
    if session.as_json:
        session.screen.json(answer)
        return
    session.screen.record(answer["device"])
    guessed = answer.get("guessed")
    if guessed:
        facts = ", ".join(f"{name} {value}" for name, value in guessed.items() if name != "because")
        session.screen.note(f"Guessed: {facts} ({guessed.get('because')})")
    for warning in answer.get("warnings", ()):
        session.screen.note(f"Warning: {warning}", style="yellow")
