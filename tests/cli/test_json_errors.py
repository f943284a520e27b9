"""Is every error JSON with --json, whoever finds it?"""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.cli.conftest import Terminal


def told(terminal: Terminal, *words: str) -> tuple[int, dict[str, Any]]:
    run = terminal.run(*words)
    assert run.out == ""
    return run.code, json.loads(run.err)


@pytest.mark.parametrize(
    ("words", "says", "usage"),
    [
        (
            ("devices", "show", "zz", "--json"),
            "Invalid value for 'MAC': \"zz\" is not a MAC address (12 hex digits)",
            "Usage: offhook devices show [OPTIONS] MAC",
        ),
        (
            ("--json", "devices", "show"),
            "Missing argument 'MAC'.",
            "Usage: offhook devices show [OPTIONS] MAC",
        ),
        (
            ("nope", "--json"),
            "No such command 'nope'.",
            "Usage: offhook [OPTIONS] COMMAND [ARGS]...",
        ),
        (
            ("devices", "list", "--colour", "--json"),
            "No such option '--colour'. (Did you mean one of: '--no-color', '--url'?)",
            "Usage: offhook devices list [OPTIONS]",
        ),
        (
            ("import", "/no/such/file", "--json"),
            "Invalid value for 'FILE': File '/no/such/file' does not exist.",
            "Usage: offhook import [OPTIONS] FILE",
        ),
        (
            ("devices", "--json"),
            "Missing command.",
            "Usage: offhook devices [OPTIONS] COMMAND [ARGS]...",
        ),
        (
            ("--json", "devices"),
            "Missing command.",
            "Usage: offhook devices [OPTIONS] COMMAND [ARGS]...",
        ),
    ],
)
def test_wrong_usage(offline: Terminal, words: tuple[str, ...], says: str, usage: str) -> None:
    assert told(offline, *words) == (2, {"error": says, "exit_code": 2, "more": [usage]})


def test_what_a_tool_says(offline: Terminal) -> None:
    nowhere = dict.fromkeys(("AWS_ENDPOINT_URL_DYNAMODB", "AWS_REGION", "AWS_DEFAULT_REGION"))
    terminal = Terminal(environment={**offline.environment, **nowhere, "AWS_CONFIG_FILE": "/no"})

    code, error = told(terminal, "table", "dev", "--json")

    assert code == 1
    assert error == {
        "error": "no AWS region is known: set AWS_DEFAULT_REGION.",
        "exit_code": 1,
    }


def test_value_that_reads_so_asks_for_no_json(offline: Terminal) -> None:
    run = offline.run("devices", "show", "--", "--json")

    assert run.code == 2
    assert run.err.startswith("Usage: offhook devices show [OPTIONS] MAC\n")


def test_help_is_help(offline: Terminal) -> None:
    run = offline.run("devices", "--help", "--json")

    assert run.code == 0
    assert run.out.startswith("Usage: offhook devices [OPTIONS] COMMAND [ARGS]...\n")
