"""How does Lambda run a deployment package?"""

import shutil
import tempfile
import threading
import zipfile
from collections.abc import Mapping
from pathlib import Path

from tests.lambda_runtime.gateway import PAYLOAD_LIMIT, FunctionError
from tests.lambda_runtime.sandbox import Sandbox
from tests.lambda_runtime.template import Template


class Function:
    """A function made of a package: sandboxes are started as they are needed, and kept.

    `aws_packages` is the folder of what AWS puts beside a function. `environment` wins over the
    template's. When `concurrency` sandboxes are busy, a further event waits.
    """

    def __init__(
        self,
        package_zip: Path,
        template: Template,
        *,
        aws_packages: Path,
        environment: Mapping[str, str],
        concurrency: int = 2,
    ) -> None:
        self._folder = Path(tempfile.mkdtemp(prefix="lambda-"))
        self._task_root = self._folder / "task"
        _unzip_read_only(package_zip, self._task_root)
        (self._folder / "tmp").mkdir()
        self._timeout = template.timeout
        self._environment = {
            **_lambda_environment(template, self._task_root, aws_packages, self._folder / "tmp"),
            **template.environment,
            **environment,
        }
        self._log = (self._folder / "log").open("ab")
        self._free_places = threading.Semaphore(concurrency)
        self._lock = threading.Lock()
        self._idle: list[Sandbox] = []
        self.cold_starts = 0

    def invoke(self, payload: bytes) -> bytes:
        """The reply to an event; raises FunctionError."""
        with self._free_places:
            sandbox = self._take_sandbox()
            try:
                reply = sandbox.invoke(payload)
            finally:
                self._give_back(sandbox)
        if len(reply) > PAYLOAD_LIMIT:
            raise FunctionError("Function.ResponseSizeTooLarge")
        return reply

    def log(self) -> str:
        """All that the function printed, as CloudWatch would show it."""
        return (self._folder / "log").read_text(errors="replace")

    def close(self) -> None:
        for sandbox in self._idle:
            sandbox.close()
        self._log.close()
        for folder in [self._task_root, *self._task_root.rglob("*/")]:
            folder.chmod(0o755)
        shutil.rmtree(self._folder)

    def _take_sandbox(self) -> Sandbox:
        with self._lock:
            if self._idle:
                return self._idle.pop()
            self.cold_starts += 1
        sandbox = Sandbox(self._environment, timeout=self._timeout, log=self._log)
        try:
            sandbox.start()
        except FunctionError:
            sandbox.close()
            raise
        return sandbox

    def _give_back(self, sandbox: Sandbox) -> None:
        if sandbox.is_alive():
            with self._lock:
                self._idle.append(sandbox)
        else:
            sandbox.close()


def _unzip_read_only(package_zip: Path, folder: Path) -> None:
    with zipfile.ZipFile(package_zip) as archive:
        archive.extractall(folder)
    for path in folder.rglob("*"):
        path.chmod(0o555 if path.is_dir() else 0o444)
    folder.chmod(0o555)


def _lambda_environment(
    template: Template, task_root: Path, aws_packages: Path, scratch: Path
) -> dict[str, str]:
    # https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html
    return {
        "_HANDLER": template.handler,
        "AWS_ACCESS_KEY_ID": "testing",
        "AWS_DEFAULT_REGION": "eu-west-1",
        "AWS_EXECUTION_ENV": "AWS_Lambda_python",
        "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": str(template.memory),
        "AWS_LAMBDA_FUNCTION_NAME": "f",
        "AWS_LAMBDA_FUNCTION_VERSION": "$LATEST",
        "AWS_LAMBDA_INITIALIZATION_TYPE": "on-demand",
        "AWS_LAMBDA_LOG_GROUP_NAME": "/aws/lambda/f",
        "AWS_LAMBDA_LOG_STREAM_NAME": "2026/01/01/[$LATEST]0",
        "AWS_REGION": "eu-west-1",
        "AWS_SECRET_ACCESS_KEY": "testing",
        "AWS_SESSION_TOKEN": "testing",
        "LAMBDA_RUNTIME_DIR": str(aws_packages),
        "LAMBDA_TASK_ROOT": str(task_root),
        "LANG": "en_US.UTF-8",
        "PATH": "/usr/local/bin:/usr/bin:/bin",
        "TMPDIR": str(scratch),
        "TZ": ":UTC",
    }
