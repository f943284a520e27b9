"""What do the environment variables say, and what is wrong with them?"""

from __future__ import annotations

import re
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from chalicelib.domain.access.front import SHORTEST_SECRET
from chalicelib.domain.errors import ConfigError, Flaw
from chalicelib.domain.shape import Field, Parsed, Record, Text
from chalicelib.settings.values import LOCAL, Environment

SQLITE = "sqlite"
DYNAMODB = "dynamodb"

_URL = re.compile(r"https?://[^\s/?#]+(/[^\s]*)?")


def _parse_endpoint(text: str) -> str:
    if not _URL.fullmatch(text):
        raise ValueError("is not an address")
    return text


_STAGE = Text(
    max=32,
    pattern=r"[a-z][a-z0-9-]*",
    says="the name of a stage (small letters, digits and -)",
)
_TABLE = Text(max=255, min=3, pattern=r"[A-Za-z0-9_.-]+", says="the name of a DynamoDB table")
_BUCKET = Text(min=3, max=63, pattern=r"[a-z0-9][a-z0-9.-]*", says="the name of a bucket of S3")
_PATH = Text(max=1000)
_ENDPOINT = Parsed(parse=_parse_endpoint, says="an http:// or https:// address", max=1000)
_KMS_KEY = Text(
    max=2048, pattern=r"[A-Za-z0-9:/_-]+", says="the name, alias or ARN of a key of KMS"
)
_FRONT_SECRET = Text(min=SHORTEST_SECRET, max=200, secret=True)
_REGION = Text(max=40, pattern=r"[a-z0-9-]+", says="the name of an AWS region")

VARIABLES = Record(
    {
        "OFFHOOK_STAGE": Field(_STAGE),
        "OFFHOOK_STORE": Field(Text(choices=(SQLITE, DYNAMODB))),
        "OFFHOOK_TABLE": Field(_TABLE),
        "OFFHOOK_CONFIG": Field(_PATH),
        "OFFHOOK_STATE_DIR": Field(_PATH),
        "OFFHOOK_LOG_FILE": Field(_PATH),
        "OFFHOOK_KMS_KEY": Field(_KMS_KEY),
        "OFFHOOK_FRONT_SECRET": Field(_FRONT_SECRET),
        "OFFHOOK_HOST": Field(Text(max=253)),
        "OFFHOOK_ASSETS": Field(_BUCKET),
        "AWS_ENDPOINT_URL_S3": Field(_ENDPOINT),
        "AWS_ENDPOINT_URL_KMS": Field(_ENDPOINT),
        "AWS_ENDPOINT_URL_DYNAMODB": Field(_ENDPOINT),
        "AWS_ENDPOINT_URL": Field(_ENDPOINT),
        "AWS_REGION": Field(_REGION),
        "AWS_DEFAULT_REGION": Field(_REGION),
        "AWS_LAMBDA_FUNCTION_NAME": Field(Text(max=200)),
        "AWS_CHALICE_CLI_MODE": Field(Text()),
        "XDG_STATE_HOME": Field(_PATH),
        "HOME": Field(_PATH),
    }
)


def read_environment(environ: Mapping[str, str], *, root: Path) -> Environment:
    """Read the variables; an empty one counts as absent. Raises ConfigError with every mistake."""
    given = {name: environ[name] for name in VARIABLES.fields if environ.get(name)}
    found, flaws = VARIABLES.examine(given)
    read: Mapping[str, str | None] = found or {}
    in_lambda = bool(given.get("AWS_LAMBDA_FUNCTION_NAME"))
    stage = read["OFFHOOK_STAGE"] or LOCAL
    store = read["OFFHOOK_STORE"] or (SQLITE if stage == LOCAL else DYNAMODB)
    state_dir = root / (read["OFFHOOK_STATE_DIR"] or _default_state_dir(read))
    log_file = root / read["OFFHOOK_LOG_FILE"] if read["OFFHOOK_LOG_FILE"] else None
    if in_lambda and not given.get("OFFHOOK_STAGE"):
        flaws.append(Flaw(where="OFFHOOK_STAGE", says="is required inside AWS Lambda"))
    if in_lambda and store == SQLITE and not flaws:
        says = "sqlite keeps nothing inside AWS Lambda; use dynamodb"
        flaws.append(Flaw(where="OFFHOOK_STORE", says=says))
    for name, path in (("OFFHOOK_STATE_DIR", state_dir), ("OFFHOOK_LOG_FILE", log_file)):
        if stage == LOCAL and path and path.resolve().is_relative_to(root.resolve()):
            says = "lies inside the project; chalice local restarts at every write there"
            flaws.append(Flaw(where=name, says=says))
    if flaws:
        raise ConfigError(*flaws)
    # The deployment package holds the file in use under this name, whatever its own was.
    config = "config.yml" if in_lambda else read["OFFHOOK_CONFIG"] or "config.yml"
    return Environment(
        stage=stage,
        store=store,
        table=read["OFFHOOK_TABLE"] or f"offhook-{stage}",
        config_path=root / config,
        state_dir=state_dir,
        log_file=log_file,
        endpoint=read["AWS_ENDPOINT_URL_DYNAMODB"] or read["AWS_ENDPOINT_URL"],
        region=read["AWS_REGION"] or read["AWS_DEFAULT_REGION"],
        kms_key=read["OFFHOOK_KMS_KEY"] or f"alias/offhook-{stage}",
        kms_endpoint=read["AWS_ENDPOINT_URL_KMS"] or read["AWS_ENDPOINT_URL"],
        assets=read["OFFHOOK_ASSETS"],
        assets_endpoint=read["AWS_ENDPOINT_URL_S3"] or read["AWS_ENDPOINT_URL"],
        front_secret=read["OFFHOOK_FRONT_SECRET"],
        host=read["OFFHOOK_HOST"] or find_bound_host(sys.argv),
    )


def find_bound_host(arguments: Sequence[str]) -> str:
    """The address that `chalice local` listens on, from its command line: nothing else tells it."""
    for place, argument in enumerate(arguments):
        if argument == "--host" and place + 1 < len(arguments):
            return arguments[place + 1]
        if argument.startswith("--host="):
            return argument.removeprefix("--host=")
    return "127.0.0.1"


def _default_state_dir(read: Mapping[str, str | None]) -> Path:
    state_home = Path(read["XDG_STATE_HOME"] or "")
    if state_home.is_absolute():  # the XDG specification wants a relative one to be ignored
        return state_home / "offhook"
    home = read["HOME"]
    return Path(home) / ".local" / "state" / "offhook" if home else Path("/var/lib/offhook")
