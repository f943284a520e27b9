"""Is this boot a rehearsal, and if not: does the user want it to count as the phone's?"""

from __future__ import annotations

from urllib.parse import urlsplit

import click

from chalicelib.domain.mac import Mac
from cli.boot.knock import Knocking
from cli.boot.rehearsal import Pass, is_confirmed, place_of_nothing
from cli.commands.asking import confirm
from cli.outcome import UnreachableError
from cli.session import Session

yes_option = click.option(
    "--yes", "-y", is_flag=True, help="Do not ask, though it counts as the phone's own boot."
)


def begin(session: Session, shown: Pass, address: str, mac: Mac, *, yes: bool) -> bool:
    """Whether the boot from this address leaves no trace.

    Raises UsageError, and click's Abort, where it would and the user does not agree.
    """
    try:
        why = _why_not(shown, address)
    except UnreachableError:
        return False  # nobody is there who could count it, and the boot itself says why
    if not why:
        session.screen.note("A rehearsal: the phone stays as it was.")
        return True
    session.screen.note(f"Warning: {why}", style="yellow")
    confirm(
        f"This boot counts as one of {mac} itself: its state, history and firmware change, and a "
        "window is used up. Go on?",
        yes=yes,
    )
    return False


def _why_not(shown: Pass, address: str) -> str:
    """Why it is no rehearsal; empty where it is.

    Raises UnreachableError, also where the server serves nothing at this address.
    """
    origin, named = _origin(address), _origin(shown.server)
    if not shown.fits(address):
        return f"no token is shown to {origin}: the server that is named is {named}"
    asked = {"User-Agent": "offhook"}
    answer = Knocking(shown=shown).send("GET", place_of_nothing(address), asked)
    if is_confirmed(answer.headers):
        return ""
    if answer.is_no_place:
        raise UnreachableError(f"{origin} serves nothing at {address}")
    if answer.is_page or answer.status == 200:
        what = f"{answer.status} with a web page"
        if not answer.is_page:
            what = "200 for a file that is not there"
        says = "if one is behind it, this is no rehearsal"
        return f"{origin} does not answer as Offhook does ({what}); {says}"
    if not shown.token:
        return f"{origin} takes this for a rehearsal only with a token that may reveal"
    says = "the token is not known there, or may not reveal"
    return f"{origin} does not take this for a rehearsal: {says}"


def _origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}"
