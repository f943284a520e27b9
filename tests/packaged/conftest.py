"""Which packages, stores and deployments do the tests of the packaged project share?"""

import platform
from collections.abc import Iterator
from pathlib import Path

import pytest
from moto.server import ThreadedMotoServer

from tests.lambda_runtime.aws_packages import find_aws_packages
from tests.lambda_runtime.deployment import Deployment, deploy
from tests.lambda_runtime.packaging import Package, package

PROJECT = Path(__file__).resolve().parents[2]
OPERATOR = Path(__file__).resolve().parent / "operator"


@pytest.fixture(scope="session")
def packaged(tmp_path_factory: pytest.TempPathFactory) -> Package:
    """The project packaged for stage dev, exactly as a deployment would."""
    into = tmp_path_factory.mktemp("packaged")
    return package(PROJECT, stage="dev", into=into, overlay=OPERATOR)


@pytest.fixture(scope="session")
def runnable(tmp_path_factory: pytest.TempPathFactory) -> Package:
    """The same, with the compiled parts of the dependencies for this machine's processor."""
    into = tmp_path_factory.mktemp("runnable")
    architecture = "arm64" if platform.machine() in ("aarch64", "arm64") else "x86_64"
    return package(PROJECT, stage="dev", into=into, overlay=OPERATOR, architecture=architecture)


@pytest.fixture(scope="session")
def aws_packages(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of what AWS puts beside a function."""
    return find_aws_packages(tmp_path_factory.mktemp("aws-packages"))


@pytest.fixture(scope="module")
def aws_url() -> Iterator[str]:
    """An AWS of moto's on a loopback port; it has no table and no key yet."""
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture(scope="module")
def deployed(runnable: Package, aws_packages: Path, aws_url: str) -> Iterator[Deployment]:
    """The packaged project running as stage dev; the test makes the table `offhook-dev`."""
    environment = {"AWS_ENDPOINT_URL_DYNAMODB": aws_url, "AWS_ENDPOINT_URL_KMS": aws_url}
    with deploy(runnable, aws_packages=aws_packages, environment=environment) as deployment:
        yield deployment
