"""`offhook simulate`: would this phone come up configured?"""

from __future__ import annotations

from typing import Any

import click

from chalicelib.domain.mac import Mac
from cli.boot.address import names_a_file
from cli.boot.knock import Knocking
from cli.boot.last_time import as_last_time
from cli.boot.phone import Phone, find_phone
from cli.boot.rehearsal import find_pass
from cli.boot.run import Step, judge, play
from cli.client import Client
from cli.commands.asking import MAC, read_secret
from cli.commands.rehearsing import begin, yes_option
from cli.doctor.target import read_target
from cli.outcome import Exit
from cli.session import Command, Session, pass_session

_MARKS = {"served": ("+", "green"), "absent": ("-", "dim"), "failed": ("!", "red")}


@click.command(cls=Command)
@click.argument("vendor")
@click.argument("model")
@click.option("--mac", type=MAC, required=True, help="The phone's MAC address.")
@click.option(
    "--url",
    "address",
    metavar="URL",
    help="What the phone is told: a folder with its slash, or a file with the vendor's macros. "
    "/provision/ of the server when absent.",
)
@click.option("--user-agent", metavar="TEXT", help="What it sends; the vendor's when absent.")
@click.option("--user", help="Its user for HTTP basic; the password is asked for.")
@click.option("--password-stdin", is_flag=True, help="Read that password from stdin.")
@yes_option
@pass_session
def simulate(
    session: Session,
    /,
    vendor: str,
    model: str,
    mac: Mac,
    address: str | None,
    user_agent: str | None,
    user: str | None,
    password_stdin: bool,  # noqa: FBT001 - an option
    yes: bool,  # noqa: FBT001 - an option
) -> None:
    """Boot as a phone against any address.

    Ends with 0 only if the phone would come up configured. With a token of the server that may
    reveal it is a rehearsal, which leaves the phone as it was.
    """
    phone = find_phone(vendor, model, mac, sends=user_agent)
    told = _tell_phone(phone, address or f"{session.target.url}/provision/")
    credentials = None
    if user:
        credentials = (user, read_secret("Password", from_stdin=password_stdin))
    shown = find_pass(session.target, told)
    is_rehearsal = begin(session, shown, told, mac, yes=yes)
    if is_rehearsal:
        client = Client(url=read_target(told).base, token=shown.token or None)
        phone = as_last_time(phone, client)
    door = Knocking(tls=phone.boot.tls, credentials=credentials, shown=shown)
    _introduce(session, phone, told)
    steps = []
    for step in play(phone, told, door):
        steps.append(step)
        _show(session, step)
    verdict = judge(phone, steps)
    if session.as_json:
        session.screen.json(
            {
                "vendor": phone.pack.vendor,
                "model": phone.model.name,
                "mac_address": str(mac),
                "url": told,
                "user_agent": phone.user_agent,
                "rehearsal": is_rehearsal,
                "steps": [step.describe() for step in steps],
                "configured": verdict.configured,
                "verdict": verdict.says,
            }
        )
    style = "bold green" if verdict.configured else "bold red"
    session.screen.text(verdict.says[0].upper() + verdict.says[1:], style=style)
    if not verdict.configured:
        click.get_current_context().exit(Exit.FAILED)


def _tell_phone(phone: Phone, address: str) -> str:
    """The address as it is told to phones of this vendor, with the macros replaced."""
    read_target(address)  # raises UsageError for what is no address
    if not names_a_file(address):
        address = phone.rules.complete(address)
    return phone.rules.expand(address, mac=phone.mac, model=phone.model.name)


def _introduce(session: Session, phone: Phone, told: str) -> None:
    session.screen.text(f"{phone.model.label}, {phone.mac}, asks {told}", style="bold")
    session.screen.text(f"User-Agent: {phone.user_agent}", style="dim")
    if not phone.user_agent_is_known:
        session.screen.note("What this model sends as User-Agent is not known.")
    for macro in phone.rules.unknown_macros(told):
        session.screen.note(
            f"Warning: {phone.pack.label} phones send {macro} as it stands", style="yellow"
        )


def _show(session: Session, step: Step) -> None:
    mark, style = _MARKS[step.result]
    status: Any = step.status or "---"
    times = f" ({step.tries} times)" if step.tries > 1 else ""
    session.screen.text(f" {mark} {status} {step.file or '/'}{times}: {step.says}", style=style)
