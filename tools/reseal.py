"""How does `make reseal` give a stage a new key and seal all secrets of its table with it?"""

import argparse
import os
import sys

from chalicelib import settings, wiring
from chalicelib.domain.errors import OffhookError
from chalicelib.settings import Settings
from chalicelib.storage.resealing import Found, reseal

_EVERY = 1000
_PASSES = 5
"""Processes that have not heard of the new key may write behind us; they hear of it soon."""


def main() -> None:
    """Rotate the keys of a stage, and seal everything anew."""
    parser = argparse.ArgumentParser(prog="make reseal", description=__doc__)
    parser.add_argument("--stage", default="local")
    parser.add_argument("--resume", action="store_true", help="go on with the newest key there is")
    chosen = parser.parse_args()
    try:
        found = settings.load({**os.environ, "OFFHOOK_STAGE": chosen.stage})
        unfinished = run(found, resume=chosen.resume)
    except OffhookError as error:
        raise SystemExit(
            f"offhook: {error}\nWhat is done stays done. Go on: make reseal RESUME=1"
        ) from None
    if unfinished:
        raise SystemExit("\n".join(["offhook: not sealed anew:", *unfinished]))


def run(chosen: Settings, *, resume: bool) -> list[str]:
    """Rotate unless resumed, then seal anew until nothing is left; what could not be done."""
    table = wiring.open_table(chosen)
    vault = wiring.open_vault(chosen, table)
    if not resume:
        vault.rotate()
        _tell("a new key seals from now on")
    found = Found()
    for _ in range(_PASSES):
        found = Found()
        for found in reseal(table, vault, name=chosen.table):
            if found.seen % _EVERY == 0:
                _tell_count(found)
        _tell_count(found)
        if not found.renewed:
            break
    return found.unfinished


def _tell_count(found: Found) -> None:
    _tell(f"{found.seen} items looked at, {found.renewed} sealed anew")


def _tell(text: str) -> None:
    print(f"offhook: {text}", file=sys.stderr)


if __name__ == "__main__":
    main()
