"""`offhook webhooks`: who is told when something happens?"""

from __future__ import annotations

from typing import Any

import click

from cli.client import segment
from cli.commands.asking import confirm
from cli.outcome import Exit, UsageError
from cli.screen import Column
from cli.session import Group, Session, pass_session

PATH = "/api/webhooks"
_COLUMNS = (
    Column(name="id", heading="Id", style="cyan"),
    Column(name="url", heading="Address"),
    Column(name="events", heading="Events"),
    Column(name="site", heading="Site"),
    Column(name="active", heading="Active"),
)


@click.group(cls=Group)
def webhooks() -> None:
    """Webhooks: list, show, add, set, test, remove."""


@webhooks.command("list")
@click.option("--limit", type=click.IntRange(1), help="At most so many.")
@pass_session
def list_webhooks(session: Session, /, limit: int | None) -> None:
    """List webhooks."""
    rows = session.client.rows(PATH, at_most=limit)
    session.screen.rows(rows, _COLUMNS, empty="There are no webhooks.")


@webhooks.command("show")
@click.argument("webhook_id", metavar="ID")
@pass_session
def show_webhook(session: Session, /, webhook_id: str) -> None:
    """Show one webhook."""
    session.screen.record(session.client.get(f"{PATH}/{segment(webhook_id)}"))


@webhooks.command("add")
@click.argument("address", metavar="URL")
@click.option("--event", "events", multiple=True, help="What to tell; all when absent.")
@click.option("--site", help="The only site to tell of.")
@pass_session
def add_webhook(
    session: Session, /, address: str, events: tuple[str, ...], site: str | None
) -> None:
    """Have an address told; the secret that signs is printed once."""
    body: dict[str, Any] = {"url": address}
    body |= {"events": list(events)} if events else {}
    body |= {"site": site} if site else {}
    _show(session, session.client.ask("POST", PATH, body).body)


@webhooks.command("set")
@click.argument("webhook_id", metavar="ID")
@click.option("--address", metavar="URL", help="Another address.")
@click.option("--event", "events", multiple=True, help="What to tell.")
@click.option("--active/--inactive", default=None, help="Whether it is told anything.")
@click.option("--new-secret", is_flag=True, help="Sign by another secret, which is printed once.")
@pass_session
def set_webhook(
    session: Session,
    /,
    webhook_id: str,
    address: str | None,
    events: tuple[str, ...],
    active: bool | None,  # noqa: FBT001 - an option
    new_secret: bool,  # noqa: FBT001 - an option
) -> None:
    """Change what is given of a webhook."""
    body: dict[str, Any] = {"url": address} if address else {}
    body |= {"events": list(events)} if events else {}
    body |= {} if active is None else {"active": active}
    body |= {"new_secret": True} if new_secret else {}
    if not body:
        raise UsageError(
            "nothing is to be changed; `offhook webhooks set --help` lists what can be"
        )
    path = f"{PATH}/{segment(webhook_id)}"
    _show(session, session.client.ask("PATCH", path, body, again=True).body)


@webhooks.command("test")
@click.argument("webhook_id", metavar="ID")
@pass_session
def test_webhook(session: Session, /, webhook_id: str) -> None:
    """Send it something, and tell how it was answered."""
    answer = session.client.ask("POST", f"{PATH}/{segment(webhook_id)}/test", {}).body
    delivery = answer.get("delivery", answer)
    session.screen.record(delivery)
    if not delivery.get("delivered"):
        click.get_current_context().exit(Exit.FAILED)


@webhooks.command("remove")
@click.argument("webhook_id", metavar="ID")
@click.option("--yes", "-y", is_flag=True, help="Do not ask.")
@pass_session
def remove_webhook(session: Session, /, webhook_id: str, yes: bool) -> None:  # noqa: FBT001 - an option
    """Delete a webhook."""
    confirm(f"Delete the webhook {webhook_id}?", yes=yes)
    session.client.ask("DELETE", f"{PATH}/{segment(webhook_id)}")
    if session.as_json:
        session.screen.json({"removed": [webhook_id]})
    session.screen.text(f"{webhook_id} is deleted")


def _show(session: Session, answer: dict[str, Any]) -> None:
    session.screen.record(answer.get("webhook", answer))
    if "secret" in answer and "webhook" in answer and not session.as_json:
        session.screen.line(f"secret  {answer['secret']}")
    if "secret" in answer:
        session.screen.note("This is the only time that the secret is shown.")
