"""What does a process load for its first request?"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from app import app
from chalicelib import settings
from chalicelib.domain.mac import Mac
from chalicelib.fleet.choice import Choice
from chalicelib.wiring import build, open_table

ROOT = Path(__file__).parent.parent

NEEDED_BY_NO_PHONE = (
    "boto3",
    "calendar",
    "chalicelib.access.desk",
    "chalicelib.access.rehearsing",
    "chalicelib.delivering.courier",
    "chalicelib.domain.access.rehearsal",
    "chalicelib.domain.bulk",
    "chalicelib.fleet.devices",
    "chalicelib.fleet.standing",
    "chalicelib.fleet.trial",
    "chalicelib.routes.answers",
    "chalicelib.routes.api",
    "chalicelib.routes.guard",
    "chalicelib.routes.reading",
    "chalicelib.routes.rehearsal",
    "chalicelib.storage.batch",
    "chalicelib.storage.records",
    "chalicelib.storage.dynamodb",
    "chalicelib.vault.kms",
    "difflib",
    "logging.handlers",
    "ssl",
    "uuid",
)
LOADED_WHEN_NEEDED = (
    *NEEDED_BY_NO_PHONE,
    "chalicelib.assets.folder",
    "chalicelib.fleet.declared",
    "chalicelib.storage.sqlite",
    "ctypes",
    "jinja2",
    "tempfile",
    "yaml",
)

REQUEST = """
import json, sys
import app

def ask(resource, path, parameters, method="GET"):
    event = {
        "requestContext": {
            "httpMethod": method,
            "resourcePath": resource,
            "path": path,
            "identity": {"sourceIp": "192.0.2.7"},
        },
        "headers": {"host": "127.0.0.1:8000"},
        "multiValueHeaders": {"host": ["127.0.0.1:8000"]},
        "pathParameters": parameters,
        "multiValueQueryStringParameters": None,
        "body": None,
        "isBase64Encoded": False,
        "stageVariables": None,
    }
    return app.app(event, None)["statusCode"]
"""


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    """That of an installation on one's own machine, with a device."""
    (tmp_path / "config.yml").write_text("server:\n  sip_host: pbx.example.com\n")
    chosen = {
        "HOME": str(tmp_path),
        "OFFHOOK_CONFIG": str(tmp_path / "config.yml"),
        "OFFHOOK_STATE_DIR": str(tmp_path / "state"),
    }
    found = settings.load(chosen)
    offhook = build(found, table=open_table(found))
    offhook.extensions.put(number="1001", name="Desk", password="secret")
    lines = ({"extension_number": "1001"},)
    offhook.devices.register(Mac("001565000001"), Choice(vendor="zip", model="33g", lines=lines))
    return {**os.environ, **chosen}


def run(program: str, environment: dict[str, str]) -> list[object]:
    """What a fresh process prints last: a list, and the modules that it has loaded."""
    program += "\nprint(json.dumps([said, *sorted(sys.modules)]))"
    done = subprocess.run(
        [sys.executable, "-c", program],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )
    found: list[object] = json.loads(done.stdout.splitlines()[-1])
    return found


def test_import_loads_what_is_used_by_every_request(environment: dict[str, str]) -> None:
    _, *loaded = run("import json, sys\nimport app\nsaid = None", environment)

    assert "chalicelib.provisioning" in loaded
    assert [name for name in LOADED_WHEN_NEEDED if name in loaded] == []


def test_fetch_loads_nothing_of_the_api(environment: dict[str, str]) -> None:
    name = "001565000001.cfg"
    fetch = f"said = ask('/provision/{{first}}', '/provision/{name}', {{'first': '{name}'}})"

    status, *loaded = run(f"{REQUEST}\n{fetch}", environment)

    assert status == 200
    assert "jinja2" in loaded
    assert [name for name in NEEDED_BY_NO_PHONE if name in loaded] == []


@pytest.mark.parametrize(
    ("resource", "path", "method", "status"),
    [
        ("/api/status", "/api/status", "GET", 200),
        ("/api/status", "/api/status", "PUT", 405),
        ("/api/no/such/path", "/api/no/such/path", "GET", 405),
    ],
)
def test_first_request_may_be_one_of_the_api(
    resource: str, path: str, method: str, status: int, environment: dict[str, str]
) -> None:
    asked = f"said = ask({resource!r}, {path!r}, None, {method!r})"

    found, *_ = run(f"{REQUEST}\n{asked}", environment)

    assert found == status


@pytest.mark.parametrize(
    "look",
    [
        "len(app.app.routes)",
        "len(list(app.app.routes))",
        "len(app.app.routes.keys())",
        "len(app.app.routes.values())",
        "len(app.app.routes.items())",
        "'/api/status' in app.app.routes and len(app.app.routes)",
        "app.app.routes['/api/status']['GET'] and len(app.app.routes)",
    ],
)
def test_every_look_at_the_routes_finds_all_of_them(look: str) -> None:
    found, *loaded = run(f"import json, sys\nimport app\nsaid = {look}", dict(os.environ))

    assert found == len(app.routes)
    assert "chalicelib.routes.api" in loaded
