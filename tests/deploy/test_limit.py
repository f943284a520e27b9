"""Are limits of the account told that a boot storm would meet?"""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from botocore.exceptions import ClientError

from tools.deploy.account import Account
from tools.deploy.limit import find_tight_limits


class Limited(Account):
    """An account with these limits; None is one that it may not read."""

    def client(self, service: str) -> Any:  # noqa: ANN401 - as an Account's
        at_once, rate = map(int, self.caller.split(",")) if self.caller else (None, None)
        if service == "lambda":
            answer = {"AccountLimit": {"ConcurrentExecutions": at_once}}
            return SimpleNamespace(get_account_settings=lambda: _answer(at_once, answer))
        settings = {"throttleSettings": {"rateLimit": rate, "burstLimit": 1}}
        return SimpleNamespace(get_account=lambda: _answer(rate, settings))


def _answer(limit: int | None, answer: dict[str, Any]) -> dict[str, Any]:
    if limit is None:
        raise ClientError({"Error": {"Code": "AccessDenied", "Message": ""}}, "Get")
    return answer


def limited(limits: str) -> Limited:
    return Limited(number="1", region="eu-west-1", partition="aws", caller=limits)


def test_usual_limits_need_no_word() -> None:
    assert list(find_tight_limits(limited("1000,10000"))) == []


def test_new_account_is_told_to_ask_for_more() -> None:
    [sentence] = find_tight_limits(limited("10,10000"))

    assert sentence == (
        "Lambda runs at most 10 functions at once here, so about 100 requests a second: ask for "
        "more (quota L-B99A9384, docs/scaling.md)"
    )


def test_narrow_gateway_is_told() -> None:
    [sentence] = find_tight_limits(limited("1000,500"))

    assert sentence.startswith("API Gateway takes at most 500 requests a second here")


def test_limits_that_cannot_be_read_are_told() -> None:
    assert list(find_tight_limits(limited(""))) == [
        "Lambda's limit could not be read (AccessDenied)",
        "API Gateway's limit could not be read (AccessDenied)",
    ]
