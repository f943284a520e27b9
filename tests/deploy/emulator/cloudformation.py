"""What does the emulated CloudFormation take that moto's own passes over?

SAM, the outputs of a change set, policies that are objects, a table's expiry and backups, and new
indexes of a table: one in an update, as AWS has it.
"""

from __future__ import annotations

import json
from typing import Any

from moto.cloudformation.exceptions import ValidationError
from moto.cloudformation.models import ChangeSet, CloudFormationBackend
from moto.cloudformation.parsing import OutputMap
from moto.dynamodb.models import dynamodb_backends
from moto.dynamodb.models.table import Table
from moto.iam.models import Role
from moto.kms.models import Key, KmsBackend

from tests.deploy.expansion import expand

Json = dict[str, Any]


def extend_cloudformation() -> None:
    """Let moto's CloudFormation take them from now on."""
    _take_sam()
    _follow_change_sets()
    _take_policies_that_are_objects()
    _guard_tables()


def _take_sam() -> None:
    create = CloudFormationBackend.create_change_set

    def create_expanded(
        self: CloudFormationBackend, *, template: str, parameters: dict[str, str], **more: Any
    ) -> tuple[str, str]:
        expanded = json.dumps(expand(json.loads(template), parameters), sort_keys=True)
        return create(self, template=expanded, parameters=parameters, **more)

    CloudFormationBackend.create_change_set = create_expanded


def _follow_change_sets() -> None:
    """Let a change set change the outputs, and forget what it removed so that it can come back."""
    apply = ChangeSet.apply

    def apply_all(self: ChangeSet) -> None:
        resources = self.stack.resource_map
        before = set(resources.resources)
        apply(self)
        for name in before - set(self.template_dict["Resources"]):
            resources._parsed_resources.pop(name, None)
        self.stack.output_map = OutputMap(resources, self.template_dict, self.stack.stack_id)

    ChangeSet.apply = apply_all


def _take_policies_that_are_objects() -> None:
    put_policy, create_key = Role.put_policy, KmsBackend.create_key

    def put_text(self: Role, policy_name: str, policy_json: str | Json) -> None:
        put_policy(self, policy_name, _as_text(policy_json))

    def create_with_text(self: KmsBackend, policy: str | Json, *rest: Any, **more: Any) -> Key:
        return create_key(self, _as_text(policy), *rest, **more)

    Role.put_policy = put_text
    KmsBackend.create_key = create_with_text


def _as_text(policy: str | Json) -> str:
    return policy if isinstance(policy, str) else json.dumps(policy)


def _guard_tables() -> None:
    create = Table.create_from_cloudformation_json

    def create_guarded(
        resource_name: str,
        cloudformation_json: Json,
        account_id: str,
        region_name: str,
        **more: Any,
    ) -> Table:
        table: Table = create(resource_name, cloudformation_json, account_id, region_name, **more)
        properties = cloudformation_json["Properties"]
        backend = dynamodb_backends[account_id][region_name]
        backend.update_time_to_live(table.name, properties["TimeToLiveSpecification"])
        backend.update_continuous_backups(
            table.name, properties["PointInTimeRecoverySpecification"]
        )
        return table

    Table.create_from_cloudformation_json = create_guarded
    Table.update_from_cloudformation_json = _update_table


def _update_table(
    original_resource: Table,
    new_resource_name: str,
    cloudformation_json: Json,
    account_id: str,
    region_name: str,
) -> Table:
    properties = cloudformation_json["Properties"]
    wanted = {index["IndexName"]: index for index in properties["GlobalSecondaryIndexes"]}
    there = {index.name for index in original_resource.global_indexes}
    changes = [
        *({"Create": index} for name, index in wanted.items() if name not in there),
        *({"Delete": {"IndexName": name}} for name in there if name not in wanted),
    ]
    if len(changes) > 1:
        raise ValidationError(
            message="Cannot perform more than one GSI creation or deletion in a single update"
        )
    original_resource.attr = properties["AttributeDefinitions"]
    backend = dynamodb_backends[account_id][region_name]
    backend.update_table_global_indexes(original_resource, changes)
    return original_resource
