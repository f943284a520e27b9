"""Which accounts and which copy of the project do the tests of deployments share?"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.deploy.installation import Account, copy_for_deployment, open_account

collect_ignore = [] if "DYNAMODB_LOCAL_URL" in os.environ else ["dynamodb_local"]


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say loudly what was left out."""
    if collect_ignore:
        terminalreporter.write_line(
            "The contract tests over DynamoDB Local were left out: make test-dynamodb-local",
            yellow=True,
        )


@pytest.fixture(scope="module")
def account() -> Iterator[Account]:
    """An account with nothing in it."""
    with open_account() as opened:
        yield opened


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project that could be deployed."""
    return copy_for_deployment(tmp_path_factory.mktemp("deploy") / "project")
