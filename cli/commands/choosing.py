"""How do `--from`, `--set`, `--null` and `--unset` of a command become a change of a record?"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from typing import Any

import click

from cli.commands.asking import downgrade_option
from cli.outcome import UsageError
from cli.session import F, Session
from cli.setting import NULLS, lay_settings, read_json_file

unset_option = click.option(
    "--unset", metavar="PATH", multiple=True, help="Take its own word on a setting back."
)


@dataclass(frozen=True, kw_only=True)
class Settings:
    """What the options say of settings."""

    file: str | None
    given: tuple[str, ...]
    nulls: tuple[str, ...]
    allow_downgrade: bool
    unset: tuple[str, ...] = ()

    def held(self) -> dict[str, Any]:
        """The object in the file, empty without one. Raises UsageError."""
        held = read_json_file(self.file) if self.file else {}
        if not isinstance(held, dict):
            raise UsageError(f"{self.file} does not hold a JSON object")
        return held

    def over(self, body: Mapping[str, Any]) -> dict[str, Any]:
        """The body with these settings over its own. Raises UsageError."""
        laid = dict(body)
        lay_settings(laid, self.given, self.unset, self.nulls)
        return laid

    def allow(self, body: dict[str, Any]) -> dict[str, Any]:
        """The body, with the leave to take phones back to an older firmware."""
        return {**body, "allow_downgrade": True} if self.allow_downgrade else body

    def body(self, named: Mapping[str, Any]) -> dict[str, Any]:
        """All that is chosen of a record: the file, what the options name over it, the settings."""
        chosen = {name: value for name, value in named.items() if value is not None}
        return self.allow(self.over({**self.held(), **chosen}))

    def patch(self, session: Session, path: str, body: Mapping[str, Any]) -> Any:  # noqa: ANN401 - JSON
        """Change what the body says, and nothing else; the answer."""
        query = NULLS if self.nulls else None
        return session.client.ask("PATCH", path, body, query=query, again=True).body


def settings_options(
    *, below: str, file: str = "All of it as JSON; - reads stdin."
) -> Callable[[F], F]:
    """The options of `Settings` but for `--unset`; `below` is what `--null` hides."""

    def decorate(command: F) -> F:
        for option in (
            click.option("--from", "file", metavar="FILE", help=file),
            click.option(
                "--null",
                "nulls",
                metavar="PATH",
                multiple=True,
                help=f"Unset what {below} of a setting.",
            ),
            click.option(
                "--set",
                "given",
                metavar="PATH=VALUE",
                multiple=True,
                help="A setting, such as timezone=Europe/Berlin; @FILE as value reads a file.",
            ),
            downgrade_option,
        ):
            command = option(command)
        return command

    return decorate


def split(options: Mapping[str, Any]) -> tuple[Settings, dict[str, Any]]:
    """What the options of a command say of settings, and the others."""
    of_settings = {field.name for field in fields(Settings)} & options.keys()
    others = {name: value for name, value in options.items() if name not in of_settings}
    return Settings(**{name: options[name] for name in of_settings}), others


def refuse_nothing(body: Mapping[str, Any], command: str) -> None:
    """Raise UsageError when there is nothing to change."""
    if not body:
        raise UsageError(f"nothing is to be changed; `offhook {command} --help` lists what can be")
