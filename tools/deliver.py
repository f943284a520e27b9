"""Who tells webhooks what happens, on this machine, and counts the fleet for its pace?

`make run` starts it beside the server. Its standard input is a pipe that the server holds open, so
it ends with the server, however that ends.
"""

from __future__ import annotations

import argparse
import select
import sys

from chalicelib import wiring
from chalicelib.domain.errors import OffhookError
from chalicelib.fleet.pacing import SELDOM

EVERY = 60.0
"""Seconds between two looks at the outbox."""


def main() -> None:
    """Deliver now and then, until the standard input ends."""
    parser = argparse.ArgumentParser(prog="python -m tools.deliver", description=__doc__)
    parser.add_argument("--every", default=EVERY, type=float, metavar="SECONDS")
    every = parser.parse_args().every
    try:
        while True:
            deliver()
            if is_over(every):
                return
    except KeyboardInterrupt:
        return


def deliver() -> None:
    """Tell what is due; what goes wrong is told, and tried again with the next look."""
    try:
        offhook = wiring.offhook()
        offhook.pacing.follow(within=SELDOM)
        offhook.courier.run()
    except OffhookError as error:
        print(f"offhook: webhooks are not told for now: {error}", file=sys.stderr)


def is_over(seconds: float) -> bool:
    """Wait; did the standard input end meanwhile?"""
    readable, _, _ = select.select([sys.stdin], [], [], seconds)
    return bool(readable)


if __name__ == "__main__":
    main()
