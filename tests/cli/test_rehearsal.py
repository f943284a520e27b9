"""Do `simulate` and `doctor` leave a phone as it was, and say so where they cannot?"""

from __future__ import annotations

import pytest

from cli.boot.knock import Knocking
from cli.boot.rehearsal import Pass
from tests.cli.broken import Heard, Said, serve
from tests.cli.conftest import Terminal
from tests.routes.installation import Installation

MAC = "805ec0123456"
PHONE = ("yealink", "t46s", "--mac", MAC)
GOOD = "oh_a-token-of-the-tests"
HEADER = {"Offhook-Rehearsal": "true"}


def register(offhook: Terminal) -> None:
    offhook.all(
        ("extensions", "add", "1001", "--generate"),
        ("devices", "add", MAC, "--extension", "1001", "--model", "t46s"),
    )


def fetches(offhook: Terminal) -> int:
    return len(offhook.run("devices", "fetches", MAC, "--json").json)


def knowing(offline: Terminal, url: str | None, token: str | None = None) -> Terminal:
    known = {"OFFHOOK_URL": url, "OFFHOOK_TOKEN": token}
    return Terminal(environment={**offline.environment, **known})


def answers(heard: Heard) -> Said:
    """As an Offhook that knows the token."""
    headers = HEADER if heard.token_of_api == GOOD else {}
    if "805ec0" in heard.path:
        return Said(body=b"account.1.user_name = 1001\n", headers=headers)
    return Said(status=404, headers=headers)


def test_simulated_boot_leaves_no_trace(offhook: Terminal) -> None:
    register(offhook)

    booted = offhook.run("simulate", *PHONE, "--json")

    assert booted.code == 0
    assert booted.json["rehearsal"] is True
    assert booted.err == "A rehearsal: the phone stays as it was.\n"
    assert fetches(offhook) == 0
    assert offhook.run("devices", "status", MAC, "--json").json["state"] == "never"


def test_unknown_phone_is_not_discovered(offhook: Terminal) -> None:
    booted = offhook.run("simulate", *PHONE)

    assert booted.code == 1
    assert "404 805ec0123456.cfg" in booted.out
    assert offhook.run("discovered", "list", "--json").json == []


def test_examined_phone_is_left_as_it_was(
    offhook: Terminal, server: str, installation: Installation
) -> None:
    register(offhook)
    sent = "Yealink SIP-T46S 66.85.0.5 80:5e:c0:12:34:56"
    fetch(server, sent)

    run = offhook.run(
        *("doctor", f"{server}/provision/", "--vendor", "yealink", "--model", "t46s"),
        *("--mac", MAC),
    )

    assert run.code == 0
    assert f"ok    file: {MAC}.cfg is served" in run.out
    assert fetches(offhook) == 1
    rehearsed = [line for line in installation.log if line["event"] == "rehearsal"]
    assert {line["user_agent"] for line in rehearsed} == {"offhook", sent}


def test_own_machine_needs_not_be_named(offline: Terminal, offhook: Terminal, server: str) -> None:
    """By neither OFFHOOK_URL nor a profile: its API asks for no token."""
    register(offhook)

    booted = offline.run("simulate", *PHONE, "--url", f"{server}/provision/")

    assert booted.code == 0
    assert booted.err == "A rehearsal: the phone stays as it was.\n"
    assert fetches(offhook) == 0


def test_server_that_takes_no_token_is_asked_for_nothing(offline: Terminal) -> None:
    with serve(answers) as serving:
        known = knowing(offline, serving.url, "oh_another")
        booted = known.run("simulate", *PHONE, "--url", f"{serving.url}/provision/")

    assert booted.code == 2
    assert serving.paths == ["/provision/offhook-0.cfg"]
    assert booted.err == (
        f"Warning: {serving.url} does not take this for a rehearsal: the token is not known there, "
        "or may not reveal\n"
        f"offhook: This boot counts as one of {MAC} itself: its state, history and firmware "
        "change, and a window is used up. Go on? Nobody is there to answer; say --yes\n"
    )


@pytest.mark.parametrize("token", [None, "oh_another"])
def test_address_that_lacks_provision_is_told_without_a_question(
    offline: Terminal, offhook: Terminal, server: str, token: str | None
) -> None:
    register(offhook)
    known = knowing(offline, server if token else None, token)
    words = ("--vendor", "yealink", "--model", "t46s", "--mac", MAC)

    booted = known.run("simulate", *PHONE, "--url", f"{server}/")
    run = known.run("doctor", f"{server}/", *words)

    assert (booted.code, booted.err) == (1, "")
    assert "the server serves nothing there; does the address lack /provision/?" in booted.out
    assert (run.code, run.err) == (1, "1 failed, 1 to look at\n")
    assert f"      -> Write {server}/provision/" in run.lines
    assert fetches(offhook) == 0


def test_missing_place_is_no_leave_to_fetch_the_file_elsewhere(offline: Terminal) -> None:
    """`doctor` looks at the plain path beside: that would count as the phone's fetch."""

    def only_below_provision(heard: Heard) -> Said:
        if heard.path.startswith("/provision/"):
            return Said(status=404 if "offhook" in heard.path else 200)
        return Said(status=403, body=b'{"message":"Missing Authentication Token"}')

    words = ("--vendor", "yealink", "--model", "t46s", "--mac", MAC)
    with serve(only_below_provision) as serving:
        run = offline.run("doctor", f"{serving.url}/", *words)
        paths = list(serving.paths)
        asked = offline.run("doctor", f"{serving.url}/provision", *words)

    assert run.code == 1
    assert f"      -> Write {serving.url}/provision/" in run.lines
    assert [path for path in paths if MAC in path] == []
    assert asked.code == 2
    assert serving.paths[len(paths) :] == ["/provision/offhook-0.cfg"]


@pytest.mark.parametrize(
    ("said", "what"),
    [
        (Said(status=404, body=b"<!DOCTYPE HTML><title>Error</title>"), "404 with a web page"),
        (Said(body=b"welcome"), "200 for a file that is not there"),
    ],
)
def test_other_server_is_not_said_to_want_a_token(offline: Terminal, said: Said, what: str) -> None:
    with serve(lambda _: said) as serving:
        booted = offline.run("simulate", *PHONE, "--url", f"{serving.url}/provision/")

    assert booted.code == 2
    assert booted.err.startswith(
        f"Warning: {serving.url} does not answer as Offhook does ({what}); if one is behind it, "
        "this is no rehearsal\n"
    )


def test_other_server_gets_no_token(offline: Terminal) -> None:
    with serve(answers) as serving, serve(answers) as other:
        known = knowing(offline, other.url, GOOD)
        asked = known.run("simulate", *PHONE, "--url", f"{serving.url}/provision/")
        silent = list(serving.heard)
        booted = known.run("simulate", *PHONE, "--url", f"{serving.url}/provision/", "--yes")

    assert asked.code == 2
    assert silent == []
    assert booted.code == 0
    assert {each.token_of_api for each in serving.heard} == {None}
    assert other.heard == []
    assert booted.err.startswith(
        f"Warning: no token is shown to {serving.url}: the server that is named is {other.url}\n"
    )


def test_token_does_not_follow_a_redirect_to_another_server(offline: Terminal) -> None:
    mac = "00562b123456"

    def elsewhere(heard: Heard) -> Said:
        if "offhook" in heard.path:
            return Said(status=404, headers=HEADER)
        return Said(status=302, headers={"Location": f"{other.url}{heard.path}"})

    profile = Said(body=b"<flat-profile><User_ID_1_>1001</User_ID_1_></flat-profile>")
    with serve(lambda _: profile) as other, serve(elsewhere) as serving:
        known = knowing(offline, serving.url, GOOD)
        booted = known.run("simulate", "cisco", "8841", "--mac", mac, "--url", f"{serving.url}/x/")

    assert booted.code == 0
    files = [each for each in serving.heard if not each.path.startswith("/api/")]
    assert [each.token_of_api for each in files] == [GOOD, GOOD]
    assert [each.token_of_api for each in other.heard] == [None]


def test_examination_of_a_phone_elsewhere_is_asked_about(offline: Terminal) -> None:
    words = ("--vendor", "yealink", "--model", "t46s", "--mac", MAC)
    with serve(answers) as serving:
        known = knowing(offline, "https://offhook.example.com", GOOD)
        asked = known.run("doctor", f"{serving.url}/provision/", *words)
        silent = list(serving.heard)
        run = known.run("doctor", f"{serving.url}/provision/", *words, "--yes")
        common = known.run("doctor", f"{serving.url}/provision/")

    assert (asked.code, silent) == (2, [])
    assert "file: 805ec0123456.cfg is served" in run.out
    assert "Warning" not in common.err


@pytest.mark.parametrize(
    ("server", "url", "shown"),
    [
        ("https://a.example.com", "https://a.example.com/provision/x.cfg", True),
        ("https://a.example.com/api", "https://A.example.com:443/api/p/t/x.cfg", True),
        ("http://127.0.0.1:8080", "http://localhost:8080/provision/", True),
        ("https://a.example.com", "http://a.example.com/provision/x.cfg", False),
        ("https://a.example.com", "https://a.example.com:8443/provision/", False),
        ("https://a.example.com", "https://a.example.com.evil.test/", False),
        ("https://a.example.com", "https://a.example.com@evil.test/", False),
        ("http://127.0.0.1:8080", "http://127.0.0.1:8081/provision/", False),
    ],
)
def test_token_is_shown_to_its_server_alone(server: str, url: str, *, shown: bool) -> None:
    headers = Pass(server=server, token=GOOD).headers(url)

    assert headers == ({"Offhook-Token": GOOD} if shown else {})
    assert GOOD not in repr(Pass(server=server, token=GOOD))


def fetch(server: str, user_agent: str) -> None:
    """As the phone itself does."""
    Knocking().send("GET", f"{server}/provision/{MAC}.cfg", {"User-Agent": user_agent})


@pytest.mark.parametrize(
    ("sent", "expected"),
    [
        ("Yealink SIP-T46S 66.85.0.5 80:5e:c0:12:34:56", "as it did last"),
        ("curl/8.0", "as the pack has it"),
        ("Yealink SIP-T54W 96.86.0.75", "as the pack has it"),
    ],
)
def test_rehearsal_sends_what_the_phone_sent_last(
    offhook: Terminal, server: str, sent: str, expected: str
) -> None:
    register(offhook)
    fetch(server, sent)

    booted = offhook.run("simulate", *PHONE, "--json")
    chosen = offhook.run("simulate", *PHONE, "--user-agent", "mine", "--json")

    of_the_pack = "Yealink SIP-T46S 66.86.0.15 80:5e:c0:12:34:56"
    assert booted.json["user_agent"] == (sent if expected == "as it did last" else of_the_pack)
    assert chosen.json["user_agent"] == "mine"
