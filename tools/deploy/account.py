"""Into which AWS account and region do we deploy, and as whom?"""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from tools.deploy.option import Options

_PATIENCE = Config(connect_timeout=10, read_timeout=60, retries={"mode": "standard"})


@dataclass(frozen=True, kw_only=True)
class Account:
    """An account, seen from one region by one caller."""

    number: str
    region: str
    partition: str
    caller: str

    def client(self, service: str) -> Any:  # noqa: ANN401 - boto3 makes its clients at run time
        return boto3.client(service, region_name=self.region, config=_PATIENCE)  # type: ignore[call-overload]


def find_account(environ: Mapping[str, str], options: Options) -> Account:
    """The account that the credentials lead to. Stops when it is not the one that is meant."""
    session = boto3.Session()
    region = environ.get("AWS_REGION") or session.region_name or options.region
    if not region:
        raise SystemExit("offhook: no AWS region is known: set AWS_DEFAULT_REGION.")
    _refuse_unknown_region(session, region)
    if options.region and region != options.region:
        raise SystemExit(
            f"offhook: .chalice/options.json keeps this stage in {options.region}, "
            f"but the environment says {region}: set AWS_DEFAULT_REGION={options.region}."
        )
    identity = _identify(region)
    if options.account and identity["Account"] != options.account:
        raise SystemExit(
            f"offhook: .chalice/options.json keeps this stage in account {options.account}, "
            f"but the credentials are of {identity['Account']}: set AWS_PROFILE."
        )
    return Account(
        number=identity["Account"],
        region=region,
        partition=session.get_partition_for_region(region),
        caller=identity["Arn"],
    )


def _refuse_unknown_region(session: boto3.Session, region: str) -> None:
    known = [
        name
        for partition in session.get_available_partitions()
        for name in session.get_available_regions("cloudformation", partition_name=partition)
    ]
    if region not in known:
        near = difflib.get_close_matches(region, known, n=1)
        hint = f"; did you mean {near[0]}?" if near else "."
        raise SystemExit(f'offhook: AWS has no region "{region}"{hint}')


def _identify(region: str) -> dict[str, str]:
    try:
        identity: dict[str, str] = boto3.client(
            "sts", region_name=region, config=_PATIENCE
        ).get_caller_identity()
    except ClientError as error:
        message = error.response["Error"].get("Message", str(error))
        raise SystemExit(
            f"offhook: AWS refuses the credentials in {region}: {message}\n"
            "Log in again, or enable the region for the account."
        ) from None
    except BotoCoreError as error:
        raise SystemExit(
            f"offhook: no way into AWS: {error}\n"
            "Set AWS_PROFILE, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or log in."
        ) from None
    return identity
