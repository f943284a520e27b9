"""Which accounts and which copy of the project do the tests of deployments share?"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.deploy.installation import Account, copy_for_deployment, open_account


@pytest.fixture(scope="module")
def account() -> Iterator[Account]:
    """An account with nothing in it."""
    with open_account() as opened:
        yield opened


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project that could be deployed."""
    return copy_for_deployment(tmp_path_factory.mktemp("deploy") / "project")
