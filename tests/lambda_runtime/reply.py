"""What does the client get for the function's reply?"""

import base64
import binascii
import json
from collections.abc import Iterator
from typing import Any

from tests.lambda_runtime.event import is_binary_type
from tests.lambda_runtime.message import Headers, Request, Response

# https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-known-issues.html
_RENAMED = frozenset(
    (
        "authorization",
        "connection",
        "content-length",
        "content-md5",
        "date",
        "host",
        "max-forwards",
        "server",
        "user-agent",
        "www-authenticate",
    )
)
_DROPPED = frozenset(
    ("expect", "proxy-authenticate", "te", "trailer", "transfer-encoding", "upgrade", "via")
)


class MalformedReplyError(Exception):
    """The function's reply is not what a proxy integration must return."""


def read_reply(payload: bytes, request: Request, binary_types: frozenset[str]) -> Response:
    """The response that the function's reply stands for."""
    reply = _parse(payload)
    return Response(
        status=int(reply["statusCode"]),
        headers=tuple(_kept_headers(reply)),
        body=_body(reply, request, binary_types),
    )


def _parse(payload: bytes) -> dict[str, Any]:
    try:
        reply = json.loads(payload)
    except ValueError as error:
        raise MalformedReplyError("the reply is not JSON") from error
    if not isinstance(reply, dict):
        raise MalformedReplyError("the reply is not an object")
    if not str(reply.get("statusCode", "")).isdigit():
        raise MalformedReplyError(f"statusCode: {reply.get('statusCode')!r} is not a number")
    if not isinstance(reply.get("body", ""), str | None):
        raise MalformedReplyError("the body is not a text")
    return reply


def _kept_headers(reply: dict[str, Any]) -> Iterator[tuple[str, str]]:
    for name, value in _all_headers(reply):
        if name.lower() in _RENAMED:
            yield "x-amzn-Remapped-" + name, value
        elif name.lower() not in _DROPPED:
            yield name, value


def _all_headers(reply: dict[str, Any]) -> Headers:
    """Both maps merged; a name in both counts with its many values."""
    many = reply.get("multiValueHeaders") or {}
    single = reply.get("headers") or {}
    if not isinstance(many, dict) or not isinstance(single, dict):
        raise MalformedReplyError("the headers are not an object")
    names_in_many = {name.lower() for name in many}
    alone = [
        (name, _text(one)) for name, one in single.items() if name.lower() not in names_in_many
    ]
    return (*alone, *((name, _text(one)) for name, values in many.items() for one in values))


def _text(value: object) -> str:
    if not isinstance(value, str | int | float):
        raise MalformedReplyError(f"a header's value is {value!r}")
    return str(value)


def _body(reply: dict[str, Any], request: Request, binary_types: frozenset[str]) -> bytes:
    body = reply.get("body") or ""
    # Only the first type of Accept counts; a client that names another one gets Base64 text.
    first_accepted = (request.header("Accept") or "").split(",")[0]
    if reply.get("isBase64Encoded") and is_binary_type(first_accepted, binary_types):
        try:
            return base64.b64decode(body, validate=True)
        except binascii.Error as error:
            raise MalformedReplyError("the body is not Base64") from error
    return bytes(body, "utf-8")
