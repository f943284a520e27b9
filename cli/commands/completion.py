"""`offhook completion`: how does a shell complete our words?"""

from __future__ import annotations

import click
from click.shell_completion import get_completion_class

from cli.session import Command, Session, pass_session


@click.command(cls=Command)
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
@pass_session
def completion(session: Session, /, shell: str) -> None:
    """Print what a shell reads to complete our words.

    For example: eval "$(offhook completion bash)"
    """
    root = click.get_current_context().find_root().command
    found = get_completion_class(shell)
    assert found is not None  # noqa: S101 - click has these three
    source = found(root, {}, "offhook", "_OFFHOOK_COMPLETE").source()
    if session.as_json:
        session.screen.json({"shell": shell, "source": source})
    else:
        session.screen.line(source)
