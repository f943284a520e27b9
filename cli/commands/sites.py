"""`offhook sites`: the places and customers whose phones share settings and a key."""

from __future__ import annotations

from typing import Any

import click

from cli.client import segment
from cli.commands.adding import add_record
from cli.commands.asking import confirm, downgrade_option, read_secret
from cli.outcome import UsageError
from cli.screen import Column
from cli.session import F, Group, Session, pass_session
from cli.setting import NULLS, lay_settings, read_json_file

PATH = "/api/sites"
_COLUMNS = (
    Column(name="name", heading="Name", style="cyan"),
    Column(name="label", heading="Label"),
    Column(name="policy", heading="Policy"),
    Column(name="updated_at", heading="Changed"),
)


@click.group(cls=Group)
def sites() -> None:
    """Sites: list, show, add, set, remove, and their keys."""


@sites.command("list")
@click.option("--limit", type=click.IntRange(1), help="At most so many.")
@pass_session
def list_sites(session: Session, /, limit: int | None) -> None:
    """List sites."""
    rows = list(session.client.rows(PATH, at_most=limit))
    if not session.as_json:
        rows = [{**row, "policy": (row.get("access") or {}).get("policy")} for row in rows]
    session.screen.rows(rows, _COLUMNS, empty="There are no sites but the default one.")


@sites.command("show")
@click.argument("name")
@pass_session
def show_site(session: Session, /, name: str) -> None:
    """Show a site; who may reveal sees its key, too."""
    session.screen.record(session.client.get(path_of(name)))


def _choices(command: F) -> F:
    for option in (
        click.option("--from", "file", metavar="FILE", help="All of it as JSON; - reads stdin."),
        click.option("--label", help="The name for people."),
        click.option(
            "--policy",
            multiple=True,
            type=click.Choice(["open", "window", "token", "basic", "certificate", "networks"]),
            help="What phones must show; may be given several times.",
        ),
        click.option("--network", multiple=True, metavar="CIDR", help="For the policy networks."),
        click.option("--basic-user", metavar="NAME", help="For the policy basic."),
        click.option("--password-stdin", is_flag=True, help="Read its password from stdin."),
        downgrade_option,
        click.option("--set", "given", metavar="PATH=VALUE", multiple=True, help="A setting."),
        click.option(
            "--null",
            "nulls",
            metavar="PATH",
            multiple=True,
            help="Unset what the server or model says of a setting.",
        ),
    ):
        command = option(command)
    return command


@sites.command("add")
@click.argument("name")
@_choices
@pass_session
def add_site(session: Session, /, name: str, **chosen: Any) -> None:  # noqa: ANN401 - options
    """Make a site."""
    body = {**_body(**chosen), "name": name}
    answer = add_record(session, PATH, body, is_known=f"site {name}")
    session.screen.record(answer["site"])


@sites.command("set")
@click.argument("name")
@_choices
@click.option("--unset", metavar="PATH", multiple=True, help="Take its own word on a setting back.")
@pass_session
def set_site(
    session: Session,
    /,
    name: str,
    unset: tuple[str, ...],
    **chosen: Any,  # noqa: ANN401 - options
) -> None:
    """Change what is given of a site, and nothing else; phones have it within a minute."""
    body = _body(unset=unset, **chosen)
    if not body:
        raise UsageError("nothing is to be changed; `offhook sites set --help` lists what can be")
    query = NULLS if chosen["nulls"] else None
    answer = session.client.ask("PATCH", path_of(name), body, query=query, again=True).body
    session.screen.record(answer["site"])


@sites.command("key")
@click.argument("name")
@click.option("--yes", "-y", is_flag=True, help="Do not ask.")
@pass_session
def replace_key(session: Session, /, name: str, yes: bool) -> None:  # noqa: FBT001 - an option
    """Replace the key of a site; the one before ends at once."""
    confirm(f"Replace the key of {name}? DHCP must tell the new one.", yes=yes)
    answer = session.client.ask("POST", path_of(name, "key"), {}).body
    session.screen.record(answer["site"])


@sites.command("remove")
@click.argument("name")
@click.option("--yes", "-y", is_flag=True, help="Do not ask.")
@pass_session
def remove_site(session: Session, /, name: str, yes: bool) -> None:  # noqa: FBT001 - an option
    """Delete a site that nothing belongs to any more."""
    confirm(f"Delete the site {name}?", yes=yes)
    session.client.ask("DELETE", path_of(name))
    if session.as_json:
        session.screen.json({"removed": [name]})
    session.screen.text(f"{name} is deleted")


def path_of(name: str, *more: str) -> str:
    """The path of a site, or of something of it."""
    return "/".join((PATH, segment(name), *more))


def _body(
    *,
    file: str | None,
    label: str | None,
    policy: tuple[str, ...],
    network: tuple[str, ...],
    basic_user: str | None,
    password_stdin: bool,
    given: tuple[str, ...],
    nulls: tuple[str, ...],
    allow_downgrade: bool,
    unset: tuple[str, ...] = (),
) -> dict[str, Any]:
    body = read_json_file(file) if file else {}
    if not isinstance(body, dict):
        raise UsageError(f"{file} does not hold a JSON object")
    if label is not None:
        body["label"] = label
    access = _access(policy, network, basic_user, password_stdin=password_stdin)
    if access:
        body["access"] = access
    lay_settings(body, given, unset, nulls)
    return {**body, "allow_downgrade": True} if allow_downgrade else body


def _access(
    policy: tuple[str, ...],
    network: tuple[str, ...],
    basic_user: str | None,
    *,
    password_stdin: bool,
) -> dict[str, Any]:
    access: dict[str, Any] = {}
    if policy:
        access["policy"] = list(policy)
    if network:
        access["networks"] = list(network)
    if basic_user:
        password = read_secret("Password", from_stdin=password_stdin)
        access["basic"] = {"user": basic_user, "password": password}
    if access and not policy:
        raise UsageError("--network and --basic-user go with --policy")
    return access
