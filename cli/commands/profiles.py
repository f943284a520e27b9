"""`offhook profiles`: which servers does config.toml name?"""

from __future__ import annotations

import os
import sys
from dataclasses import replace

import click

from cli.commands.asking import read_secret
from cli.outcome import UsageError
from cli.profile import Target, check_name, file_of, parse_url, read_profiles, write_profiles
from cli.screen import Column
from cli.session import Group, Session, pass_session

_COLUMNS = (
    Column(name="name", heading="Name", style="cyan"),
    Column(name="url", heading="Server"),
    Column(name="token", heading="Token"),
    Column(name="default", heading="Default"),
)


@click.group(cls=Group)
def profiles() -> None:
    """Servers and their tokens, kept in config.toml."""


@profiles.command("list")
@pass_session
def list_profiles(session: Session, /) -> None:
    """List the profiles; tokens are not shown."""
    found = read_profiles(file_of(os.environ))
    rows = [
        {
            "name": name,
            "url": target.url,
            "token": bool(target.token),
            "default": name == found.default,
        }
        for name, target in found.targets.items()
    ]
    session.screen.rows(rows, _COLUMNS, empty="There are no profiles.")


@profiles.command("add")
@click.argument("name")
@click.argument("address", metavar="URL")
@click.option("--token-stdin", is_flag=True, help="Read the token from the standard input.")
@click.option("--no-token", is_flag=True, help="The server asks for none.")
@click.option("--replace", "anew", is_flag=True, help="Also where there is one of this name.")
@click.option("--default", "is_default", is_flag=True, help="Use it when nothing else is said.")
@pass_session
def add_profile(
    session: Session,
    /,
    name: str,
    address: str,
    token_stdin: bool,  # noqa: FBT001 - an option
    no_token: bool,  # noqa: FBT001 - an option
    anew: bool,  # noqa: FBT001 - an option
    is_default: bool,  # noqa: FBT001 - an option
) -> None:
    """Keep a server's address and token; asks for the token without showing it."""
    file = file_of(os.environ)
    found = read_profiles(file)
    if name in found.targets and not anew:
        raise UsageError(f'there is a profile "{name}" already; --replace puts this one there')
    url = parse_url(address)
    token = None if no_token else _read_token(from_stdin=token_stdin)
    target = Target(url=url, token=token, source=f"profile {check_name(name)}")
    first = not found.targets
    default = name if is_default or first else found.default
    write_profiles(file, replace(found, default=default, targets={**found.targets, name: target}))
    session.screen.note(f"{file} has {name}" + (" (the default)" if default == name else ""))
    if session.as_json:
        session.screen.json({"name": name, "url": url, "token": bool(token)})


@profiles.command("remove")
@click.argument("name")
@pass_session
def remove_profile(session: Session, /, name: str) -> None:
    """Forget a server and its token."""
    file = file_of(os.environ)
    found = read_profiles(file)
    if name not in found.targets:
        raise UsageError(f'there is no profile "{name}"; there are: {", ".join(found.targets)}')
    left = {other: target for other, target in found.targets.items() if other != name}
    default = None if found.default == name else found.default
    write_profiles(file, replace(found, default=default, targets=left))
    session.screen.note(f"{name} is forgotten")
    if session.as_json:
        session.screen.json({"removed": [name]})


def _read_token(*, from_stdin: bool) -> str:
    if from_stdin:
        return read_secret("Token", from_stdin=True)
    if not sys.stdin.isatty():
        raise UsageError("there is no terminal to type the token at; say --token-stdin")
    return str(click.prompt("Token", hide_input=True, err=True))
