"""`python -m tests.deploy.emulator [an action that IAM denies ...]`: serve until terminated.

The port, one of loopback, is printed.
"""

from __future__ import annotations

import signal
import sys
from collections.abc import Mapping

from moto.core.responses import ActionResult
from moto.iam.responses import IamResponse
from moto.server import ThreadedMotoServer

from tests.deploy.emulator.cloudformation import extend_cloudformation
from tests.deploy.emulator.gateway import extend_gateway

_DENIED = frozenset(sys.argv[1:])


def main() -> None:
    """Serve on a free port."""
    extend_gateway()
    extend_cloudformation()
    IamResponse.simulate_principal_policy = _simulate  # type: ignore[attr-defined]
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    print(server.get_host_and_port()[1], flush=True)  # noqa: T201 - how the tests learn of it
    signal.sigwait({signal.SIGTERM, signal.SIGINT})
    server.stop()


def _simulate(self: IamResponse) -> ActionResult:
    results: list[Mapping[str, str]] = [
        {
            "EvalActionName": action,
            "EvalDecision": "implicitDeny" if action in _DENIED else "allowed",
        }
        for action in self._get_param("ActionNames")
    ]
    return ActionResult({"EvaluationResults": results, "IsTruncated": False})


if __name__ == "__main__":
    main()
