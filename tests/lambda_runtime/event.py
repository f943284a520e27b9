"""What event does a REST API hand to Lambda for a request (proxy integration, version 1.0)?"""

import base64
import time
import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from tests.lambda_runtime.message import Request
from tests.lambda_runtime.routing import Match

Event = dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class Origin:
    """Through which door of the API a request came."""

    domain: str
    stage: str
    prefix: str
    binary_types: frozenset[str]
    decodes_path_parameters: bool


def build_event(request: Request, match: Match, origin: Origin) -> Event:
    """The event for a request that reached a resource."""
    address = urlsplit(request.target)
    path = address.path.removeprefix(origin.prefix)
    headers = _headers(request, origin)
    query = _grouped(parse_qsl(address.query, keep_blank_values=True))
    is_binary = is_binary_type(request.header("Content-Type"), origin.binary_types)
    return {
        "resource": match.resource,
        "path": path,
        "httpMethod": request.method,
        "headers": _last_of_each(headers),
        "multiValueHeaders": headers,
        "queryStringParameters": _last_of_each(query) or None,
        "multiValueQueryStringParameters": query or None,
        "pathParameters": _path_parameters(match, decoded=origin.decodes_path_parameters) or None,
        "stageVariables": None,
        "requestContext": _context(request, match, origin, address.path),
        "body": _body(request.body, is_binary=is_binary),
        "isBase64Encoded": is_binary and bool(request.body),
    }


def is_binary_type(content_type: str | None, binary_types: frozenset[str]) -> bool:
    """Whether the API treats this media type as binary."""
    media_type = (content_type or "").split(";")[0].strip().lower()
    return "*/*" in binary_types or media_type in binary_types


def _headers(request: Request, origin: Origin) -> dict[str, list[str]]:
    received = [(name, value) for name, value in request.headers if name.lower() != "host"]
    added = [
        ("Host", origin.domain),
        ("X-Forwarded-For", request.source_ip),
        ("X-Forwarded-Port", "443"),
        ("X-Forwarded-Proto", "https"),
    ]
    return _grouped([*received, *added])


def _grouped(pairs: Iterable[tuple[str, str]]) -> dict[str, list[str]]:
    grouped: dict[str, list[str]] = {}
    for name, value in pairs:
        grouped.setdefault(name, []).append(value)
    return grouped


def _last_of_each(values_by_name: Mapping[str, list[str]]) -> dict[str, str]:
    return {name: values[-1] for name, values in values_by_name.items()}


def _path_parameters(match: Match, *, decoded: bool) -> dict[str, str]:
    if not decoded:
        return dict(match.parameters)
    return {name: unquote(value) for name, value in match.parameters.items()}


def _context(request: Request, match: Match, origin: Origin, full_path: str) -> Event:
    now = time.time()
    return {
        "resourceId": "r3s0rc",
        "resourcePath": match.resource,
        "httpMethod": request.method,
        "extendedRequestId": "ZXh0ZW5kZWQ=",
        "requestTime": time.strftime("%d/%b/%Y:%H:%M:%S +0000", time.gmtime(now)),
        "requestTimeEpoch": int(now * 1000),
        "path": full_path,
        "accountId": "123456789012",
        "protocol": "HTTP/1.1",
        "stage": origin.stage,
        "domainPrefix": origin.domain.split(".")[0],
        "domainName": origin.domain,
        "requestId": str(uuid.uuid4()),
        "apiId": "abcde12345",
        "identity": {
            "sourceIp": request.source_ip,
            "userAgent": request.header("User-Agent"),
            "accessKey": None,
            "accountId": None,
            "caller": None,
            "user": None,
            "userArn": None,
        },
    }


def _body(body: bytes, *, is_binary: bool) -> str | None:
    if not body:
        return None
    return base64.b64encode(body).decode() if is_binary else body.decode("utf-8", "replace")


SCHEDULED: dict[str, object] = {
    "version": "0",
    "id": "53dc4d37-cffa-4f76-80c9-8b7d4a4d2eaa",
    "detail-type": "Scheduled Event",
    "source": "aws.events",
    "account": "123456789012",
    "time": "2026-01-01T12:00:00Z",
    "region": "eu-west-1",
    "resources": ["arn:aws:events:eu-west-1:123456789012:rule/offhook-dev-DeliverDeliverEvent-1"],
    "detail": {},
}
"""What a schedule of EventBridge sends.

https://docs.aws.amazon.com/lambda/latest/dg/with-eventbridge-scheduler.html
"""
