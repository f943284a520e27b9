"""`offhook firmware`: which firmware is there for which phones?"""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

import click

from chalicelib.domain.mac import Mac
from cli.client import segment
from cli.commands.asking import MAC, confirm, downgrade_option
from cli.commands.devices import path_of as path_of_device
from cli.outcome import RefusedError, UsageError
from cli.screen import Advance, Column
from cli.session import Group, Session, pass_session
from cli.wire import Network

PATH = "/api/firmware"
_COLUMNS = (
    Column(name="vendor", heading="Vendor", style="cyan"),
    Column(name="version", heading="Version", style="cyan"),
    Column(name="state", heading="State"),
    Column(name="delivery", heading="Delivery"),
    Column(name="devices", heading="Devices"),
    Column(name="notes", heading="Notes"),
)


@click.group(cls=Group)
def firmware() -> None:
    """Firmware files: list, show, add, remove."""


@firmware.command("list")
@click.option("--vendor", help="Only of a vendor.")
@click.option("--limit", type=click.IntRange(1), help="At most so many.")
@pass_session
def list_firmware(session: Session, /, vendor: str | None, limit: int | None) -> None:
    """List versions."""
    rows = session.client.rows(PATH, at_most=limit, vendor=vendor)
    if not session.as_json:
        rows = ({**row, "devices": _in_words(row["devices"])} for row in rows)
    session.screen.rows(rows, _COLUMNS, empty="There is no firmware.")


@firmware.command("show")
@click.argument("vendor")
@click.argument("version")
@pass_session
def show_firmware(session: Session, /, vendor: str, version: str) -> None:
    """Show a version, and who has it."""
    session.screen.record(session.client.get(path_of(vendor, version)))


@firmware.command("add")
@click.argument("vendor")
@click.argument("version")
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--model", "models", multiple=True, help="For these models; all when absent.")
@click.option("--name", help="As phones ask for it; the name of the file when absent.")
@click.option("--notes", help="For people.")
@downgrade_option
@pass_session
def add_firmware(
    session: Session,
    /,
    vendor: str,
    version: str,
    file: Path,
    models: tuple[str, ...],
    name: str | None,
    notes: str | None,
    allow_downgrade: bool,  # noqa: FBT001 - an option
) -> None:
    """Hand a firmware file in: announce it, send it, and have it checked."""
    body: dict[str, Any] = {
        "vendor": vendor,
        "version": version,
        "file_name": name or file.name,
        "size": file.stat().st_size,
        "sha256": _digest(file),
    }
    body |= {"models": list(models)} if models else {}
    body |= {"notes": notes} if notes else {}
    announced = session.client.ask("POST", PATH, body).body
    with session.screen.progress("Sending") as advance:
        _send(announced["upload"], file, advance)
    path = path_of(vendor, version, "confirm")
    query = {"allow_downgrade": True if allow_downgrade else None}
    answer = session.client.ask("POST", path, {}, query=query, again=True).body
    session.screen.record(answer["firmware"])
    for warning in answer.get("warnings", ()):
        session.screen.note(f"Warning: {warning}", style="yellow")


@firmware.command("explain")
@click.argument("mac", type=MAC)
@pass_session
def explain(session: Session, /, mac: Mac) -> None:
    """Tell which version a phone is to have, who says so, and what each rollout means for it."""
    session.screen.record(session.client.get(f"{path_of_device(mac)}/firmware"))


@firmware.command("remove")
@click.argument("vendor")
@click.argument("version")
@click.option("--yes", "-y", is_flag=True, help="Do not ask.")
@pass_session
def remove_firmware(session: Session, /, vendor: str, version: str, yes: bool) -> None:  # noqa: FBT001 - an option
    """Delete a version and its files."""
    confirm(f"Delete the firmware {version} of {vendor}?", yes=yes)
    session.client.ask("DELETE", path_of(vendor, version))
    if session.as_json:
        session.screen.json({"removed": [version]})
    session.screen.text(f"{vendor} {version} is deleted")


def path_of(vendor: str, version: str, *more: str) -> str:
    """The path of a version, or of something of it."""
    return "/".join((PATH, segment(vendor), segment(version), *more))


def _in_words(devices: dict[str, int]) -> str | None:
    """How many of each model have it."""
    return ", ".join(f"{count} {model}" for model, count in devices.items()) or None


def _digest(file: Path) -> str:
    try:
        with file.open("rb") as stream:
            return hashlib.file_digest(stream, "sha256").hexdigest()
    except OSError as error:
        raise UsageError(f"{file} cannot be read: {error.strerror}") from error


def _send(upload: dict[str, Any], file: Path, advance: Advance) -> None:
    """Send the file to where the server said; the token stays out of it."""
    size = file.stat().st_size
    advance(0, size)
    headers = {"Content-Length": str(size), **upload["headers"]}
    with file.open("rb") as stream:
        reply = Network().send(upload["method"], upload["url"], headers=headers, body=stream)
    advance(size, size)
    if not 200 <= reply.status < 300:
        says = f"the place for files answered {reply.status} and did not take it"
        raise RefusedError(says, status=reply.status)
