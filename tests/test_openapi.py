"""Does the API do what its own document says, whatever is sent?

Schemathesis makes requests from `/api/openapi.json`, good ones and bad ones. A larger run:
OFFHOOK_OPENAPI_EXAMPLES=1000 make test ARGS=tests/test_openapi.py
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, settings
from schemathesis.config import SchemathesisConfig
from schemathesis.specs.openapi.checks import positive_data_acceptance

from app import app
from chalicelib import wiring
from chalicelib.routes.answers import ANSWER_BY_VIEW
from chalicelib.routes.guard import Served
from tests.routes.installation import Installation
from tests.wsgi import Gateway

EXAMPLES = os.environ.get("OFFHOOK_OPENAPI_EXAMPLES")
HOST = "phones.example.com"

# Schemathesis makes a test of each operation when pytest collects them.
schema = schemathesis.openapi.from_wsgi(
    "/api/openapi.json",
    Gateway(app),
    config=SchemathesisConfig.from_dict(
        {
            # The tests send their own token; what happens without one is a check of its own.
            "generation": {"with-security-parameters": False},
            "operations": [
                {
                    # Their bodies are those of register_device; the larger run tries them, too.
                    "include-operation-id": ["replace_device", "change_device"],
                    "phases": {"coverage": {"enabled": EXAMPLES is not None}},
                }
            ],
        }
    ),
)


@pytest.fixture(scope="module")
def installation(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    """An installation that has a record of every kind."""
    folder = tmp_path_factory.mktemp("openapi")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("OFFHOOK_STAGE", "local")
        patch.setenv("OFFHOOK_STATE_DIR", str(folder / "state"))
        patch.setenv("OFFHOOK_CONFIG", str(folder / "config.yml"))
        made = Installation(folder=folder, store="sqlite")
        made.configure("server: {sip_host: pbx.example.com}\n")
        made.create_extension("1001")
        made.register()
        made.send("PUT", "/api/sites/default", {"access": {"policy": ["token"]}})
        yield made
    wiring.offhook.cache_clear()


def test_document_is_valid_openapi_3_1() -> None:
    schema.validate()

    assert schema.raw_schema["openapi"] == "3.1.0"


def test_every_view_tells_its_answer() -> None:
    views = {
        entry.view_function.__name__
        for methods in app.routes.values()
        for entry in methods.values()
        if isinstance(getattr(entry.view_function, "serves", None), Served)
    }

    assert views - ANSWER_BY_VIEW.keys() == set()


@schema.parametrize()
@settings(
    max_examples=int(EXAMPLES or "10"),
    derandomize=EXAMPLES is None,
    suppress_health_check=list(HealthCheck),
    deadline=None,
)
def test_request(case: schemathesis.Case[Any], installation: Installation) -> None:
    headers = {"Host": HOST, "Authorization": f"Bearer {installation.token()}"}

    # A request may be of the right form and name a site or an extension that is not there: 400.
    case.call_and_validate(headers=headers, excluded_checks=[positive_data_acceptance])
