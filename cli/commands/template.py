"""`offhook template`: is a template good?"""

from __future__ import annotations

from pathlib import Path

import click

from cli.lint import find_templates, lint
from cli.outcome import Exit
from cli.session import Group, Session, pass_session


@click.group(cls=Group)
def template() -> None:
    """Templates of your own; no server is asked."""


@template.command("lint")
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--strict", is_flag=True, help="A warning fails, too.")
@pass_session
def lint_templates(session: Session, /, paths: tuple[Path, ...], strict: bool) -> None:  # noqa: FBT001 - an option
    """Find what is wrong with templates named vendor_model.template, or in folders of them."""
    files = find_templates(paths)
    remarks = [remark for file in files for remark in lint(file)]
    errors = [remark for remark in remarks if strict or remark.level == "error"]
    if session.as_json:
        session.screen.json(
            {
                "files": [str(file) for file in files],
                "remarks": [remark.describe() for remark in remarks],
                "good": not errors,
            }
        )
    for remark in remarks:
        session.screen.text(str(remark), style="red" if remark in errors else "yellow")
    warnings = len(remarks) - len(errors)
    session.screen.note(f"{len(files)} looked at: {len(errors)} errors, {warnings} warnings")
    if errors:
        click.get_current_context().exit(Exit.FAILED)
