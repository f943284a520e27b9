"""What does CloudWatch read in the line of a phone's request?"""

from __future__ import annotations

from typing import Any

from chalicelib.routes.metric import embed_metrics


def read(line: dict[str, Any]) -> set[tuple[str, float, tuple[tuple[str, str], ...]]]:
    """The metrics of a line, as CloudWatch makes them: name, value, dimensions."""
    found = set()
    for directive in line["_aws"]["CloudWatchMetrics"]:
        assert directive["Namespace"] == "Offhook"
        for names in directive["Dimensions"]:
            assert len(names) <= 30
            dimensions = tuple((name, line[name]) for name in names)
            assert all(isinstance(text, str) and text for _, text in dimensions)
            for metric in directive["Metrics"]:
                found.add((metric["Name"], line[metric["Name"]], dimensions))
    return found


ACCOUNT = {
    "outcome": "served",
    "vendor": "zip",
    "mac": "001565123456",
    "note_failure": "throttled",
    "address": "192.0.2.7",
}


def test_request_of_a_phone_is_counted_by_outcome_and_vendor() -> None:
    metrics = embed_metrics(ACCOUNT, function="offhook-prod", duration_ms=12.5, at=1_800_000_000.25)

    function = ("function", "offhook-prod")
    assert metrics["_aws"]["Timestamp"] == 1_800_000_000_250
    assert read({**ACCOUNT, **metrics}) == {
        ("requests", 1, (function, ("outcome", "served"))),
        ("requests", 1, (function, ("vendor", "zip"))),
        ("duration_ms", 12.5, (function,)),
        ("note_failures", 1, (function,)),
    }


def test_request_of_no_known_vendor_has_no_such_dimension() -> None:
    account = {"outcome": "unknown_file"}

    metrics = embed_metrics(account, function="offhook-dev", duration_ms=1.0, at=0)

    function = ("function", "offhook-dev")
    assert read({**account, **metrics}) == {
        ("requests", 1, (function, ("outcome", "unknown_file"))),
        ("duration_ms", 1.0, (function,)),
        ("note_failures", 0, (function,)),
    }
