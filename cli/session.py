"""What was one run of the command told: where the server is, who asks, how to print?"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any, TypeVar

import click

from cli.profile import Target, choose_target
from cli.screen import Screen

if TYPE_CHECKING:
    from cli.client import Client

F = TypeVar("F", bound=Callable[..., Any] | click.Command)


@dataclass(kw_only=True)
class Session:
    """The options that every command has; they may stand before or after its name."""

    url: str | None = None
    token: str | None = field(default=None, repr=False)
    profile: str | None = None
    as_json: bool = False
    no_color: bool = False
    quiet: bool = False

    @property
    def screen(self) -> Screen:
        return Screen(
            as_json=self.as_json,
            color=not (self.no_color or bool(os.environ.get("NO_COLOR"))),
            quiet=self.quiet,
        )

    @cached_property
    def target(self) -> Target:
        """The server. Raises UsageError."""
        target = choose_target(
            url=self.url, token=self.token, profile=self.profile, environment=os.environ
        )
        if target.is_exposed and sys.stderr.isatty():
            self.screen.note(f"The token goes to {target.url} unencrypted.", style="yellow")
        return target

    @cached_property
    def client(self) -> Client:
        from cli.client import Client  # it takes a while to load

        target = self.target
        return Client(url=target.url, token=target.token, told=self.screen.note)


pass_session = click.make_pass_decorator(Session, ensure=True)


def _choose(context: click.Context, parameter: click.Parameter, value: Any) -> None:  # noqa: ANN401 - as click has it
    if value is None or value is False:
        return
    session = context.find_root().ensure_object(Session)
    setattr(session, str(parameter.name), value)


def add_common_options(command: click.Command, *, hidden: bool) -> None:
    """Give a command the options that all have, but for those that it has itself."""
    taken = {name for parameter in command.params for name in parameter.opts}
    command.params += [
        option for option in _common_options(hidden=hidden) if not taken.intersection(option.opts)
    ]


def _common_options(*, hidden: bool) -> list[click.Option]:

    def option(*names: str, **more: Any) -> click.Option:  # noqa: ANN401 - as click has it
        return click.Option(names, expose_value=False, callback=_choose, hidden=hidden, **more)

    return [
        option("--url", metavar="URL", help="The server; else OFFHOOK_URL, or a profile."),
        option(
            "--token",
            metavar="TOKEN",
            help="An API token. Others on this machine can read a command line: "
            "OFFHOOK_TOKEN or a profile is safer.",
        ),
        option("--profile", metavar="NAME", help="A server of config.toml."),
        option("--json", "as_json", is_flag=True, help="Print JSON."),
        option("--no-color", is_flag=True, help="No colours; so does NO_COLOR=1."),
        option("--quiet", "-q", is_flag=True, help="No remarks and no progress bar."),
    ]


class Command(click.Command):
    """A command that takes the common options, too."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 - as click has it
        super().__init__(*args, **kwargs)
        add_common_options(self, hidden=True)


class Group(click.Group):
    """A group whose commands take the common options."""

    command_class = Command
    group_class = type

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 - as click has it
        super().__init__(*args, **kwargs)
        add_common_options(self, hidden=True)
