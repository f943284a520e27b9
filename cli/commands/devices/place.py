"""Where do the commands for devices stand, and where is a device at the API?"""

from __future__ import annotations

import click

from chalicelib.domain.mac import Mac
from cli.session import Group

PATH = "/api/provisioning/devices"


@click.group(cls=Group)
def devices() -> None:
    """Phones: list, show, add, set, remove, and how they are."""


def path_of(mac: Mac, *more: str) -> str:
    """The path of a device, or of something of it."""
    return "/".join((PATH, str(mac), *more))
