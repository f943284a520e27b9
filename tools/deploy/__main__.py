"""What do `make deploy`, `make table` and `make destroy` do?

Everything that can be found wrong is found before anything is created.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path

from botocore.exceptions import BotoCoreError, ClientError

from tools.deploy.account import Account, find_account
from tools.deploy.build import build, refuse_broken_app, write_template
from tools.deploy.index import add_indexes
from tools.deploy.limit import find_tight_limits
from tools.deploy.option import Options, read_options
from tools.deploy.permission import refuse_without_permission
from tools.deploy.removal import delete_with_data, refuse_unless_confirmed
from tools.deploy.report import describe
from tools.deploy.stack import Stack
from tools.deploy.stage import refuse_unknown_stage
from tools.deploy.template import Template, finish, keep_data_only, read_resources
from tools.deploy.upload import upload, web_address

PROJECT = Path(__file__).resolve().parents[2]


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tools.deploy", description=__doc__)
    parser.add_argument("command", choices=("deploy", "table", "destroy"))
    parser.add_argument("stage")
    parser.add_argument("--data", choices=("keep", "delete"), default="keep")
    arguments = parser.parse_args()
    stage: str = arguments.stage
    try:
        if arguments.command == "deploy":
            deploy(stage)
        elif arguments.command == "table":
            make_data(stage)
        else:
            destroy(stage, with_data=arguments.data == "delete")
    except ClientError as error:
        failed = error.response["Error"]
        raise SystemExit(
            f"offhook: AWS refuses {error.operation_name}: {failed['Code']}: {failed['Message']}"
        ) from None
    except BotoCoreError as error:
        raise SystemExit(f"offhook: AWS cannot be asked: {error}") from None


def deploy(stage: str) -> None:
    """Create or update everything of the stage."""
    refuse_unknown_stage(stage, PROJECT)
    resources = read_resources(PROJECT)
    options = read_options(PROJECT, stage, resources["Parameters"])
    account = find_account(os.environ, options)
    refuse_broken_app(PROJECT, stage=stage, region=account.region)
    stack = _ready_stack(stage, account, options.parameters)
    for sentence in find_tight_limits(account):
        _say(f"note: {sentence}.")
    with tempfile.TemporaryDirectory(prefix="offhook-") as folder:
        built = build(PROJECT, Path(folder), stage=stage, region=account.region)
        _say(f"packed {built.zip.stat().st_size / 1e6:.1f} MB for stage {stage}")
        if stack.exists:
            _add_indexes(stack, resources, options, Path(folder))
        else:
            # On its own first: a failure further on must not take a new table with it, nor leave
            # one behind that no stack knows.
            _change(stack, keep_data_only(resources), options, Path(folder))
        template = finish(dict(built.template), code_uri=upload(account, stack.name, built.zip))
        changed = _change(stack, template, options, Path(folder))
    _say("deployed" if changed else "nothing has changed")
    print(describe(stack.outputs, stage=stage))


def make_data(stage: str) -> None:
    """Create or update only what holds data: enough for a plain `chalice deploy`."""
    refuse_unknown_stage(stage, PROJECT)
    resources = read_resources(PROJECT)
    options = read_options(PROJECT, stage, resources["Parameters"])
    account = find_account(os.environ, options)
    stack = _ready_stack(stage, account, options.parameters)
    if "APIHandler" in (stack.resources if stack.exists else ()):
        _say(f"stage {stage} is deployed, and its table with it")
        return
    with tempfile.TemporaryDirectory(prefix="offhook-") as folder:
        if stack.exists:
            _add_indexes(stack, resources, options, Path(folder))
        changed = _change(stack, keep_data_only(resources), options, Path(folder))
    _say(f"table {stack.outputs['TableName']} {'stands' if changed else 'stood already'}")


def destroy(stage: str, *, with_data: bool) -> None:
    """Remove the stage after asking; its data stays unless told."""
    refuse_unknown_stage(stage, PROJECT)
    resources = read_resources(PROJECT)
    options = read_options(PROJECT, stage, resources["Parameters"])
    account = find_account(os.environ, options)
    stack = Stack(name=f"offhook-{stage}", account=account)
    if not stack.exists:
        raise SystemExit(
            f"offhook: account {account.number} has no stage {stage} in {account.region}."
        )
    stack.refuse_unless_ready()
    _say(f"stage {stage} in account {account.number}, region {account.region}")
    refuse_unless_confirmed(stage, with_data=with_data, ask=input)
    if with_data:
        delete_with_data(stack)
        _say("removed, with its data; the key can be saved for 30 days (docs/operations.md)")
        return
    with tempfile.TemporaryDirectory(prefix="offhook-") as folder:
        _change(stack, keep_data_only(stack.template), options, Path(folder))
    _say(f"removed; table {stack.outputs['TableName']} stays, and `make deploy` takes it up again")


def _ready_stack(stage: str, account: Account, parameters: Mapping[str, str]) -> Stack:
    stack = Stack(name=f"offhook-{stage}", account=account)
    warning = refuse_without_permission(account, stack=stack.name, parameters=parameters)
    if warning:
        _say(f"note: {warning}.")
    stack.refuse_unless_ready()
    _refuse_foreign_table(stack)
    return stack


def _refuse_foreign_table(stack: Stack) -> None:
    """Stop when a table of our name stands outside the stack: making it would fail half-way."""
    if stack.exists and "Table" in stack.resources:
        return
    dynamodb = stack.account.client("dynamodb")
    try:
        dynamodb.describe_table(TableName=stack.name)
    except dynamodb.exceptions.ResourceNotFoundException:
        return
    raise SystemExit(
        f"offhook: there is a table {stack.name} that stack {stack.name} did not make. "
        "docs/operations.md says how to take it in, or how to bring its content over."
    )


def _add_indexes(stack: Stack, resources: Template, options: Options, folder: Path) -> None:
    for name, template in add_indexes(stack.template, resources):
        _say(f"adds index {name} to the table; with many records this takes a while")
        _change(stack, template, options, folder)


def _change(stack: Stack, template: Template, options: Options, folder: Path) -> bool:
    file = write_template(template, folder / "template.json")
    url = web_address(stack.account, upload(stack.account, stack.name, file))
    # CloudFormation refuses one that the template does not have.
    parameters = {
        name: value for name, value in options.parameters.items() if name in template["Parameters"]
    }
    return stack.change(url, parameters)


def _say(text: str) -> None:
    print(f"offhook: {text}", file=sys.stderr)


if __name__ == "__main__":
    main()
