"""One installation for each test, over each store in turn, reached by HTTP alone."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from chalicelib import wiring
from tests.routes.berlin import DEVICE, SITE
from tests.routes.installation import Installation
from tests.routes.rom import make_ready, register
from tests.stores import KINDS, SerialWire, fake_aws, new_table_name


@pytest.fixture(scope="module")
def aws() -> Iterator[SerialWire]:
    with fake_aws() as wire:
        yield wire


@pytest.fixture
def wire(aws: SerialWire) -> SerialWire:
    """What goes to DynamoDB, counted from zero and without faults."""
    aws.forget()
    return aws


@pytest.fixture(params=KINDS)
def store(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """The kind of store that the environment names; it is empty."""
    kind: str = request.param
    if kind == "dynamodb":
        wire: SerialWire = request.getfixturevalue("wire")
        monkeypatch.setenv("OFFHOOK_TABLE", new_table_name())
        wire.forget()
    monkeypatch.setenv("OFFHOOK_STORE", kind)
    return kind


@pytest.fixture
def bare(store: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Installation]:
    """An installation without extensions and devices."""
    monkeypatch.setenv("OFFHOOK_STAGE", "local")
    monkeypatch.setenv("OFFHOOK_STATE_DIR", str(tmp_path / "state"))
    monkeypatch.setenv("OFFHOOK_LOG_FILE", str(tmp_path / "pbx.log"))
    monkeypatch.setenv("OFFHOOK_CONFIG", str(tmp_path / "config.yml"))
    installation = Installation(folder=tmp_path, store=store)
    installation.configure("server: {sip_host: pbx.example.com}\n")
    yield installation
    wiring.offhook.cache_clear()


@pytest.fixture
def site(bare: Installation) -> Installation:
    """An installation with the extensions 1001 to 1005."""
    for number in ("1001", "1002", "1003", "1004", "1005"):
        bare.create_extension(number)
    return bare


@pytest.fixture
def stocked(bare: Installation) -> Installation:
    """An installation with a T54W in Berlin, and an old and a new version for it."""
    make_ready(bare)
    make_ready(bare, version="96.87.0.1", file_name="T54W-96.87.0.1.rom")
    bare.send("PUT", "/api/sites/berlin", {})
    register(bare, site="berlin")
    return bare


@pytest.fixture
def berlin(site: Installation) -> Installation:
    """An installation with a site, and a phone there."""
    site.send("PUT", SITE, {"label": "Berlin"})
    device = {"extension_number": "1001", "vendor": "zip", "model": "33g", "site": "berlin"}
    assert site.send("PUT", DEVICE, device).status_code == 201
    return site
