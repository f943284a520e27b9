"""`offhook sites`: the places and customers whose phones share settings and a key."""

from __future__ import annotations

from typing import Any

import click

from cli.client import segment
from cli.commands.adding import add_record
from cli.commands.asking import confirm, read_secret
from cli.commands.choosing import refuse_nothing, settings_options, split, unset_option
from cli.outcome import UsageError
from cli.screen import Column
from cli.session import F, Group, Session, pass_session

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
        settings_options(below="the server or model says"),
        click.option("--password-stdin", is_flag=True, help="Read its password from stdin."),
        click.option("--basic-user", metavar="NAME", help="For the policy basic."),
        click.option("--network", multiple=True, metavar="CIDR", help="For the policy networks."),
        click.option(
            "--policy",
            multiple=True,
            type=click.Choice(["open", "window", "token", "basic", "certificate", "networks"]),
            help="What phones must show; may be given several times.",
        ),
        click.option("--label", help="The name for people."),
    ):
        command = option(command)
    return command


@sites.command("add")
@click.argument("name")
@_choices
@pass_session
def add_site(session: Session, /, name: str, **chosen: Any) -> None:  # noqa: ANN401 - options
    """Make a site."""
    choice, named = split(chosen)
    body = {**choice.body(_named(**named)), "name": name}
    answer = add_record(session, PATH, body, is_known=f"site {name}")
    session.screen.record(answer["site"])


@sites.command("set")
@click.argument("name")
@_choices
@unset_option
@pass_session
def set_site(session: Session, /, name: str, **chosen: Any) -> None:  # noqa: ANN401 - options
    """Change what is given of a site, and nothing else; phones have it within a minute."""
    choice, named = split(chosen)
    body = choice.body(_named(**named))
    refuse_nothing(body, "sites set")
    session.screen.record(choice.patch(session, path_of(name), body)["site"])


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


def _named(
    *,
    label: str | None,
    policy: tuple[str, ...],
    network: tuple[str, ...],
    basic_user: str | None,
    password_stdin: bool,
) -> dict[str, Any]:
    """What is chosen beside settings, by field; None for what is not."""
    access = _access(policy, network, basic_user, password_stdin=password_stdin)
    return {"label": label, "access": access or None}


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
