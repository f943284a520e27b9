"""What does a phone's fetch cost on a warm process, store aside, and what does rendering?"""

from __future__ import annotations

import logging
import re
import tempfile
from pathlib import Path
from typing import Any

from bench.measure import median_us, row
from bench.memory_keys import memory_vault
from bench.memory_table import MemoryTable
from chalicelib import settings, wiring
from chalicelib.domain.mac import Mac
from chalicelib.domain.vocabulary import speak
from chalicelib.fleet.choice import Choice
from chalicelib.rendering import Renderer
from chalicelib.storage.sqlite import SqliteTable
from chalicelib.storage.table import Table

FIRST = "001565000000"


def run() -> None:
    """Measure, and print a row each."""
    print("A fetch")
    few = _installation(MemoryTable(), devices=1)
    row("handler with Chalice, without the store", _handler(few), "us", aim="aim < 250")
    _render(few)
    many = _installation(MemoryTable(), devices=10_000)
    row("handler with 10,000 devices / with 1", _handler(many) / _handler(few), "x", aim="aim ~ 1")
    with tempfile.TemporaryDirectory() as folder:
        one = _installation(_sqlite(Path(folder) / "one"), devices=1)
        thousands = _installation(_sqlite(Path(folder) / "many"), devices=2_000)
        row("the same over SQLite, one read and one synced write", _handler(one), "us")
        ratio = _handler(thousands) / _handler(one)
        row("over SQLite with 2,000 devices / with 1", ratio, "x", aim="aim ~ 1")


def _installation(table: Table, *, devices: int) -> wiring.Offhook:
    chosen = settings.load({"HOME": "/nowhere"})
    offhook = wiring.build(chosen, table=table, seal=memory_vault())
    offhook.declared.load()
    for number in range(devices):
        extension = f"{number // 20 + 5000}"
        if number % 20 == 0:
            offhook.extensions.put(number=extension, name="Desk", password="bench")  # noqa: S106
        mac = Mac(f"001565{number:06x}")
        lines = ({"extension_number": extension},)
        offhook.devices.register(mac, Choice(vendor="zip", model="33g", lines=lines))
    return offhook


def _sqlite(path: Path) -> SqliteTable:
    return SqliteTable(path, now=lambda: 0.0)


def _handler(offhook: wiring.Offhook) -> float:
    from app import app

    wiring.offhook = lambda: offhook  # type: ignore[assignment]
    logging.getLogger("offhook").setLevel(logging.INFO)
    logging.getLogger("offhook").handlers = [logging.NullHandler()]
    event = _event(f"/provision/{FIRST}.cfg")
    if app(event, None)["statusCode"] != 200:
        raise SystemExit("the fetch that is to be measured fails")
    return median_us(lambda: app(_event(f"/provision/{FIRST}.cfg"), None))


def _event(path: str) -> dict[str, Any]:
    return {
        "requestContext": {
            "httpMethod": "GET",
            "resourcePath": "/provision/{first}",
            "path": path,
            "identity": {"sourceIp": "192.0.2.7"},
        },
        "headers": {"Host": "phones.example.com", "User-Agent": "Zultys ZIP 33G - 47.80.132.4"},
        "multiValueHeaders": {
            "Host": ["phones.example.com"],
            "User-Agent": ["Zultys ZIP 33G - 47.80.132.4"],
        },
        "pathParameters": {"first": path.rsplit("/", 1)[1]},
        "multiValueQueryStringParameters": None,
        "body": None,
        "isBase64Encoded": False,
        "stageVariables": None,
    }


def _render(offhook: wiring.Offhook) -> None:
    dossier = offhook.records.dossier(Mac(FIRST))
    if dossier is None:
        raise SystemExit("the device that is to be measured is missing")
    pack, model = offhook.catalog.find("zip", "33g")
    server = wiring.server_of(offhook.settings, offhook.catalog)
    renderer = Renderer()
    words = speak(dossier, server=server, pack=pack, model=model)
    rendering = median_us(lambda: renderer.render(model.template, words))
    plain = _as_plain_text(renderer.render(model.template, words), words)
    replacing = median_us(lambda: _replace(plain, words))
    speaking = median_us(lambda: speak(dossier, server=server, pack=pack, model=model))
    row("rendering a ZIP file from its words", rendering, "us", aim="aim < 100")
    row("finding the words", speaking, "us")
    row("plain replacement of six placeholders in the same text", replacing, "us")
    row("rendering / plain replacement", rendering / replacing, "x")


PLACEHOLDERS = (
    "EXTENSION_NUMBER",
    "EXTENSION_NAME",
    "EXTENSION_PASSWORD",
    "SIP_SERVER",
    "SIP_PORT",
    "SERVER_NAME",
)


def _as_plain_text(text: str, words: dict[str, Any]) -> str:
    """The same file with the product document's placeholders where the values stand."""
    for name in PLACEHOLDERS:
        text = re.sub(rf"= {re.escape(str(words[name]))}$", f"= {{{{{name}}}}}", text, flags=re.M)
    return text


def _replace(text: str, words: dict[str, Any]) -> str:
    for name in PLACEHOLDERS:
        text = text.replace(f"{{{{{name}}}}}", str(words[name]))
    return text
