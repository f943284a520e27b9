"""`offhook settings`: what is set for the whole server or for a model, and why a phone has it?"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import click

from chalicelib.domain.mac import Mac
from cli.client import segment
from cli.commands.asking import MAC, confirm, downgrade_option
from cli.commands.choosing import refuse_nothing, settings_options, split, unset_option
from cli.commands.devices import path_of as path_of_device
from cli.outcome import UsageError
from cli.screen import Column
from cli.session import F, Group, Session, pass_session

_SERVER = "/api/settings"
_COLUMNS = (
    Column(name="setting", heading="Setting", style="cyan"),
    Column(name="value", heading="Value"),
    Column(name="layer", heading="By"),
    Column(name="overrode", heading="Overrode"),
)

_model_option = click.option(
    "--model", metavar="VENDOR/MODEL", help="Those of a model; the server's when absent."
)


@click.group(cls=Group)
def settings() -> None:
    """Settings of the server and of models; explain a phone's."""


def _model(command: F) -> F:
    return _model_option(command)


@settings.command("show")
@_model
@pass_session
def show_settings(session: Session, /, model: str | None) -> None:
    """Show the settings of the server, or of a model."""
    session.screen.record(session.client.get(_path(model)))


@settings.command("set")
@_model
@settings_options(below="more general settings say", file="Settings as JSON; - reads stdin.")
@unset_option
@pass_session
def set_settings(session: Session, /, model: str | None, **chosen: Any) -> None:  # noqa: ANN401 - options
    """Change what is given, and nothing else; phones have it within a minute."""
    choice, _ = split(chosen)
    body = choice.over({"settings": choice.held()})
    refuse_nothing(body["settings"], "settings set")
    answer = choice.patch(session, _path(model), choice.allow(body))
    session.screen.record(answer, hide=("success", "warnings"))
    for warning in answer.get("warnings", ()):
        session.screen.note(f"Warning: {warning}", style="yellow")


@settings.command("remove")
@click.argument("model", metavar="VENDOR/MODEL")
@downgrade_option
@click.option("--yes", "-y", is_flag=True, help="Do not ask.")
@pass_session
def remove_settings(
    session: Session,
    /,
    model: str,
    allow_downgrade: bool,  # noqa: FBT001 - an option
    yes: bool,  # noqa: FBT001 - an option
) -> None:
    """Take away all settings of a model."""
    confirm(f"Take away all settings of {model}?", yes=yes)
    query = {"allow_downgrade": True if allow_downgrade else None}
    session.client.ask("DELETE", _path(model), query=query)
    if session.as_json:
        session.screen.json({"removed": [model]})
    session.screen.text(f"{model} has no settings of its own any more")


@settings.command("explain")
@click.argument("mac", type=MAC)
@pass_session
def explain(session: Session, /, mac: Mac) -> None:
    """Tell for each setting of a phone which layer gave it, and what it overrode."""
    answer = session.client.get(path_of_device(mac, "settings"), explain=True)
    if session.as_json:
        session.screen.json(answer)
        return
    rows = [
        {
            "setting": each["setting"],
            "value": each["value"],
            "layer": _layer(each),
            "overrode": "; ".join(_overridden(other) for other in each["overrode"]) or None,
        }
        for each in answer["explained"]
    ]
    session.screen.rows(rows, _COLUMNS, empty="Nothing is set for it.")


def _layer(told: Mapping[str, Any]) -> str:
    return " ".join(filter(None, (told["layer"], told.get("of"))))


def _overridden(told: Mapping[str, Any]) -> str:
    return f"{_layer(told)}: {json.dumps(told['value'], ensure_ascii=False)}"


def _path(model: str | None) -> str:
    if model is None:
        return _SERVER
    vendor, mark, name = model.partition("/")
    if not (mark and vendor and name):
        raise UsageError(f'"{model}" is not VENDOR/MODEL, such as yealink/t46s')
    return f"/api/models/{segment(vendor)}/{segment(name)}/settings"
