"""How does a test deploy a package to the look-alike?"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.lambda_runtime.front import Front
from tests.lambda_runtime.function import Function
from tests.lambda_runtime.gateway import Gateway
from tests.lambda_runtime.packaging import Package
from tests.lambda_runtime.template import read_template


@dataclass(frozen=True, kw_only=True)
class Deployment:
    """A package that runs; `url` is what a client puts before a route."""

    url: str
    gateway: Gateway
    function: Function


@contextmanager
def deploy(
    package: Package,
    *,
    aws_packages: Path,
    environment: Mapping[str, str],
    custom_domain: str | None = None,
    concurrency: int = 2,
) -> Iterator[Deployment]:
    """Run a package until the end of the block."""
    template = read_template(package.template)
    function = Function(
        package.zip,
        template,
        aws_packages=aws_packages,
        environment=environment,
        concurrency=concurrency,
    )
    gateway = Gateway(function=function, template=template, custom_domain=custom_domain)
    front = Front(gateway)
    try:
        yield Deployment(url=front.url, gateway=gateway, function=function)
    finally:
        front.close()
        function.close()
