"""What does CloudWatch count of a phone's request, from the line that the log has anyhow?

In the embedded metric format:
https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
Dimensions are few, since each costs: outcomes are of our list, vendors of the packs. No address,
MAC address or secret is among them.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

NAMESPACE = "Offhook"


def embed_metrics(
    account: Mapping[str, str], *, function: str, duration_ms: float, at: float
) -> dict[str, Any]:
    """What a line adds so that its request is counted. `at` is a Unix time in seconds."""
    by_vendor = [["function", "vendor"]] if account.get("vendor") else []
    failures = int(bool(account.get("note_failure")))
    return {
        "function": function,
        "requests": 1,
        "note_failures": failures,
        "duration_ms": duration_ms,
        "_aws": {
            "Timestamp": int(at * 1000),
            "CloudWatchMetrics": [
                {
                    "Namespace": NAMESPACE,
                    "Dimensions": [["function", "outcome"], *by_vendor],
                    "Metrics": [{"Name": "requests", "Unit": "Count"}],
                },
                {
                    "Namespace": NAMESPACE,
                    "Dimensions": [["function"]],
                    "Metrics": [
                        {"Name": "duration_ms", "Unit": "Milliseconds"},
                        {"Name": "note_failures", "Unit": "Count"},
                    ],
                },
            ],
        },
    }
