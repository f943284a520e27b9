"""Does `offhook doctor` find what is wrong with an address?"""

from __future__ import annotations

import ssl
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from chalicelib.domain.mac import Mac
from cli.boot.knock import Answer
from cli.doctor.exposure import look_at_exposure
from tests.cli.broken import Certificate, Heard, Said, serve
from tests.cli.conftest import Run, Terminal

GOOD = Said(body=b"a = 1\n", headers={"ETag": '"1"'})


def findings(run: Run) -> dict[str, tuple[str, str]]:
    """The level and the sentence of each check."""
    return {each["check"]: (each["level"], each["says"]) for each in run.json["findings"]}


def examine(terminal: Terminal, url: str, *more: str) -> dict[str, tuple[str, str]]:
    return findings(terminal.run("doctor", url, "--json", *more))


def answer_well(heard: Heard) -> Said:
    """As Offhook does."""
    if heard.path.startswith("/api/"):
        return Said(status=401)
    return Said(status=404) if "offhook-0" in heard.path else GOOD


def test_offhook_itself_is_well(offhook: Terminal, server: str) -> None:
    run = offhook.run("doctor", f"{server}/provision/")

    assert run.code == 0
    assert run.lines == [
        f"ok    scheme: http on port {server.rpartition(':')[2]}",
        "ok    address: it ends in a slash, so phones add their files' names",
        "warn  dns: 127.0.0.1 is this machine, where no phone gets to",
        "      -> Give phones an address of the server in their network",
        f"ok    tcp: port {server.rpartition(':')[2]} answers",
        "ok    missing file: 404 without a page",
        "ok    clock: the server's clock is right",
        "ok    file: zip33g_common.cfg is served: 68 bytes",
        "ok    content type: text/plain; charset=utf-8",
        "ok    etag: an unchanged file is answered by 304",
        "ok    same bytes: asked twice, the file is the same",
        "ok    head: HEAD is answered as GET is",
        "ok    api: the API answers without a token, as it does on the machine itself",
    ]
    assert run.err == "0 failed, 1 to look at\n"


@pytest.mark.parametrize("path", ["/", "/phones/", "/zip33g_common.cfg"])
def test_address_without_provision_is_told(offhook: Terminal, server: str, path: str) -> None:
    run = offhook.run("doctor", f"{server}{path}")

    assert run.code == 1
    assert run.lines[-3:] == [
        "FAIL  place: the server serves nothing there; phones fetch below /provision/",
        f"      -> Write {server}/provision/",
        "ok    api: the API answers without a token, as it does on the machine itself",
    ]


def test_address_without_provision_behind_a_stage(offline: Terminal) -> None:
    def answers(heard: Heard) -> Said:
        if heard.path.startswith("/api/provision/"):
            return Said(status=404)
        return Said(status=403, body=b'{"message":"Missing Authentication Token"}')

    with serve(answers) as serving:
        run = offline.run("doctor", f"{serving.url}/api/", "--json")

    (place,) = [each for each in run.json["findings"] if each["check"] == "place"]
    assert place["level"] == "fail"
    assert place["mend"] == f"Write {serving.url}/api/provision/"


def test_gateway_without_offhook_is_no_place(offline: Terminal) -> None:
    answer = Said(status=403, body=b'{"message":"Missing Authentication Token"}')

    with serve(lambda _: answer) as serving:
        run = offline.run("doctor", f"{serving.url}/provision/", "--json")

    (place,) = [each for each in run.json["findings"] if each["check"] == "place"]
    assert place["says"] == "a gateway answers that nothing is served there"
    assert place["mend"] == "Write the address that `make deploy` told, with /provision/ at its end"


def test_expired_certificate_that_signs_itself(offline: Terminal, tmp_path: Path) -> None:
    context = Certificate(ends=-timedelta(days=1)).context(tmp_path)

    with serve(answer_well, context) as serving:
        run = offline.run("doctor", f"{serving.url}/provision/", "--json")

    assert run.code == 1
    found = findings(run)
    assert found["tls"] == ("ok", "offered is TLS 1.2, 1.3")
    level, says = found["expiry"]
    assert level == "fail"
    assert says.startswith("the certificate expired on ")
    assert says.endswith(": phones that check it refuse")
    assert found["name"] == ("ok", "the certificate is for 127.0.0.1")
    assert found["key"] == ("ok", "an RSA key of 2048 bits")
    assert found["chain"] == (
        "fail",
        "the certificate is self-signed: phones that check it refuse",
    )
    assert "missing file" not in found


def test_certificate_of_another_name(offline: Terminal, tmp_path: Path) -> None:
    context = Certificate(names=("phones.example.com",), bits=1024).context(tmp_path)

    with serve(answer_well, context) as serving:
        found = examine(offline, f"{serving.url}/provision/")

    assert found["name"] == ("fail", "the certificate is for phones.example.com, not for 127.0.0.1")
    assert found["key"] == ("fail", "the RSA key has 1024 bits")


def test_certificate_that_expires_soon(offline: Terminal, tmp_path: Path) -> None:
    context = Certificate(ends=timedelta(days=5)).context(tmp_path)

    with serve(answer_well, context) as serving:
        level, says = examine(offline, f"{serving.url}/provision/")["expiry"]

    assert level == "warn"
    assert says.startswith("the certificate expires on ")


def test_certificate_of_tomorrow(offline: Terminal, tmp_path: Path) -> None:
    context = Certificate(begins=timedelta(days=1)).context(tmp_path)

    with serve(answer_well, context) as serving:
        level, says = examine(offline, f"{serving.url}/provision/")["expiry"]

    assert level == "fail"
    assert says.startswith("the certificate is not valid before ")


def test_tls_1_3_only(offline: Terminal, tmp_path: Path) -> None:
    context = Certificate().context(tmp_path, lowest=ssl.TLSVersion.TLSv1_3)

    with serve(answer_well, context) as serving:
        found = examine(offline, f"{serving.url}/provision/")

    assert found["tls"] == (
        "fail",
        "offered is TLS 1.3 only; we know of no desk phone that speaks it",
    )


def test_trusted_certificate_goes_on_to_the_files(
    offline: Terminal, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    context = Certificate().context(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "certificate.pem"))

    with serve(answer_well, context) as serving:
        found = examine(offline, f"{serving.url}/provision/", "--vendor", "yealink")

    level, says = found["chain"]
    assert level == "ok"
    assert says == (
        "this machine trusts it; issued by CN=phones of a test; phones have lists of their own"
    )
    assert found["tls"] == (
        "ok",
        "offered is TLS 1.2, 1.3; which one Yealink phones speak no source says: try one of them",
    )
    assert found["file"] == ("ok", "y000000000004.cfg is served: 6 bytes")
    assert found["api"] == ("ok", "the API asks for a token")


def test_https_where_http_is_spoken(offline: Terminal) -> None:
    with serve(answer_well) as serving:
        found = examine(offline, serving.url.replace("http:", "https:") + "/provision/")

    assert found["tls"] == ("fail", "no TLS is spoken there")


def test_redirect_leads_elsewhere(offline: Terminal) -> None:
    moved = Said(status=301, headers={"Location": "https://phones.example.com/provision/x.cfg"})

    with serve(lambda _: moved) as serving:
        run = offline.run("doctor", f"{serving.url}/provision/", "--vendor", "yealink")
        cisco = offline.run("doctor", f"{serving.url}/provision/", "--vendor", "cisco")

    assert run.code == 1
    assert (
        "FAIL  redirect: 301 leads to https://phones.example.com/provision/x.cfg; "
        "many phones do not follow redirects" in run.lines
    )
    assert "      -> Give phones https://phones.example.com/provision/ itself" in run.lines
    assert (
        "warn  redirect: 301 leads to https://phones.example.com/provision/x.cfg; "
        "Cisco and Linksys phones follow it, others may not" in cisco.lines
    )


def test_page_in_place_of_404(offline: Terminal) -> None:
    def answers(heard: Heard) -> Said:
        page = b"<html><body>Sorry</body></html>"
        return Said(status=404, body=page) if "offhook-0" in heard.path else answer_well(heard)

    with serve(answers) as serving:
        found = examine(offline, f"{serving.url}/provision/")

    assert found["missing file"] == (
        "fail",
        "404 comes with a web page; some phones read it as settings",
    )


def test_200_for_what_is_not_there(offline: Terminal) -> None:
    with serve(lambda _: GOOD) as serving:
        found = examine(offline, f"{serving.url}/provision/")

    assert found["missing file"] == (
        "fail",
        "a file that is not there is answered by 200; phones take what comes for settings",
    )


@pytest.mark.parametrize(
    ("headers", "check", "finding"),
    [
        (
            {"Content-Type": "application/json"},
            "content type",
            ("warn", "the content type is application/json"),
        ),
        (
            {"Content-Encoding": "gzip"},
            "encoding",
            (
                "fail",
                "the file is sent as gzip, which nobody asked for; phones cannot unpack it",
            ),
        ),
        (
            {"ETag": ""},
            "etag",
            ("warn", "there is no ETag: each poll carries the whole file"),
        ),
        (
            {"Date": "Thu, 01 Jan 2026 00:00:00 GMT"},
            "file",
            ("ok", "zip33g_common.cfg is served: 6 bytes"),
        ),
    ],
)
def test_header_of_a_file(
    offline: Terminal, headers: Mapping[str, str], check: str, finding: tuple[str, str]
) -> None:
    def answers(heard: Heard) -> Said:
        said = answer_well(heard)
        return Said(status=said.status, body=said.body, headers={**said.headers, **headers})

    with serve(answers) as serving:
        found = examine(offline, f"{serving.url}/provision/")

    assert found[check] == finding


def test_clock_that_is_wrong(offline: Terminal) -> None:
    late = Said(status=404, headers={"Date": "Thu, 01 Jan 2015 00:00:00 GMT"})

    with serve(lambda _: late) as serving:
        level, says = examine(offline, f"{serving.url}/provision/")["clock"]

    assert level == "warn"
    assert "the server's clock and this machine's are" in says


def test_file_that_differs_each_time(offline: Terminal) -> None:
    def answers(heard: Heard) -> Said:
        said = answer_well(heard)
        body = f"# {len(serving.heard)}\n".encode() if said.status == 200 else b""
        return Said(status=said.status, body=body, headers=said.headers)

    with serve(answers) as serving:
        found = examine(offline, f"{serving.url}/provision/")

    assert found["same bytes"] == (
        "fail",
        "asked twice, the file differs: phones apply it, or restart, at each poll",
    )


@pytest.mark.parametrize(
    ("path", "vendor", "finding"),
    [
        (
            "/provision",
            (),
            ("fail", "it does not end in a slash, so phones take its last part for a file"),
        ),
        (
            "/provision/$mac.cfg",
            ("--vendor", "zip"),
            ("fail", "Zultys ZIP phones send $mac as it stands"),
        ),
        (
            "/provision/{mac}.cfg",
            (),
            (
                "warn",
                "{mac} is replaced by the phones of some vendors only; others send it as it stands",
            ),
        ),
    ],
)
def test_address_that_is_badly_written(
    offline: Terminal, path: str, vendor: tuple[str, ...], finding: tuple[str, str]
) -> None:
    with serve(answer_well) as serving:
        found = examine(offline, f"{serving.url}{path}", *vendor)

    assert found["address"] == finding


def test_http_on_the_port_of_https(offline: Terminal) -> None:
    found = examine(offline, "http://127.0.0.1:443/provision/")

    assert found["scheme"] == ("fail", "http on port 443, where https is usual")


def test_nothing_listens(offline: Terminal) -> None:
    run = offline.run("doctor", "http://127.0.0.1:9/provision/")

    assert run.code == 3
    assert run.lines[-2:] == [
        "FAIL  tcp: nothing answers at 127.0.0.1 port 9",
        "      -> Start the server, open the firewall, or correct the port",
    ]


def test_phone_needs_all_its_names(offline: Terminal) -> None:
    wrong = offline.run("doctor", "http://127.0.0.1:9/", "--mac", "001565123456")

    assert wrong.code == 2
    assert "--mac, --vendor and --model go together" in wrong.err


class Everything:
    """Answers 200 to all."""

    def ask(self, method: str, url: str, headers: Mapping[str, str]) -> Answer:
        del method, url, headers
        return Answer(status=200, headers={}, body=b"[]")


def test_open_server_on_a_public_address() -> None:
    found: list[dict[str, Any]] = [
        finding.describe()
        for finding in look_at_exposure(
            Everything(),
            "http://203.0.113.5",
            public=True,
            plain_file="001565123456.cfg",
            mac=Mac("001565123456"),
        )
    ]

    assert [(each["check"], each["level"]) for each in found] == [
        ("api", "fail"),
        ("plain path", "fail"),
    ]
    assert found[1]["says"] == (
        "anybody who guesses 001565123456 gets its SIP password at /provision/001565123456.cfg"
    )
