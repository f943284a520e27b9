"""What is done once a minute, and not for a request: webhooks are told what happened.

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
    report = wiring.offhook().courier.run()
    if report.delivered or report.failed or report.given_up:
        _LOG.info(
            "webhooks: %s delivered, %s failed, %s given up",
            report.delivered,
            report.failed,
            report.given_up,
        )
