"""Under which address does the outside reach Offhook, and a phone its file?"""

from __future__ import annotations

import re
from dataclasses import dataclass

from chalice.app import Request

from chalicelib.domain.mac import Mac
from chalicelib.routes.request import headers_of
from chalicelib.settings import Settings

RELAY = "offhook-relay"
"""By this header a relay says that it follows redirects for its phones, and where they reach it."""

_HOST = re.compile(r"(?P<name>[A-Za-z0-9.\-]+|\[[0-9A-Fa-f:.]+\])(?::(?P<port>[0-9]{1,5}))?")
_USUAL_PORT = {"http": "80", "https": "443"}
_RELAY_URL = re.compile(
    rf"(?P<scheme>https?)://{_HOST.pattern}(?P<prefix>(?:/[A-Za-z0-9._~\-]+)*)/?"
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Origin:
    """Scheme, host, port and path prefix of the address that a request came to."""

    scheme: str
    host: str
    port: str
    prefix: str

    @property
    def url(self) -> str:
        port = "" if self.port == _USUAL_PORT[self.scheme] else f":{self.port}"
        return f"{self.scheme}://{self.host}{port}{self.prefix}"


def read_origin(request: Request, settings: Settings) -> Origin:
    """Where the request came to, from what a relay, API Gateway or the local server says.

    The prefix is what stands in front of the route: the stage of an execute-api address, or the
    base path of a custom domain. Who makes a relay's header up gets addresses of no use, and nobody
    else does.
    """
    headers = headers_of(request)
    relay = _RELAY_URL.fullmatch(headers.get(RELAY, ""))
    if relay:
        scheme, port = relay["scheme"], relay["port"] or _USUAL_PORT[relay["scheme"]]
        return Origin(scheme=scheme, host=relay["name"], port=port, prefix=relay["prefix"])
    context = request.context
    forwarded = headers.get("x-forwarded-proto")
    on_aws = "domainName" in context
    secure = forwarded == "https" if on_aws and forwarded else on_aws
    scheme = "https" if secure or settings.provisioning.use_https else "http"
    # API Gateway's own name of the domain comes first: the Host header is the client's to choose.
    named = _HOST.fullmatch(context.get("domainName") or headers.get("host", ""))
    return Origin(
        scheme=scheme,
        host=named["name"] if named else "localhost",
        port=(named["port"] if named else None) or _USUAL_PORT[scheme],
        prefix=_prefix(context.get("path", ""), context.get("resourcePath", "")),
    )


def config_url(mac: Mac, origin: Origin, settings: Settings) -> str:
    """Where the device fetches its file, by `provisioning.url_format` where that is set."""
    url_format = settings.provisioning.url_format
    if url_format is None:
        return f"{origin.url}/provision/{mac}.cfg"
    server = settings.server
    return (
        url_format.replace("{{SERVER_IP}}", server.external_ip or origin.host)
        .replace("{{PORT}}", str(server.port or origin.port))
        .replace("{mac}", str(mac))
    )


def _prefix(path: str, resource: str) -> str:
    segments = path.rstrip("/").split("/")
    depth = resource.rstrip("/").count("/")
    return "/".join(segments[: len(segments) - depth]) if depth else ""
