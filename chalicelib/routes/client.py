"""Who sends this request: its address and its client certificate, as the gateway says?"""

from __future__ import annotations

from chalice.app import Request

from chalicelib.domain.access.certificate import read_certificate
from chalicelib.domain.access.front import Front, read_front
from chalicelib.routes.request import headers_of
from chalicelib.settings import Settings


def read_client(request: Request, settings: Settings) -> Front:
    """What our CloudFront says of the viewer, or API Gateway of the client.

    No header counts that a client could send.
    """
    front = read_front(headers_of(request), settings.front_secret or "")
    if front is not None:
        return front
    identity = request.context.get("identity", {})
    return Front(
        address=identity.get("sourceIp", ""),
        certificate=read_certificate(identity.get("clientCert")),
    )
