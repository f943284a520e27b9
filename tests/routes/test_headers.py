"""Which headers does every answer carry, and which does none?"""

from __future__ import annotations

import re

import pytest

from app import app
from tests.routes.installation import DEVICES, EXTENSIONS, MAC, Installation, one_store

pytestmark = one_store

REQUEST_ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
OF_THE_API = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}
OF_A_PHONES_FILE = {
    "Cache-Control": "private, no-cache",
    "Content-Type": "text/plain; charset=utf-8",
    "X-Content-Type-Options": "nosniff",
}
OF_A_REFUSAL = {**OF_A_PHONES_FILE, "Cache-Control": "no-store"}


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/api/status", 200),
        ("GET", "/api/openapi.json", 200),
        ("GET", DEVICES, 200),
        ("POST", EXTENSIONS, 400),
        ("GET", f"{DEVICES}/{MAC}", 404),
        ("DELETE", DEVICES, 405),
    ],
)
def test_answer_of_the_api(bare: Installation, method: str, path: str, status: int) -> None:
    answer = bare.send(method, path)

    assert answer.status_code == status
    assert {name: answer.headers.get(name) for name in OF_THE_API} == OF_THE_API


def test_answer_of_the_api_names_its_log_line(bare: Installation) -> None:
    answer = bare.get(DEVICES)

    assert REQUEST_ID.fullmatch(answer.headers["X-Request-Id"])
    assert bare.last_request["request_id"] == answer.headers["X-Request-Id"]


def test_two_requests_have_two_ids(bare: Installation) -> None:
    ids = {bare.get(DEVICES).headers["X-Request-Id"] for _ in range(2)}

    assert len(ids) == 2


def test_phones_file(site: Installation) -> None:
    site.register()

    headers = dict(site.get(f"/provision/{MAC}.cfg").headers)

    assert re.fullmatch('"[0-9a-f]{32}"', headers.pop("ETag"))
    assert headers == OF_A_PHONES_FILE


@pytest.mark.parametrize("path", [f"/provision/{MAC}.cfg", f"/p/nonsense/{MAC}.cfg", "/p/x"])
def test_refused_phone(bare: Installation, path: str) -> None:
    answer = bare.get(path)

    assert (answer.status_code, dict(answer.headers)) == (404, OF_A_REFUSAL)


def test_log_line_of_a_phone_has_an_id(bare: Installation) -> None:
    bare.get(f"/provision/{MAC}.cfg")

    assert REQUEST_ID.fullmatch(bare.last_request["request_id"])


@pytest.mark.parametrize("path", ["/api/status", DEVICES, f"/provision/{MAC}.cfg"])
def test_page_of_another_origin_is_told_nothing(bare: Installation, path: str) -> None:
    routes = [entry for methods in app.routes.values() for entry in methods.values()]

    answer = bare.send(
        "GET",
        path,
        headers={"Origin": "https://evil.example.com", "Access-Control-Request-Method": "POST"},
    )

    assert [name for name in answer.headers if name.lower().startswith("access-control")] == []
    assert "OPTIONS" not in {route.method for route in routes}
