"""What does CloudWatch count of a phone's request?

The log line itself says it, in the Embedded Metric Format: no call to CloudWatch, and nothing to
wait for. No dimension has more values than there are outcomes or vendors.
https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

NAMESPACE = "Offhook"


def count_request(line: Mapping[str, Any], *, stage: str, at: int) -> dict[str, Any]:
    """What is added to the log line of a phone's request. `at` is in milliseconds since 1970."""
    by = [["stage", name] for name in ("outcome", "vendor") if line.get(name)]
    return {
        "_aws": {
            "Timestamp": at,
            "CloudWatchMetrics": [
                {
                    "Namespace": NAMESPACE,
                    "Dimensions": by,
                    "Metrics": [{"Name": "requests", "Unit": "Count"}],
                },
                {
                    "Namespace": NAMESPACE,
                    "Dimensions": [["stage"]],
                    "Metrics": [
                        {"Name": "duration_ms", "Unit": "Milliseconds"},
                        {"Name": "note_failures", "Unit": "Count"},
                    ],
                },
            ],
        },
        "stage": stage,
        "requests": 1,
        "note_failures": int("note_failure" in line),
    }
