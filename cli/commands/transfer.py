"""`offhook import` and `offhook export`: whole fleets as files."""

from __future__ import annotations

import os
import time
from pathlib import Path
from typing import Any

import click

from chalicelib.domain.bulk.preset import PRESETS
from cli.commands.asking import downgrade_option
from cli.outcome import CliError, Exit, UsageError
from cli.screen import Column, Screen
from cli.session import Command, Session, pass_session
from cli.transfer.bringing import Bringing, Tally
from cli.transfer.mark import Mark, Place
from cli.transfer.portions import Portions, Source
from cli.transfer.spool import Spool
from cli.transfer.taking import take_csv, take_json, writing

_OUTCOMES = ("created", "updated", "unchanged", "refused")
_COLUMNS = (
    Column(name="place", heading="Row"),
    Column(name="outcome", heading="Outcome"),
    Column(name="mac_address", heading="MAC", style="cyan"),
    Column(name="extension_number", heading="Extension"),
    Column(name="why", heading="Why"),
)


@click.command("import", cls=Command)
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--dry-run", is_flag=True, help="Tell what would be done, and do nothing.")
@click.option("--preset", type=click.Choice(sorted(PRESETS)), help="Whose columns the file has.")
@click.option("--generate", is_flag=True, help="Make passwords for extensions without one.")
@click.option("--sites", is_flag=True, help="Make the sites that the file names.")
@downgrade_option
@click.option("--rows", "each", is_flag=True, help="Tell of each row what becomes of it.")
@click.option("--resume", is_flag=True, help="Go on where an import of this file was stopped.")
@pass_session
def import_file(
    session: Session,
    /,
    file: Path,
    dry_run: bool,  # noqa: FBT001 - an option
    preset: str | None,
    generate: bool,  # noqa: FBT001 - an option
    sites: bool,  # noqa: FBT001 - an option
    allow_downgrade: bool,  # noqa: FBT001 - an option
    each: bool,  # noqa: FBT001 - an option
    resume: bool,  # noqa: FBT001 - an option
) -> None:
    """Bring in devices and extensions from a file.

    A .csv, .json or .xlsx file. The same file again changes nothing.
    """
    source = Source(file)
    flags = {
        "dry_run": dry_run,
        "generate": generate,
        "sites": sites,
        "allow_downgrade": allow_downgrade,
    }
    query: dict[str, object] = {
        "format": source.form,
        "preset": preset,
        **{name: flag or None for name, flag in flags.items()},
    }
    with session.screen.progress("Reading") as advance:
        portions = source.portions(preset, dry_run=dry_run, told=lambda rows: advance(rows, None))
    mark = Mark.of(session.target.url, source.digest, repr(query), environment=os.environ)
    start = _find_start(mark, resume=resume and not dry_run)
    told = Spool() if each or session.as_json else None
    tally = Tally(told=told, notes=dict.fromkeys(source.notes))
    bringing = Bringing(api=session.client, query=query)
    began = time.monotonic()
    _run(session.screen, bringing, portions, start, tally, None if dry_run else mark)
    _report(session, file, tally, dry_run=dry_run, seconds=time.monotonic() - began)
    if tally.counts["refused"]:
        click.get_current_context().exit(Exit.FAILED)


@click.command("export", cls=Command)
@click.argument("file", default="-")
@click.option("--format", "form", type=click.Choice(["csv", "json"]), help="By the name if absent.")
@click.option("--secrets", is_flag=True, help="With the passwords, for who may reveal.")
@pass_session
def export_file(session: Session, /, file: str, form: str | None, secrets: bool) -> None:  # noqa: FBT001 - an option
    """Write all devices and extensions into a file.

    It is CSV or JSON, which import reads again; - is the standard output.
    """
    path = None if file == "-" else Path(file)
    form = form or ("json" if file.lower().endswith(".json") else "csv")
    if file.lower().endswith(".xlsx"):
        raise UsageError("an .xlsx file can be read, but not written; write a .csv")
    take = take_json if form == "json" else take_csv
    with session.screen.progress("Writing") as advance, writing(path) as out:
        count = take(session.client, out, secrets=secrets, advance=advance)
    if path and session.as_json:
        session.screen.json({"file": file, "format": form, "records": count})
    elif path:
        session.screen.note(f"{file} holds {count} records")


def _find_start(mark: Mark, *, resume: bool) -> Place:
    kept = mark.read() if resume else None
    if resume and kept is None:
        raise UsageError("no import of just this file to this server was stopped")
    return kept or Place()


def _run(
    screen: Screen,
    bringing: Bringing,
    portions: Portions,
    start: Place,
    tally: Tally,
    mark: Mark | None,
) -> None:
    """Bring all in, and keep how far it is."""
    total = sum(portions.sizes)
    before = start.rows + sum(portions.sizes[: start.portion])
    place = start
    try:
        with screen.progress("Importing") as advance:
            advance(before, total)
            for place in bringing.run(portions, start, tally):
                if mark:
                    mark.write(place)
                advance(before + tally.rows, total)
    except (CliError, KeyboardInterrupt):
        if mark and place != Place():
            screen.note(f"{before + tally.rows} of {total} rows are done; --resume goes on there.")
        raise
    if mark:
        mark.remove()


def _report(session: Session, file: Path, tally: Tally, *, dry_run: bool, seconds: float) -> None:
    screen = session.screen
    counts = {name: tally.counts[name] for name in _OUTCOMES}
    if session.as_json:
        told = tally.told or Spool()
        screen.long_json(
            {
                "file": str(file),
                "dry_run": dry_run,
                "total": tally.rows,
                "seconds": round(seconds, 3),
                "counts": counts,
                "notes": list(tally.notes),
            },
            rows=told,
            refused=(row for row in told if row.get("errors")),
            warned=(row for row in told if not row.get("errors") and row.get("warnings")),
        )
        return
    for note in tally.notes:
        screen.note(f"Note: {note}")
    if tally.told is not None:
        screen.long_rows(map(_tell_row, tally.told), _COLUMNS, empty="The file has no rows.")
    else:
        _tell_rows(screen, tally.refused, tally.more["refused"], "errors", "red")
        _tell_rows(screen, tally.warned, tally.more["warned"], "warnings", "yellow")
    listed = ", ".join(f"{count} {name}" for name, count in counts.items())
    would = " (nothing was done: a dry run)" if dry_run else ""
    rows = "1 row" if tally.rows == 1 else f"{tally.rows} rows"
    screen.text(f"{rows}: {listed}{would}", style="bold")
    rate = tally.rows / max(seconds, 0.001)
    screen.note(f"{seconds:.1f} s, {rate:.0f} rows a second")


def _tell_row(row: dict[str, Any]) -> dict[str, Any]:
    why = [*row.get("errors", ()), *row.get("warnings", ())]
    return {**row, "why": "; ".join(map(_sentence, why)) or None}


def _tell_rows(
    screen: Screen, rows: list[dict[str, Any]], more: int, what: str, style: str
) -> None:
    for row in rows:
        for told in row[what]:
            screen.text(f"{row['place']}: {_sentence(told)}", style=style)
    if more:
        screen.text(f"and {more} rows more; --rows tells all", style=style)


def _sentence(told: object) -> str:
    if isinstance(told, dict):
        named = told.get("column") or told.get("field")
        return f"{named}: {told.get('message')}"
    return str(told)
