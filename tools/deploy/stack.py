"""How is a CloudFormation stack made, changed and removed?"""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import ClientError, WaiterError

from tools.deploy.account import Account
from tools.deploy.template import Template

_POLL = {"Delay": 5, "MaxAttempts": 720}
_ABSENT = {None, "REVIEW_IN_PROGRESS"}
_DEAD = {"ROLLBACK_COMPLETE", "ROLLBACK_FAILED", "DELETE_FAILED", "UPDATE_ROLLBACK_FAILED"}
_NOTHING_TO_DO = ("didn't contain changes", "No updates are to be performed")
_MAY = ["CAPABILITY_IAM", "CAPABILITY_AUTO_EXPAND"]


@dataclass(frozen=True, kw_only=True)
class Stack:
    """A stack that may not exist yet."""

    name: str
    account: Account

    @property
    def exists(self) -> bool:
        return self._status() not in _ABSENT

    @property
    def outputs(self) -> dict[str, str]:
        found = self._describe() or {}
        return {
            output["OutputKey"]: output.get("OutputValue", "")
            for output in found.get("Outputs", [])
        }

    @property
    def template(self) -> Template:
        """What it was made or changed from last; ours is JSON, which boto3 has parsed."""
        found: Template = self._client.get_template(StackName=self.name, TemplateStage="Original")[
            "TemplateBody"
        ]
        return found

    @property
    def resources(self) -> dict[str, str]:
        """The logical names of what stands, and the names that AWS has for it."""
        pages = self._client.get_paginator("list_stack_resources").paginate(StackName=self.name)
        return {
            resource["LogicalResourceId"]: resource["PhysicalResourceId"]
            for page in pages
            for resource in page["StackResourceSummaries"]
            if resource.get("PhysicalResourceId")
        }

    def refuse_unless_ready(self) -> None:
        """Stop when the stack cannot be changed now."""
        status = self._status()
        if status in _DEAD:
            raise SystemExit(
                f"offhook: stack {self.name} is in state {status}: an earlier change failed and "
                "could not be undone. docs/operations.md says how to mend it."
            )
        if status not in _ABSENT and status is not None and status.endswith("_IN_PROGRESS"):
            raise SystemExit(
                f"offhook: stack {self.name} is being changed ({status}); wait until that is done."
            )

    def change(self, template_url: str, parameters: Mapping[str, str]) -> bool:
        """Bring the stack to the template; returns whether there was anything to do."""
        status = self._status()
        kind = "CREATE" if status in _ABSENT else "UPDATE"
        change_set: str = self._client.create_change_set(
            StackName=self.name,
            ChangeSetName=f"offhook-{int(time.time())}",
            ChangeSetType=kind,
            TemplateURL=template_url,
            Parameters=[
                {"ParameterKey": name, "ParameterValue": value}
                for name, value in parameters.items()
            ],
            Capabilities=_MAY,
            Tags=[{"Key": "offhook", "Value": self.name}],
        )["Id"]
        if not self._is_worth_doing(change_set):
            return False
        self._client.execute_change_set(ChangeSetName=change_set, StackName=self.name)
        self._wait("stack_create_complete" if kind == "CREATE" else "stack_update_complete")
        return True

    def delete(self) -> None:
        """Remove the stack; what its template retains stays."""
        self._client.delete_stack(StackName=self.name)
        self._wait("stack_delete_complete")

    @property
    def _client(self) -> Any:  # noqa: ANN401 - see Account.client
        return self.account.client("cloudformation")

    def _status(self) -> str | None:
        found = self._describe()
        return None if found is None else found["StackStatus"]

    def _describe(self) -> dict[str, Any] | None:
        try:
            stacks: list[dict[str, Any]] = self._client.describe_stacks(StackName=self.name)[
                "Stacks"
            ]
        except ClientError as error:
            if error.response["Error"]["Code"] == "ValidationError":
                return None
            raise
        return stacks[0]

    def _is_worth_doing(self, change_set: str) -> bool:
        place = {"ChangeSetName": change_set, "StackName": self.name}
        try:
            self._client.get_waiter("change_set_create_complete").wait(
                **place, WaiterConfig={"Delay": 3, "MaxAttempts": 200}
            )
        except WaiterError:
            found = self._client.describe_change_set(**place)
            reason = found.get("StatusReason", found["Status"])
            self._client.delete_change_set(**place)
            if any(text in reason for text in _NOTHING_TO_DO):
                return False
            raise SystemExit(f"offhook: CloudFormation refuses the template: {reason}") from None
        return True

    def _wait(self, event: str) -> None:
        began = time.time()
        try:
            self._client.get_waiter(event).wait(StackName=self.name, WaiterConfig=_POLL)
        except WaiterError:
            raise SystemExit(
                f"offhook: stack {self.name} could not be changed, and is as it was before:\n"
                + "\n".join(f"  {line}" for line in self._failures(since=began))
            ) from None

    def _failures(self, *, since: float) -> list[str]:
        events = self._client.describe_stack_events(StackName=self.name)["StackEvents"]
        return [
            f"{event['LogicalResourceId']}: {event.get('ResourceStatusReason', 'no reason given')}"
            for event in reversed(events)
            if event["ResourceStatus"].endswith("_FAILED")
            and event["Timestamp"].timestamp() >= since - 60
        ]
