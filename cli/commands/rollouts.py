"""`offhook rollouts`: which phones get a new firmware, how many, and when?"""

from __future__ import annotations

import re
from typing import Any

import click

from cli.client import segment
from cli.commands.asking import confirm, downgrade_option
from cli.outcome import UsageError
from cli.screen import Column
from cli.session import Group, Session, pass_session

PATH = "/api/rollouts"
_COLUMNS = (
    Column(name="id", heading="Id", style="cyan"),
    Column(name="vendor", heading="Vendor"),
    Column(name="version", heading="Version"),
    Column(name="site", heading="Site"),
    Column(name="percent", heading="Percent"),
    Column(name="paused", heading="Paused"),
    Column(name="window", heading="Window"),
    Column(name="progress", heading="Progress"),
)
_WINDOW = re.compile(r"([0-2][0-9]:[0-5][0-9])-([0-2][0-9]:[0-5][0-9])")
_DOWNGRADE = click.option(
    "--allow-downgrade/--no-downgrade",
    default=None,
    help="Phones with a newer version: take it back, or pass them over; refused if neither.",
)
_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_DAY = click.option(
    "--day",
    "days",
    multiple=True,
    type=click.Choice(_DAYS),
    help="On which the window opens; on all when absent.",
)
_YES = click.option("--yes", "-y", is_flag=True, help="Do not ask about a downgrade.")


@click.group(cls=Group)
def rollouts() -> None:
    """Which phones get a new firmware, and when."""


@rollouts.command("list")
@click.option("--limit", type=click.IntRange(1), help="At most so many.")
@pass_session
def list_rollouts(session: Session, /, limit: int | None) -> None:
    """List rollouts and how far they are."""
    rows = session.client.rows(PATH, at_most=limit)
    if not session.as_json:
        rows = ({**row, **_in_words(row)} for row in rows)
    session.screen.rows(rows, _COLUMNS, empty="Nothing is rolled out.")


@rollouts.command("show")
@click.argument("rollout_id", metavar="ID")
@pass_session
def show_rollout(session: Session, /, rollout_id: str) -> None:
    """Show a rollout, and which versions its phones have."""
    session.screen.record(session.client.get(f"{PATH}/{segment(rollout_id)}"))


@rollouts.command("add")
@click.argument("vendor")
@click.argument("version")
@click.option("--model", "models", multiple=True, help="These models; all when absent.")
@click.option("--site", help="The only site that gets it.")
@click.option("--percent", type=click.IntRange(0, 100), default=100, show_default=True)
@click.option("--window", metavar="HH:MM-HH:MM", help="Only in these hours, local to the phone.")
@_DAY
@click.option("--paused", is_flag=True, help="Begin later, by `rollouts go`.")
@_DOWNGRADE
@_YES
@pass_session
def add_rollout(
    session: Session,
    /,
    models: tuple[str, ...],
    window: str | None,
    days: tuple[str, ...],
    allow_downgrade: bool | None,  # noqa: FBT001 - an option
    yes: bool,  # noqa: FBT001 - an option
    **chosen: Any,  # noqa: ANN401 - options
) -> None:
    """Roll a version of a vendor out."""
    body = {name: value for name, value in chosen.items() if value is not None}
    body |= {"models": list(models)} if models else {}
    body |= _read_hours(window, days)
    body |= _answer(allow_downgrade, yes=yes)
    session.screen.record(session.client.ask("POST", PATH, body).body["rollout"])


@rollouts.command("set")
@click.argument("rollout_id", metavar="ID")
@click.option("--percent", type=click.IntRange(0, 100), help="Of the phones.")
@click.option("--window", metavar="HH:MM-HH:MM", help="Only in these hours; `always` ends it.")
@_DAY
@_DOWNGRADE
@_YES
@pass_session
def set_rollout(
    session: Session,
    /,
    rollout_id: str,
    percent: int | None,
    window: str | None,
    days: tuple[str, ...],
    allow_downgrade: bool | None,  # noqa: FBT001 - an option
    yes: bool,  # noqa: FBT001 - an option
) -> None:
    """Change the share, the hours, or what becomes of phones with a newer version."""
    body: dict[str, Any] = {} if percent is None else {"percent": percent}
    body |= _read_hours(window, days)
    body |= _answer(allow_downgrade, yes=yes)
    if not body:
        says = "nothing is to be changed; say --percent, --window or --no-downgrade"
        raise UsageError(says)
    _change(session, rollout_id, body)


@rollouts.command("pause")
@click.argument("rollout_id", metavar="ID")
@pass_session
def pause_rollout(session: Session, /, rollout_id: str) -> None:
    """Give it to no further phone; those that have it keep it."""
    _change(session, rollout_id, {"paused": True})


@rollouts.command("go")
@click.argument("rollout_id", metavar="ID")
@pass_session
def go_on(session: Session, /, rollout_id: str) -> None:
    """Go on after a pause."""
    _change(session, rollout_id, {"paused": False})


@rollouts.command("remove")
@click.argument("rollout_id", metavar="ID")
@downgrade_option
@click.option("--yes", "-y", is_flag=True, help="Do not ask.")
@pass_session
def remove_rollout(
    session: Session,
    /,
    rollout_id: str,
    allow_downgrade: bool,  # noqa: FBT001 - an option
    yes: bool,  # noqa: FBT001 - an option
) -> None:
    """End a rollout; phones have what their settings name, and keep what they have if none do."""
    confirm(f"End the rollout {rollout_id}?", yes=yes)
    query = {"allow_downgrade": True if allow_downgrade else None}
    session.client.ask("DELETE", f"{PATH}/{segment(rollout_id)}", query=query)
    if session.as_json:
        session.screen.json({"removed": [rollout_id]})
    session.screen.text(f"{rollout_id} is ended")


def read_window(text: str) -> dict[str, str]:
    """The hours of a day. Raises UsageError."""
    found = _WINDOW.fullmatch(text)
    if found is None:
        raise UsageError(f'"{text}" is not HH:MM-HH:MM, such as 22:00-05:00')
    return {"from": found[1], "to": found[2]}


def _read_hours(window: str | None, days: tuple[str, ...]) -> dict[str, Any]:
    """When the rollout is to give; nothing where that is not said. Raises UsageError."""
    if window is None and not days:
        return {}
    if window is None or (window == "always" and days):
        raise UsageError("--day goes with the hours of --window, such as 22:00-05:00")
    if window == "always":
        return {"window": None}
    return {"window": {**read_window(window), **({"days": list(days)} if days else {})}}


def _in_words(rollout: dict[str, Any]) -> dict[str, str | None]:
    """When it gives, and how far it is."""
    window, progress = rollout["window"], rollout["progress"]
    hours = days = None
    if window:
        hours = f"{window['from']}-{window['to']}"
        days = " ".join(window["days"]) if len(window["days"]) < len(_DAYS) else None
    return {
        "window": " ".join(filter(None, (hours, days))) or None,
        "progress": f"{progress['updated']} of {progress['devices']}",
    }


def _answer(allow_downgrade: bool | None, *, yes: bool) -> dict[str, Any]:  # noqa: FBT001 - an option
    """What is said of phones that have a newer version; nothing where it is to be asked."""
    if allow_downgrade:
        confirm("Phones may get an older firmware than they have. Go on?", yes=yes)
    return {} if allow_downgrade is None else {"allow_downgrade": allow_downgrade}


def _change(session: Session, rollout_id: str, body: dict[str, Any]) -> None:
    path = f"{PATH}/{segment(rollout_id)}"
    session.screen.record(session.client.ask("PATCH", path, body, again=True).body["rollout"])
