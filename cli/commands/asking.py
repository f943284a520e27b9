"""What do the commands ask their user: is that so, and by which password?"""

from __future__ import annotations

import sys

import click

from chalicelib.domain.mac import Mac
from cli.outcome import UsageError


class MacType(click.ParamType[Mac]):
    """A MAC address in any spelling."""

    name = "mac"

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> Mac:
        if isinstance(value, Mac):
            return value
        try:
            return Mac.parse(str(value))
        except ValueError as error:
            self.fail(f'"{value}" {error}', param, ctx)


MAC = MacType()

downgrade_option = click.option(
    "--allow-downgrade", is_flag=True, help="Though phones have a newer firmware than is set."
)


def confirm(question: str, *, yes: bool) -> None:
    """Go on when the user agrees. Raises UsageError where nobody can be asked."""
    if yes:
        return
    if not sys.stdin.isatty():
        raise UsageError(f"{question} Nobody is there to answer; say --yes")
    click.confirm(question, abort=True, err=True)


def read_secret(what: str, *, from_stdin: bool) -> str:
    """A secret from the standard input, or typed without being shown. Raises UsageError."""
    if from_stdin:
        secret = sys.stdin.readline().rstrip("\r\n")
    elif sys.stdin.isatty():
        secret = click.prompt(what, hide_input=True, confirmation_prompt=True, err=True)
    else:
        raise UsageError(f"there is no terminal to type the {what.lower()} at")
    if not secret:
        raise UsageError(f"the {what.lower()} is empty")
    return str(secret)
