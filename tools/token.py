"""How does the first administrator get a token? `make token NAME=... ROLE=admin STAGE=local`."""

import argparse
import os
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from chalicelib import settings, wiring
from chalicelib.access.desk import OPERATOR_OF_THIS_MACHINE
from chalicelib.domain.access.api_token import NEW_API_TOKEN, ApiToken
from chalicelib.domain.errors import OffhookError


def main() -> None:
    """Create a token in the table of a stage, and print it once."""
    parser = argparse.ArgumentParser(prog="make token", description=__doc__)
    parser.add_argument("--stage", default="local")
    parser.add_argument("--name", default=f"made on {datetime.now(UTC):%Y-%m-%d}")
    parser.add_argument("--role", default="admin", choices=("viewer", "operator", "admin"))
    parser.add_argument("--reveal", action="store_true", help="it may see secrets")
    parser.add_argument("--site", help="the only site that it is for")
    parser.add_argument("--days", type=int, default=365)
    chosen = parser.parse_args()
    wanted = {
        "name": chosen.name,
        "role": chosen.role,
        "reveal": chosen.reveal,
        "site": chosen.site,
        "expires_in_days": chosen.days,
    }
    try:
        text, token = issue({**os.environ, "OFFHOOK_STAGE": chosen.stage}, wanted)
    except OffhookError as error:
        raise SystemExit(f"offhook: {error}") from None
    print(f"{text}\n\nThis is the only time that it is shown. Role: {token.grant.role.value}.")
    print('Use it as  curl -H "Authorization: Bearer oh_..."  ...')


def issue(environ: Mapping[str, str], wanted: Mapping[str, Any]) -> tuple[str, ApiToken]:
    """Create a token in the table of the stage that the environment names."""
    found = settings.load(environ)
    offhook = wiring.build(found, table=wiring.open_table(found))
    with offhook.trail.asked_by(environ.get("USER", "command line"), action="make token"):
        return offhook.desk.issue(NEW_API_TOKEN.read(wanted), by=OPERATOR_OF_THIS_MACHINE)


if __name__ == "__main__":
    main()
