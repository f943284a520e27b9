"""What holds for every test: a closed network, made-up credentials, no state of the user's."""

import os
from collections.abc import Iterator
from pathlib import Path

import hypothesis
import pytest

from tests.closed_network import close_network

_FAKE_AWS = {
    "AWS_ACCESS_KEY_ID": "testing",
    "AWS_SECRET_ACCESS_KEY": "testing",
    "AWS_SESSION_TOKEN": "testing",
    "AWS_DEFAULT_REGION": "eu-west-1",
    "AWS_REGION": "eu-west-1",
    "AWS_EC2_METADATA_DISABLED": "true",
    "AWS_CONFIG_FILE": os.devnull,
    "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
}

# Machines that run tests are of all speeds, so no single example has a deadline.
hypothesis.settings.register_profile("offhook", deadline=None)
hypothesis.settings.load_profile("offhook")


@pytest.fixture(scope="session", autouse=True)
def _sealed_process(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Seal the process before any other fixture or test of the session."""
    with pytest.MonkeyPatch.context() as patch:
        close_network(patch)
        _forget_the_user(patch, tmp_path_factory.mktemp("state"))
        yield


def _forget_the_user(patch: pytest.MonkeyPatch, state: Path) -> None:
    for name in list(os.environ):
        if name.startswith(("AWS_", "OFFHOOK_")) and name not in _KEPT:
            patch.delenv(name)
    for name, value in _FAKE_AWS.items():
        patch.setenv(name, value)
    patch.setenv("XDG_STATE_HOME", str(state))
    patch.setenv("OFFHOOK_STATE_DIR", str(state / "offhook"))


# Where make put what the tests need, and the certificates that pip may need.
_KEPT = frozenset(("OFFHOOK_CACHE", "OFFHOOK_LAMBDA_RUNTIME", "AWS_CA_BUNDLE"))
