"""What does API Gateway do with a request before and after the function?"""

import json
import uuid
from dataclasses import dataclass
from typing import Protocol
from urllib.parse import urlsplit

from tests.lambda_runtime.event import Event, Origin, build_event
from tests.lambda_runtime.message import Request, Response
from tests.lambda_runtime.reply import MalformedReplyError, read_reply
from tests.lambda_runtime.routing import find_resource
from tests.lambda_runtime.template import Template

# What Lambda takes and gives at most; API Gateway itself would take 10 MB.
PAYLOAD_LIMIT = 6 * 1024 * 1024
EXECUTE_API_DOMAIN = "abcde12345.execute-api.eu-west-1.amazonaws.com"


class FunctionError(Exception):
    """The function failed, timed out, or could not start; the text is what Lambda reports."""


class Invocable(Protocol):
    """What the gateway needs of a function."""

    def invoke(self, payload: bytes) -> bytes:
        """The function's reply to an event; raises FunctionError."""


@dataclass(frozen=True, kw_only=True)
class Gateway:
    """A REST API in front of a function.

    Without `custom_domain` the address is execute-api's and each path begins with the stage.
    Reports differ on whether path parameters arrive decoded, so a test can choose.
    """

    function: Invocable
    template: Template
    custom_domain: str | None = None
    decodes_path_parameters: bool = True

    @property
    def prefix(self) -> str:
        """What stands before each path."""
        return "" if self.custom_domain else "/" + self.template.stage

    def handle(self, request: Request) -> Response:
        """Answer one request."""
        path = urlsplit(request.target).path
        if not (path + "/").startswith(self.prefix + "/"):
            return _refuse(403, "Forbidden", "ForbiddenException")
        match = find_resource(
            self.template.methods_by_resource, path.removeprefix(self.prefix) or "/"
        )
        if match is None or request.method not in self.template.methods_by_resource[match.resource]:
            return _refuse(
                403, "Missing Authentication Token", "MissingAuthenticationTokenException"
            )
        event = build_event(request, match, self._origin())
        payload = json.dumps(event).encode()
        if len(payload) > PAYLOAD_LIMIT:
            return _refuse(413, "Request Too Long", "RequestTooLargeException")
        return self._ask_function(payload, request, event)

    def _origin(self) -> Origin:
        return Origin(
            domain=self.custom_domain or EXECUTE_API_DOMAIN,
            stage=self.template.stage,
            prefix=self.prefix,
            binary_types=self.template.binary_types,
            decodes_path_parameters=self.decodes_path_parameters,
        )

    def _ask_function(self, payload: bytes, request: Request, event: Event) -> Response:
        try:
            reply = self.function.invoke(payload)
            response = read_reply(reply, request, self.template.binary_types)
        except (FunctionError, MalformedReplyError):
            return _refuse(502, "Internal server error", "InternalServerErrorException")
        request_id = ("x-amzn-RequestId", event["requestContext"]["requestId"])
        return Response(
            status=response.status, headers=(*response.headers, request_id), body=response.body
        )


def _refuse(status: int, message: str, kind: str) -> Response:
    """An answer of the gateway's own; the function was not asked or gave nothing usable."""
    return Response(
        status=status,
        headers=(
            ("Content-Type", "application/json"),
            ("x-amzn-ErrorType", kind),
            ("x-amzn-RequestId", str(uuid.uuid4())),
        ),
        body=json.dumps({"message": message}).encode(),
    )
