"""Which server and which token does a run take?"""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from cli.outcome import UsageError
from cli.profile import Target, choose_target, file_of, parse_url
from tests.cli.conftest import Terminal

CONFIG = """\
default = "office"

[profiles.office]
url = "https://office.example.com"
token = "oh_office"

[profiles.lab]
url = "http://192.0.2.5:8080"
"""


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    found = {"XDG_CONFIG_HOME": str(tmp_path)}
    file = file_of(found)
    file.parent.mkdir()
    file.write_text(CONFIG)
    return found


def choose(environment: dict[str, str], **given: str) -> Target:
    options = {"url": None, "token": None, "profile": None, **given}
    return choose_target(
        url=options["url"],
        token=options["token"],
        profile=options["profile"],
        environment=environment,
    )


def test_default_is_this_machine(tmp_path: Path) -> None:
    found = choose({"XDG_CONFIG_HOME": str(tmp_path)})

    assert found == Target(url="http://127.0.0.1:8080", source="the default")


def test_default_profile_counts_when_nothing_else_is_said(environment: dict[str, str]) -> None:
    found = choose(environment)

    assert (found.url, found.token) == ("https://office.example.com", "oh_office")
    assert found.source == "profile office"


def test_environment_counts_before_the_default_profile(environment: dict[str, str]) -> None:
    found = choose({**environment, "OFFHOOK_URL": "http://127.0.0.1:9000/"})

    assert (found.url, found.token) == ("http://127.0.0.1:9000", None)


def test_named_profile_counts_before_the_environment(environment: dict[str, str]) -> None:
    also = {"OFFHOOK_URL": "http://127.0.0.1:9000", "OFFHOOK_TOKEN": "oh_other"}

    found = choose({**environment, **also}, profile="office")

    assert (found.url, found.token) == ("https://office.example.com", "oh_office")


def test_token_of_a_profile_goes_to_no_other_server(environment: dict[str, str]) -> None:
    found = choose(environment, url="https://elsewhere.example.com")

    assert found.token is None


@pytest.mark.parametrize("text", ["ftp://x", "http://", "http://x:99999", "http://u:p@x", "x?y=1"])
def test_what_is_no_address(text: str) -> None:
    with pytest.raises(UsageError):
        parse_url(text)


@pytest.mark.parametrize(
    ("text", "url"),
    [
        ("phones.example.com:8080", "http://phones.example.com:8080"),
        ("https://x.example.com/prod/", "https://x.example.com/prod"),
        ("https://x.example.com/api", "https://x.example.com"),
    ],
)
def test_address_as_people_write_it(text: str, url: str) -> None:
    assert parse_url(text) == url


@pytest.mark.parametrize(
    ("token", "url", "exposed"),
    [
        ("oh_x", "http://192.0.2.5:8080", True),
        ("oh_x", "http://127.0.0.1:8080", False),
        ("oh_x", "https://192.0.2.5", False),
        (None, "http://192.0.2.5", False),
    ],
)
def test_token_in_clear_is_noticed(token: str | None, url: str, exposed: bool) -> None:
    assert Target(url=url, token=token, source="").is_exposed is exposed


def test_profile_is_kept_for_its_owner_only(offline: Terminal, tmp_path: Path) -> None:
    added = offline.run(
        "profiles", "add", "office", "https://office.example.com", "--token-stdin", stdin="oh_x\n"
    )
    listed = offline.run("profiles", "list")

    file = tmp_path / "config" / "offhook" / "config.toml"
    assert added.code == 0
    assert listed.out == "office\thttps://office.example.com\tyes\tyes\n"
    assert "oh_x" not in added.out + added.err + listed.out
    assert file.stat().st_mode & 0o777 == 0o600
    assert file.read_text() == (
        'default = "office"\n\n[profiles.office]\nurl = "https://office.example.com"\n'
        'token = "oh_x"\n'
    )


def test_profile_is_forgotten(offline: Terminal) -> None:
    offline.run("profiles", "add", "a", "http://127.0.0.1:1", "--no-token")

    assert offline.run("profiles", "remove", "a").code == 0
    assert offline.run("profiles", "remove", "a").code == 2
    assert offline.run("profiles", "list", "--json").json == []


def test_profile_is_written_over_only_when_that_is_said(offline: Terminal) -> None:
    offline.run("profiles", "add", "a", "http://127.0.0.1:1", "--no-token")

    refused = offline.run("profiles", "add", "a", "http://127.0.0.1:2", "--no-token")
    kept = offline.run("profiles", "list", "--json").json
    replaced = offline.run("profiles", "add", "a", "http://127.0.0.1:2", "--no-token", "--replace")

    assert (refused.code, replaced.code) == (2, 0)
    assert refused.err == (
        'offhook: there is a profile "a" already; --replace puts this one there\n'
    )
    assert kept[0]["url"] == "http://127.0.0.1:1"
    assert offline.run("profiles", "list", "--json").json[0]["url"] == "http://127.0.0.1:2"


def test_unknown_profile_tells_the_known_ones(offline: Terminal) -> None:
    offline.run("profiles", "add", "a", "http://127.0.0.1:1", "--no-token")

    wrong = offline.run("status", "--profile", "b")

    assert wrong.code == 2
    assert 'there is no profile "b"' in wrong.err
    assert "there are: a" in wrong.err


def test_broken_file_is_told(offline: Terminal, tmp_path: Path) -> None:
    folder = tmp_path / "config" / "offhook"
    folder.mkdir(parents=True)
    (folder / "config.toml").write_text("[profiles")

    wrong = offline.run("status")

    assert wrong.code == 2
    assert "is not TOML" in wrong.err


def test_token_with_a_line_break_is_refused(environment: dict[str, str]) -> None:
    with pytest.raises(UsageError, match="no token has"):
        choose(environment, token="oh_x\nX-Evil: 1")


def test_environment_of_the_test_is_not_the_users() -> None:
    assert "OFFHOOK_URL" not in os.environ
