"""From where does a request come that Chalice's own server takes, on one's own machine?

That server says 127.0.0.1 of every request. The networks of a policy would then hold for nobody or
for everybody, one phone that guesses would brake all, and no phone could be told from another.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from chalice.local import ChaliceRequestHandler


def tell_addresses() -> None:
    """Let `chalice local` say of each request from where it came; elsewhere do nothing.

    Only Chalice's command line loads that server; what ships to Lambda does not have it.
    """
    local = sys.modules.get("chalice.local")
    if local is not None:
        # socketserver calls it first for every connection; Chalice leaves it as it is.
        local.ChaliceRequestHandler.setup = _setup


def _setup(handler: ChaliceRequestHandler) -> None:
    """Make a connection's own converter of requests say the address at its other end."""
    from socketserver import StreamRequestHandler  # a cold start on Lambda does without it

    handler.local_gateway.event_converter.LOCAL_SOURCE_IP = handler.client_address[0]
    StreamRequestHandler.setup(handler)
