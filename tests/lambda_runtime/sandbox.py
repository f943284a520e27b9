"""How does one process of a function live on Lambda?"""

import json
import queue
import subprocess
import sys
import time
import uuid
from collections.abc import Mapping
from pathlib import Path
from typing import IO

from tests.lambda_runtime.gateway import FunctionError
from tests.lambda_runtime.runtime_api import Invocation, RuntimeApi

_BOOTSTRAP = Path(__file__).with_name("bootstrap.py")
_LONGEST_START_S = 30
_POLL_S = 0.05


class Sandbox:
    """One process under AWS's runtime client; it answers one event at a time."""

    def __init__(self, environment: Mapping[str, str], *, timeout: float, log: IO[bytes]) -> None:
        self._timeout = timeout
        self._api = RuntimeApi()
        self._process = subprocess.Popen(
            [sys.executable, "-I", "-S", "-B", str(_BOOTSTRAP)],
            cwd=environment["LAMBDA_TASK_ROOT"],
            env={**environment, "AWS_LAMBDA_RUNTIME_API": self._api.address},
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
        )

    def start(self) -> None:
        """Wait until the function asks for its first event; its start is no part of its timeout."""
        give_up = time.monotonic() + _LONGEST_START_S
        while not self._api.is_ready.wait(_POLL_S):
            if self._process.poll() is not None:
                raise FunctionError(self._last_words())
            if time.monotonic() > give_up:
                raise FunctionError(f"the function was not ready after {_LONGEST_START_S} s")

    def invoke(self, payload: bytes) -> bytes:
        """The reply to one event; after a FunctionError the sandbox may be dead (`is_alive`)."""
        deadline = time.time() + self._timeout
        request_id = str(uuid.uuid4())
        self._api.invocations.put(
            Invocation(request_id=request_id, payload=payload, deadline_ms=int(deadline * 1000))
        )
        while True:
            try:
                outcome = self._api.outcomes.get(timeout=_POLL_S)
            except queue.Empty:
                if not self.is_alive():
                    raise FunctionError(self._last_words()) from None
                if time.time() > deadline:
                    self._process.kill()
                    self._process.wait()
                    raise FunctionError(
                        f"Task timed out after {self._timeout:.2f} seconds"
                    ) from None
                continue
            if outcome.kind == "error":
                raise FunctionError(outcome.payload.decode("utf-8", "replace"))
            return outcome.payload

    def is_alive(self) -> bool:
        return self._process.poll() is None

    def close(self) -> None:
        self._process.kill()
        self._process.wait()
        self._api.close()

    def _last_words(self) -> str:
        """What a process that ended had to say: its error at start, or only its exit status."""
        try:
            return self._api.outcomes.get_nowait().payload.decode("utf-8", "replace")
        except queue.Empty:
            return json.dumps(
                {
                    "errorType": "Runtime.ExitError",
                    "errorMessage": f"Runtime exited with status {self._process.returncode}",
                }
            )
