"""What can a Chalice app do that the look-alike of Lambda must show faithfully?"""

import importlib.util
import os
import time
from pathlib import Path
from typing import Any

from chalice import Chalice, Response

app = Chalice(app_name="sample")
_started = time.monotonic()


@app.route("/event/{name}")
def show_event(name: str) -> dict[str, Any]:
    return {"argument": name, "event": _current_event()}


@app.route("/text", methods=["POST"], content_types=["text/plain"])
def take_text() -> dict[str, Any]:
    return {"event": _current_event()}


@app.route("/event/fixed")
def show_fixed() -> str:
    return "fixed"


@app.route("/importable/{name}")
def show_importable(name: str) -> dict[str, bool]:
    return {"importable": importlib.util.find_spec(name) is not None}


@app.route("/environment")
def show_environment() -> dict[str, str]:
    return dict(os.environ)


@app.route("/greeting")
def show_greeting() -> str:
    print("greeting was asked for")  # noqa: T201 -- a line for the log
    return Path(__file__).with_name("chalicelib").joinpath("greeting.txt").read_text()


@app.route("/challenge")
def challenge() -> Response:
    headers: dict[str, str | list[str]] = {
        "WWW-Authenticate": "Basic realm=x",
        "ETag": '"1"',
        "X-Two": ["a", "b"],
    }
    return Response(body="", status_code=401, headers=headers)


@app.route("/not-modified", methods=["GET", "HEAD"])
def not_modified() -> Response:
    return Response(body="", status_code=304, headers={"ETag": '"1"'})


@app.route("/bytes")
def send_bytes() -> Response:
    return Response(body=b"\x00\xff", headers={"Content-Type": "application/octet-stream"})


@app.route("/gzip")
def send_gzip_as_text() -> Response:
    return Response(body=b"\x1f\x8b", headers={"Content-Type": "text/plain"})


@app.route("/large/{megabytes}")
def send_large(megabytes: str) -> str:
    return "x" * (int(megabytes) * 1024 * 1024)


@app.route("/exit")
def leave() -> None:
    os._exit(3)


@app.route("/sleep/{seconds}")
def sleep(seconds: str) -> dict[str, float]:
    time.sleep(float(seconds))
    return {"age": time.monotonic() - _started}


def _current_event() -> dict[str, Any]:
    request = app.current_request
    if request is None:
        return {}
    event: dict[str, Any] = request.to_original_event()
    return event
