"""`offhook devices`: which phones are there, and what is set for them?"""

from __future__ import annotations

from typing import Any

import click

from chalicelib.domain.mac import Mac
from cli.commands.adding import add_record
from cli.commands.asking import MAC, confirm
from cli.outcome import Exit, UsageError
from cli.screen import Column
from cli.session import F, Group, Session, pass_session
from cli.setting import read_json_file, read_settings

PATH = "/api/provisioning/devices"
_RESYNC = "/api/provisioning/resync"
_MOST_RESYNCS = 100
_RESYNC_COLUMNS = (
    Column(name="mac_address", heading="MAC", style="cyan"),
    Column(name="vendor", heading="Vendor"),
    Column(name="model", heading="Model"),
    Column(name="state", heading="State"),
    Column(name="requested_at", heading="Asked at"),
)
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
_FETCH_COLUMNS = (
    Column(name="at", heading="At"),
    Column(name="file", heading="File", style="cyan"),
    Column(name="failure", heading="Failed by"),
    Column(name="address", heading="From"),
    Column(name="firmware", heading="Firmware"),
)


def path_of(mac: Mac, *more: str) -> str:
    """The path of a device, or of something of it."""
    return "/".join((PATH, str(mac), *more))


@click.group(cls=Group)
def devices() -> None:
    """Phones: list, show, add, set, remove, and how they are."""


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
        click.option("--from", "file", metavar="FILE", help="All of it as JSON; - reads stdin."),
        click.option(
            "--set",
            "given",
            metavar="PATH=VALUE",
            multiple=True,
            help="A setting, such as timezone=Europe/Berlin; @FILE as value reads a file.",
        ),
        click.option("--site", help="The site that it belongs to."),
        click.option("--model", help="As `offhook vendors show` lists them."),
        click.option("--vendor", help="Guessed from the MAC address when absent."),
        click.option("--extension", metavar="NUMBER", help="The extension of line 1."),
    ):
        command = option(command)
    return command


@devices.command("add")
@click.argument("mac", type=MAC)
@_choices
@pass_session
def add_device(session: Session, /, mac: Mac, **chosen: Any) -> None:  # noqa: ANN401 - options
    """Register a device."""
    body = {**_body(**chosen), "mac_address": str(mac)}
    _tell(session, add_record(session, PATH, body, is_known=f"device {mac}"))


@devices.command("set")
@click.argument("mac", type=MAC)
@_choices
@click.option("--unset", metavar="PATH", multiple=True, help="Take a setting away.")
@pass_session
def set_device(
    session: Session,
    /,
    mac: Mac,
    unset: tuple[str, ...],
    **chosen: Any,  # noqa: ANN401 - options
) -> None:
    """Change what is given of a device, and nothing else."""
    body = _body(unset=unset, **chosen)
    if not body:
        raise UsageError("nothing is to be changed; `offhook devices set --help` lists what can be")
    _tell(session, session.client.ask("PATCH", path_of(mac), body, again=True).body)


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


def _act(session: Session, mac: Mac, action: str, more: dict[str, Any]) -> None:
    answer = session.client.ask("POST", path_of(mac, "access"), {"action": action, **more}).body
    session.screen.record(answer["access"])


def _body(
    *,
    file: str | None,
    given: tuple[str, ...],
    extension: str | None,
    vendor: str | None,
    model: str | None,
    site: str | None,
    unset: tuple[str, ...] = (),
) -> dict[str, Any]:
    body = read_json_file(file) if file else {}
    if not isinstance(body, dict):
        raise UsageError(f"{file} does not hold a JSON object")
    named = {"extension_number": extension, "vendor": vendor, "model": model, "site": site}
    body |= {name: value for name, value in named.items() if value is not None}
    settings = read_settings(given, unset)
    if settings:
        body["settings"] = {**body.get("settings", {}), **settings}
    return body


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
