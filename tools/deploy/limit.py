"""Do the account's own limits hold a boot storm?"""

from __future__ import annotations

from collections.abc import Iterator

from botocore.exceptions import ClientError

from tools.deploy.account import Account

_STORM_RATE = 1000
"""Requests a second: 100,000 phones that fetch 3 files each within 5 minutes."""

_RATE_OF_ONE = 10
"""Requests a second that Lambda grants for each function that may run at once."""


def find_tight_limits(account: Account) -> Iterator[str]:
    """A sentence for each limit of the account that a storm would meet."""
    yield from _concurrency(account)
    yield from _gateway_rate(account)


def _concurrency(account: Account) -> Iterator[str]:
    try:
        limits = account.client("lambda").get_account_settings()["AccountLimit"]
    except ClientError as error:
        yield f"Lambda's limit could not be read ({error.response['Error']['Code']})"
        return
    at_once = int(limits["ConcurrentExecutions"])
    if at_once * _RATE_OF_ONE < _STORM_RATE:
        yield (
            f"Lambda runs at most {at_once} functions at once here, so about "
            f"{at_once * _RATE_OF_ONE} requests a second: ask for more (quota L-B99A9384, "
            "docs/scaling.md)"
        )


def _gateway_rate(account: Account) -> Iterator[str]:
    try:
        settings = account.client("apigateway").get_account()["throttleSettings"]
    except ClientError as error:
        yield f"API Gateway's limit could not be read ({error.response['Error']['Code']})"
        return
    rate = int(settings["rateLimit"])
    if rate < _STORM_RATE:
        yield (
            f"API Gateway takes at most {rate} requests a second here: ask for more "
            "(quota L-8A5B8E43, docs/scaling.md)"
        )
