"""How does a Lambda function get its events and hand back its replies?

https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html
"""

import queue
import threading
from dataclasses import dataclass
from typing import Literal

from tests.lambda_runtime.server import LoopbackHandler, LoopbackServer


@dataclass(frozen=True, kw_only=True)
class Invocation:
    """One event for the function."""

    request_id: str
    payload: bytes
    deadline_ms: int


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What the function made of an event, or of its own start."""

    kind: Literal["response", "error"]
    payload: bytes


class RuntimeApi(LoopbackServer):
    """The Runtime API of one sandbox."""

    def __init__(self) -> None:
        self.invocations: queue.Queue[Invocation | None] = queue.Queue()
        self.outcomes: queue.Queue[Outcome] = queue.Queue()
        self.is_ready = threading.Event()
        super().__init__(_RuntimeApiHandler)

    def close(self) -> None:
        # The runtime client waits in a request that only an answer ends.
        self.invocations.put(None)
        super().close()


class _RuntimeApiHandler(LoopbackHandler):
    server: RuntimeApi

    def do_GET(self) -> None:
        """`/2018-06-01/runtime/invocation/next`: wait for the next event."""
        self.server.is_ready.set()
        invocation = self.server.invocations.get()
        if invocation is None:
            self.close_connection = True
            return
        headers = (
            ("Content-Type", "application/json"),
            ("Lambda-Runtime-Aws-Request-Id", invocation.request_id),
            ("Lambda-Runtime-Deadline-Ms", str(invocation.deadline_ms)),
            (
                "Lambda-Runtime-Invoked-Function-Arn",
                "arn:aws:lambda:eu-west-1:123456789012:function:f",
            ),
            ("Lambda-Runtime-Trace-Id", "Root=1-00000000-000000000000000000000000;Sampled=0"),
        )
        self.send(200, headers, invocation.payload)

    def do_POST(self) -> None:
        """`.../invocation/<id>/response`, `.../invocation/<id>/error` or `.../init/error`."""
        kind: Literal["response", "error"] = (
            "response" if self.path.endswith("/response") else "error"
        )
        self.server.outcomes.put(Outcome(kind=kind, payload=self.read_body()))
        self.send(202, (("Content-Type", "application/json"),), b'{"status":"OK"}')
