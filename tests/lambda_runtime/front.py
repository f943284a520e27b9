"""How does a real HTTP client reach the gateway?"""

from tests.lambda_runtime.gateway import Gateway
from tests.lambda_runtime.message import Request
from tests.lambda_runtime.server import LoopbackHandler, LoopbackServer


class Front(LoopbackServer):
    """The gateway on a loopback port."""

    def __init__(self, gateway: Gateway) -> None:
        self.gateway = gateway
        super().__init__(_FrontHandler)

    @property
    def url(self) -> str:
        """What stands before each route of the app."""
        return f"http://{self.address}{self.gateway.prefix}"


class _FrontHandler(LoopbackHandler):
    server: Front

    def _answer(self) -> None:
        request = Request(
            method=self.command,
            target=self.path,
            headers=tuple(self.headers.items()),
            body=self.read_body(),
            source_ip=self.client_address[0],
        )
        response = self.server.gateway.handle(request)
        self.send(response.status, response.headers, response.body)

    do_DELETE = do_GET = do_HEAD = do_OPTIONS = do_PATCH = do_POST = do_PUT = _answer
