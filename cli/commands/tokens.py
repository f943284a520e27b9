"""`offhook tokens`: who may use the API?"""

from __future__ import annotations

import click

from cli.client import segment
from cli.commands.asking import confirm
from cli.screen import Column
from cli.session import Group, Session, pass_session

PATH = "/api/tokens"
_COLUMNS = (
    Column(name="id", heading="Id", style="cyan"),
    Column(name="name", heading="Name"),
    Column(name="role", heading="Role"),
    Column(name="reveal", heading="Reveals"),
    Column(name="site", heading="Site"),
    Column(name="expires_at", heading="Expires"),
    Column(name="last_used_at", heading="Last used"),
)


@click.group(cls=Group)
def tokens() -> None:
    """API tokens: list, add, remove. `offhook token` makes the very first one."""


@tokens.command("list")
@click.option("--limit", type=click.IntRange(1), help="At most so many.")
@pass_session
def list_tokens(session: Session, /, limit: int | None) -> None:
    """List tokens, without their texts."""
    rows = session.client.rows(PATH, at_most=limit)
    session.screen.rows(rows, _COLUMNS, empty="There are no tokens.")


@tokens.command("add")
@click.argument("name")
@click.option("--role", type=click.Choice(["viewer", "operator", "admin"]), default="viewer")
@click.option("--reveal", is_flag=True, help="It may see secrets.")
@click.option("--site", help="The only site that it is for.")
@click.option("--days", type=click.IntRange(1, 3650), default=365, show_default=True)
@pass_session
def add_token(
    session: Session,
    /,
    name: str,
    role: str,
    reveal: bool,  # noqa: FBT001 - an option
    site: str | None,
    days: int,
) -> None:
    """Create a token; its text is printed once."""
    body = {"name": name, "role": role, "reveal": reveal, "site": site, "expires_in_days": days}
    answer = session.client.ask("POST", PATH, body).body
    if session.as_json:
        session.screen.json(answer)
        return
    session.screen.line(answer["token"])
    session.screen.note("This is the only time that it is shown.")


@tokens.command("remove")
@click.argument("token_id", metavar="ID")
@click.option("--yes", "-y", is_flag=True, help="Do not ask.")
@pass_session
def remove_token(session: Session, /, token_id: str, yes: bool) -> None:  # noqa: FBT001 - an option
    """End a token at once."""
    confirm(f"End the token {token_id}?", yes=yes)
    session.client.ask("DELETE", f"{PATH}/{segment(token_id)}")
    if session.as_json:
        session.screen.json({"removed": [token_id]})
    session.screen.text(f"{token_id} is ended")
