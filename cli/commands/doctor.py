"""`offhook doctor`: is this address fit for phones?"""

from __future__ import annotations

from dataclasses import replace

import click

from chalicelib.catalog import Catalog
from chalicelib.domain.mac import Mac
from cli.boot.last_time import as_last_time
from cli.boot.phone import Phone, find_phone
from cli.boot.rehearsal import find_pass
from cli.client import Client
from cli.commands.asking import MAC
from cli.commands.rehearsing import begin, yes_option
from cli.doctor.examination import Examination, Patient
from cli.doctor.finding import Finding, is_good
from cli.doctor.target import read_target
from cli.outcome import Exit, UsageError
from cli.session import Command, Session, pass_session

_MARKS = {"ok": ("ok  ", "green"), "warn": ("warn", "yellow"), "fail": ("FAIL", "bold red")}
_UNREACHED = ("dns", "tcp")


@click.command(cls=Command)
@click.argument("address", metavar="URL")
@click.option("--vendor", help="Hold it against what phones of this vendor can do.")
@click.option("--model", help="The phone's model, with --mac.")
@click.option("--mac", type=MAC, help="Look at the files of this phone.")
@yes_option
@pass_session
def doctor(
    session: Session,
    /,
    address: str,
    vendor: str | None,
    model: str | None,
    mac: Mac | None,
    yes: bool,  # noqa: FBT001 - an option
) -> None:
    """Examine an address that phones are to fetch from.

    Its name, port, TLS, certificate, redirects, headers, and what strangers get there.
    """
    patient = _admit(address, vendor, model, mac)
    shown = None
    if mac is not None:  # only a phone's own file leaves a trace
        shown = find_pass(session.target, address)
        if begin(session, shown, patient.target.folder, mac, yes=yes) and patient.phone is not None:
            client = Client(url=patient.target.base, token=shown.token or None)
            patient = replace(patient, phone=as_last_time(patient.phone, client))
    findings = []
    for finding in Examination(shown=shown).run(patient):
        findings.append(finding)
        _show(session, finding)
    good = is_good(findings)
    if session.as_json:
        session.screen.json(
            {
                "url": address,
                "vendor": patient.pack.vendor if patient.pack else None,
                "findings": [finding.describe() for finding in findings],
                "good": good,
            }
        )
    counts = {level: sum(f.level == level for f in findings) for level in ("fail", "warn")}
    session.screen.note(f"{counts['fail']} failed, {counts['warn']} to look at")
    if not good:
        unreached = any(f.level == "fail" and f.check in _UNREACHED for f in findings)
        code = Exit.UNREACHABLE if unreached else Exit.FAILED
        click.get_current_context().exit(code)


def _admit(address: str, vendor: str | None, model: str | None, mac: Mac | None) -> Patient:
    target = read_target(address)
    if bool(model) != bool(mac) or (mac and not vendor):
        raise UsageError("--mac, --vendor and --model go together; --vendor may stand alone")
    if vendor is None:
        return Patient(target=target)
    catalog = Catalog()
    pack = catalog.pack(vendor)
    if pack is None:
        raise UsageError(f'"{vendor}" is not a vendor; there are: {", ".join(catalog.vendors)}')
    phone: Phone | None = find_phone(vendor, model, mac) if mac and model else None
    return Patient(target=target, pack=pack, phone=phone)


def _show(session: Session, finding: Finding) -> None:
    mark, style = _MARKS[finding.level]
    session.screen.text(f"{mark}  {finding.check}: {finding.says}", style=style)
    if finding.mend:
        session.screen.text(f"      -> {finding.mend}")
