"""Does `offhook simulate` boot as phones do, and tell whether they come up?"""

from __future__ import annotations

import base64

import pytest

from tests.cli.broken import Heard, Said, serve
from tests.cli.conftest import Run, Terminal

YEALINK = ("yealink", "t46s", "--mac", "80:5e:c0:12:34:56")
CISCO = ("cisco", "8841", "--mac", "00:56:2b:12:34:56")
LINPHONE = ("linphone", "linphone", "--mac", "00:56:2b:12:34:57")
CONFIGURED = b"account.1.user_name = 1001\naccount.1.password = secret\n"
PROFILE = b"<flat-profile><User_ID_1_>1001</User_ID_1_></flat-profile>"


def boot(terminal: Terminal, url: str, *phone: str) -> Run:
    """Boot against a server that is not the one whose token there is: nothing else is sent."""
    environment = {**terminal.environment, "OFFHOOK_URL": "https://offhook.example.com"}
    elsewhere = Terminal(environment=environment)
    return elsewhere.run("simulate", *phone, "--url", url, "--yes")


@pytest.mark.parametrize(
    ("vendor", "model", "mac", "files"),
    [
        ("zip", "33g", "001565123456", ["zip33g_common.cfg", "001565123456.cfg"]),
        (
            *("yealink", "t46s", "805ec0123456"),
            [
                *("805ec0123456.boot", "y000000000000.boot"),
                *("y000000000066.cfg", "805ec0123456.cfg"),
            ],
        ),
        (
            *("avaya", "j179", "c81fea123456"),
            ["J100Supgrade.txt", "46xxsettings.txt", "c81fea123456.txt"],
        ),
        (
            *("panasonic", "kx-hdv230", "0080f0123456"),
            ["KX-HDV230.cfg", "Config0080F0123456.cfg"],
        ),
        (
            *("panasonic", "kx-tgp500", "0080f0123456"),
            ["KX-TGP500B04.cfg", "Config0080F0123456.cfg"],
        ),
        (
            *("panasonic", "kx-tgp550", "0080f0123456"),
            ["KX-TGP550T04.cfg", "Config0080F0123456.cfg"],
        ),
        ("cisco", "8841", "00562b123456", ["00562b123456.xml"]),
    ],
)
def test_phone_comes_up_by_its_files_in_order(
    offhook: Terminal, vendor: str, model: str, mac: str, files: list[str]
) -> None:
    offhook.all(
        ("extensions", "add", "1001", "--generate"),
        ("devices", "add", mac, "--extension", "1001", "--vendor", vendor, "--model", model),
    )

    booted = offhook.run("simulate", vendor, model, "--mac", mac, "--json")

    assert booted.code == 0
    told = booted.json
    assert [step["file"] for step in told["steps"]] == files
    assert told["configured"] is True
    assert told["verdict"] == f"the phone comes up configured, by {files[-1]}"


def test_master_file_of_a_polycom_leads_to_the_next(offhook: Terminal) -> None:
    mac = "0004f2123456"
    offhook.all(
        ("extensions", "add", "1001", "--generate"),
        ("devices", "add", mac, "--extension", "1001", "--vendor", "polycom", "--model", "vvx411"),
    )

    booted = offhook.run("simulate", "polycom", "vvx411", "--mac", mac, "--json")

    assert booted.code == 0
    assert [(step["file"], step["result"]) for step in booted.json["steps"][:3]] == [
        ("0004f2123456.cfg", "served"),
        ("0004f2123456-offhook.cfg", "served"),
        ("sip.ld", "absent"),
    ]


def test_phone_that_is_not_registered_stays_as_it_was(offhook: Terminal) -> None:
    booted = offhook.run("simulate", "zip", "33g", "--mac", "00:15:65:12:34:57")

    assert booted.code == 1
    assert booted.lines == [
        f"ZIP 33G, 001565123457, asks {offhook.environment['OFFHOOK_URL']}/provision/",
        "User-Agent: Zultys ZIP 33G - 47.80.132.4",
        " + 200 zip33g_common.cfg: it takes 0 settings",
        " ! 404 001565123457.cfg (6 times): there is no such file for it",
        (
            "The phone stays unconfigured: 001565123457.cfg: there is no such file for it; "
            "it keeps what it had until its next start or poll"
        ),
    ]


def test_phone_asks_by_its_own_name_and_as_often_as_it_does(offline: Terminal) -> None:
    def answers(heard: Heard) -> Said:
        return Said(body=CONFIGURED) if "805ec0" in heard.path else Said(status=404)

    with serve(answers) as serving:
        booted = boot(offline, f"{serving.url}/x/", *YEALINK)

    assert booted.code == 0
    assert {each.user_agent for each in serving.heard} == {
        "Yealink SIP-T46S 66.86.0.15 80:5e:c0:12:34:56"
    }
    assert serving.paths == [
        "/x/805ec0123456.boot",
        *["/x/y000000000000.boot"] * 3,
        *["/x/y000000000066.cfg"] * 3,
        "/x/805ec0123456.cfg",
    ]


def test_missing_file_of_a_cisco_costs_an_hour(offline: Terminal) -> None:
    with serve(lambda _: Said(status=404)) as serving:
        booted = boot(offline, f"{serving.url}/", *CISCO)

    assert booted.code == 1
    assert booted.lines[-1] == (
        "The phone stays unconfigured: 00562b123456.xml: there is no such file for it; "
        "it waits 1 h before it begins anew"
    )


def test_redirect_is_followed_by_those_who_do(offline: Terminal) -> None:
    def answers(heard: Heard) -> Said:
        if heard.path.startswith("/new/"):
            return Said(body=PROFILE)
        return Said(status=302, headers={"Location": f"/new{heard.path}"})

    with serve(answers) as serving:
        cisco = boot(offline, f"{serving.url}/", *CISCO)
        linphone = boot(offline, f"{serving.url}/", *LINPHONE)
        yealink = boot(offline, f"{serving.url}/", *YEALINK)

    assert cisco.code == 0
    assert linphone.code == 1
    assert f"it does not follow the redirect to {serving.url}" in linphone.out
    assert yealink.code == 1
    assert "nobody knows whether it follows redirects; this one leads to" in yealink.out


def test_redirects_in_a_circle_end(offline: Terminal) -> None:
    with serve(lambda heard: Said(status=301, headers={"Location": heard.path})) as serving:
        booted = boot(offline, f"{serving.url}/", *CISCO)

    assert booted.code == 1
    assert len(serving.heard) == 6
    assert "it gives up after 5 redirects" in booted.out


def test_web_page_in_place_of_a_file_is_no_file(offline: Terminal) -> None:
    page = Said(
        body=b"<!DOCTYPE html><html>Not found</html>", headers={"Content-Type": "text/html"}
    )

    with serve(lambda _: page) as serving:
        booted = boot(offline, f"{serving.url}/", *CISCO)

    assert booted.code == 1
    assert " ! 200 00562b123456.xml: a web page: it may read it as its settings" in booted.lines


@pytest.mark.parametrize(
    ("body", "says"),
    [
        (b"", "empty"),
        (b"<flat-profile>", "it cannot read the file: is not XML: "),
        (b"<flat-profile>  </flat-profile>", "it takes 1 setting"),
    ],
)
def test_file_that_cannot_be_read_is_told(offline: Terminal, body: bytes, says: str) -> None:
    with serve(lambda _: Said(body=body)) as serving:
        booted = boot(offline, f"{serving.url}/", *CISCO)

    assert f"200 00562b123456.xml: {says}" in booted.out


def test_server_in_trouble_is_a_failure(offline: Terminal) -> None:
    with serve(lambda _: Said(status=503)) as serving:
        booted = boot(offline, f"{serving.url}/", *CISCO)

    assert booted.code == 1
    assert " ! 503 00562b123456.xml: the server is down for now" in booted.lines


def test_address_of_no_place_is_told(offhook: Terminal) -> None:
    booted = boot(offhook, f"{offhook.environment['OFFHOOK_URL']}/", "zip", "33g", *YEALINK[2:])

    assert booted.code == 1
    assert (
        " ! 403 zip33g_common.cfg (6 times): the server serves nothing there; "
        "does the address lack /provision/?"
    ) in booted.lines


def test_user_and_password_are_shown_when_asked_for(offline: Terminal) -> None:
    expected = "Basic " + base64.b64encode(b"phone:s3cret").decode()

    def answers(heard: Heard) -> Said:
        if heard.authorization == expected:
            return Said(body=PROFILE)
        return Said(status=401, headers={"WWW-Authenticate": 'Basic realm="x"'})

    with serve(answers) as serving:
        without = boot(offline, f"{serving.url}/", *CISCO)
        given = offline.run(
            *("simulate", *CISCO, "--url", f"{serving.url}/", "--user", "phone"),
            *("--password-stdin", "--yes"),
            stdin="s3cret\n",
        )

    assert without.code == 1
    assert "the server wants a user and a password" in without.out
    assert given.code == 0
    assert "s3cret" not in given.out + given.err


def test_macro_that_the_vendor_does_not_know_is_warned_of(offline: Terminal) -> None:
    with serve(lambda _: Said(status=404)) as serving:
        booted = boot(offline, f"{serving.url}/{{mac}}.cfg", "zip", "33g", "--mac", "001565123456")

    assert "Warning: Zultys ZIP phones send {mac} as it stands\n" in booted.err
    assert serving.paths == ["/%7Bmac%7D.cfg"] * 6


def test_macro_of_the_vendor_is_replaced(offline: Terminal) -> None:
    with serve(lambda _: Said(body=CONFIGURED)) as serving:
        boot(offline, f"{serving.url}/$MAU.xml", *CISCO)

    assert serving.paths == ["/00562B123456.xml"]


def test_silent_server_ends_the_boot(offline: Terminal) -> None:
    booted = boot(offline, "http://127.0.0.1:9/", *YEALINK)

    assert (booted.code, booted.err.count("A rehearsal")) == (1, 0)
    assert len(booted.lines) == 4
    assert booted.lines[-1].startswith(
        "The phone stays unconfigured: nothing listens at 127.0.0.1:9"
    )


def test_unknown_model_is_usage(offline: Terminal) -> None:
    wrong = boot(offline, "http://127.0.0.1:9/", "zip", "99g", "--mac", "001565123456")

    assert wrong.code == 2
    assert wrong.err == ('offhook: model: "99g" is not a model of zip; supported are 33g, 37g\n')
