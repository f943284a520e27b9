"""What does the emulated API Gateway take that moto's own refuses?

Swagger 2.0, and from CloudFormation the body of an API and the settings of its stage.
"""

from __future__ import annotations

from typing import Any

from moto.apigateway.models import (
    APIGatewayBackend,
    Deployment,
    RestAPI,
    Stage,
    apigateway_backends,
)
from moto.core.common_models import CloudFormationModel

Json = dict[str, Any]


def extend_gateway() -> None:
    """Let moto's API Gateway take them from now on."""
    _take_swagger()
    _take_bodies()


def _take_swagger() -> None:
    put, import_ = APIGatewayBackend.put_rest_api, APIGatewayBackend.import_rest_api

    def put_any(
        self: APIGatewayBackend,
        function_id: str,
        api_doc: Json,
        fail_on_warnings: bool,
        mode: str = "merge",
    ) -> RestAPI:
        document = _as_openapi(api_doc)
        api = put(self, function_id, document, fail_on_warnings=False, mode=mode)
        for kind, answer in api_doc.get("x-amazon-apigateway-gateway-responses", {}).items():
            api.put_gateway_response(
                kind,
                answer["statusCode"],
                answer["responseParameters"],
                answer["responseTemplates"],
            )
        return api

    def import_any(self: APIGatewayBackend, api_doc: Json, fail_on_warnings: bool) -> RestAPI:
        # It calls put_rest_api.
        return import_(self, _as_openapi(api_doc), fail_on_warnings=False)

    APIGatewayBackend.put_rest_api = put_any
    APIGatewayBackend.import_rest_api = import_any


def _as_openapi(document: Json) -> Json:
    rest = {name: value for name, value in document.items() if name != "swagger"}
    return {**rest, "openapi": "3.0.1", "info": {"description": "", **document["info"]}}


def _take_bodies() -> None:
    def create(
        cls: type[RestAPI],
        resource_name: str,
        cloudformation_json: Json,
        account_id: str,
        region_name: str,
        **_: Any,
    ) -> RestAPI:
        backend = apigateway_backends[account_id][region_name]
        return backend.import_rest_api(cloudformation_json["Properties"]["Body"], False)

    def update(
        cls: type[RestAPI],
        original_resource: RestAPI,
        new_resource_name: str,
        cloudformation_json: Json,
        account_id: str,
        region_name: str,
    ) -> RestAPI:
        backend = apigateway_backends[account_id][region_name]
        body = cloudformation_json["Properties"]["Body"]
        return backend.put_rest_api(original_resource.id, body, False, "overwrite")

    RestAPI.create_from_cloudformation_json = classmethod(create)
    RestAPI.update_from_cloudformation_json = classmethod(update)


class DeclaredStage(CloudFormationModel):
    """AWS::ApiGateway::Stage."""

    def __init__(self, api: str, stage: Stage) -> None:
        self._api = api
        self._stage = stage

    @property
    def physical_resource_id(self) -> str:
        return str(self._stage.name)

    @staticmethod
    def cloudformation_name_type() -> str:
        return "StageName"

    @staticmethod
    def cloudformation_type() -> str:
        return "AWS::ApiGateway::Stage"

    @classmethod
    def create_from_cloudformation_json(
        cls,
        resource_name: str,
        cloudformation_json: Json,
        account_id: str,
        region_name: str,
        **_: Any,
    ) -> DeclaredStage:
        properties = cloudformation_json["Properties"]
        stage = apigateway_backends[account_id][region_name].create_stage(
            properties["RestApiId"], properties["StageName"], _id(properties["DeploymentId"])
        )
        stage.method_settings = _method_settings(properties["MethodSettings"])
        return cls(properties["RestApiId"], stage)

    @classmethod
    def update_from_cloudformation_json(
        cls,
        original_resource: DeclaredStage,
        new_resource_name: str,
        cloudformation_json: Json,
        account_id: str,
        region_name: str,
    ) -> DeclaredStage:
        properties = cloudformation_json["Properties"]
        original_resource._stage.deployment_id = _id(properties["DeploymentId"])
        original_resource._stage.method_settings = _method_settings(properties["MethodSettings"])
        return original_resource

    def delete(self, account_id: str, region_name: str) -> None:
        backend = apigateway_backends[account_id][region_name]
        if self._api in backend.apis:
            backend.delete_stage(self._api, str(self._stage.name))


def _id(deployment: Deployment | str) -> str:
    """A deployment's Ref is the deployment itself in moto."""
    return str(getattr(deployment, "id", deployment))


def _method_settings(declared: list[Json]) -> dict[str, Json]:
    """As GetStage shows them: `*/*` for all, else the path and the method."""
    return {
        f"{setting['ResourcePath'].removeprefix('/')}/{setting['HttpMethod']}": {
            "throttlingRateLimit": float(setting["ThrottlingRateLimit"]),
            "throttlingBurstLimit": int(setting["ThrottlingBurstLimit"]),
        }
        for setting in declared
    }
