"""How much CPU does one process spend: to import, on its first fetch, on a warm one?

A program of its own for `memory.py`; the environment names a DynamoDB of this machine.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

DIGITS = "001565000000"
WARM_FETCHES = 200


def main() -> None:
    """Print three figures in milliseconds, as JSON."""
    event = _event()
    began = time.process_time()
    from app import app

    imported = time.process_time()
    _fetch(app, event)
    fetched = time.process_time()
    for _ in range(WARM_FETCHES):
        _fetch(app, event)
    ended = time.process_time()
    figures = {
        "importing": (imported - began) * 1000,
        "first": (fetched - imported) * 1000,
        "warm": (ended - fetched) * 1000 / WARM_FETCHES,
    }
    sys.stdout.write(f"{json.dumps(figures)}\n")


def _fetch(app: Any, event: dict[str, Any]) -> None:  # noqa: ANN401 - the handler of Lambda
    answer = app(event, None)
    if answer["statusCode"] != 200:
        raise SystemExit(f"the fetch that is to be measured fails: {answer}")


def _event() -> dict[str, Any]:
    agent = {"Host": "phones.example.com", "User-Agent": "Zultys ZIP 33G - 47.80.132.4"}
    return {
        "requestContext": {
            "httpMethod": "GET",
            "resourcePath": "/provision/{first}",
            "path": f"/provision/{DIGITS}.cfg",
            "identity": {"sourceIp": "192.0.2.7"},
        },
        "headers": agent,
        "multiValueHeaders": {name: [value] for name, value in agent.items()},
        "pathParameters": {"first": f"{DIGITS}.cfg"},
        "multiValueQueryStringParameters": None,
        "body": None,
        "isBase64Encoded": False,
        "stageVariables": None,
    }


if __name__ == "__main__":
    main()
