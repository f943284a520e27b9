"""What is done once a minute, and not for a request?

Webhooks are told what happened, and now and then the fleet is counted for its pace.

On AWS this is a function of its own, with a role of its own. Locally `tools/deliver.py` does it.
"""

from __future__ import annotations

import logging

from chalice import Blueprint
from chalice.app import CloudWatchEvent

from chalicelib import wiring

outbox = Blueprint(__name__)

_LOG = logging.getLogger("offhook")


@outbox.schedule("rate(1 minute)", name="deliver")
def deliver(event: CloudWatchEvent) -> None:  # noqa: ARG001 - whatever the clock says
    from chalicelib.fleet.pacing import SELDOM

    offhook = wiring.offhook()
    offhook.pacing.follow(within=SELDOM)
    report = offhook.courier.run()
    if report.delivered or report.failed or report.given_up:
        _LOG.info(
            "webhooks: %s delivered, %s failed, %s given up",
            report.delivered,
            report.failed,
            report.given_up,
        )
