"""Does what the command reads and writes hold for any text?"""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.mac import Mac
from chalicelib.domain.vendor import FileKind
from cli import dhcp
from cli.boot.address import AddressRules, read_rules
from cli.boot.reference import find_references
from cli.client import segment
from cli.doctor.target import read_target
from cli.outcome import UsageError
from cli.profile import Profiles, Target, parse_url, read_profiles, write_profiles
from cli.setting import read_settings

MACS = st.integers(0, 2**48 - 1).map(lambda number: Mac(f"{number:012x}"))
TOKENS = st.text(st.characters(min_codepoint=33, max_codepoint=126), min_size=1, max_size=60)
PATHS = st.text(st.sampled_from("abcXYZ019._~-/"), max_size=60)


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("profiles") / "config.toml"


@given(token=st.none() | TOKENS, path=PATHS)
def test_profile_is_read_as_it_was_written(file: Path, token: str | None, path: str) -> None:
    url = parse_url(f"https://phones.example.com/{path}")
    target = Target(url=url, token=token, source="profile a")
    profiles = Profiles(default="a", targets={"a": target})

    write_profiles(file, profiles)

    assert read_profiles(file) == profiles


@given(text=st.text(max_size=100))
def test_any_text_is_an_address_or_refused(text: str) -> None:
    try:
        url = parse_url(text)
    except UsageError:
        return
    assert url.startswith(("http://", "https://"))
    assert url.isprintable()


@given(text=st.text(max_size=300), mac=MACS)
def test_references_of_any_text_are_found_or_not(text: str, mac: Mac) -> None:
    for kind in FileKind:
        assert all(isinstance(name, str) for name in find_references(text, kind, mac))


@given(text=st.text(max_size=100), mac=MACS)
@pytest.mark.parametrize("vendor", ["cisco", "snom", "panasonic", "gigaset", "fanvil", "zip"])
def test_macros_of_any_address_are_replaced(vendor: str, text: str, mac: Mac) -> None:
    rules = read_rules(vendor)

    expanded = rules.expand(text, mac=mac, model="x1")

    replaced = [macro for macro in rules.macros or {} if macro in text]
    assert replaced or expanded == text


def test_longest_macro_counts() -> None:
    rules = AddressRules(macros={"$MA": "{mac}", "$MAU": "{MAC}"})

    assert rules.expand("$MAU-$MA", mac=Mac("00156a000000"), model="x") == (
        "00156A000000-00156a000000"
    )


@given(path=PATHS)
@pytest.mark.parametrize("server", dhcp.SERVERS)
def test_lines_for_a_dhcp_server_hold_no_more_lines(server: str, path: str) -> None:
    url = f"http://192.0.2.5/{path}/"

    lines = dhcp.write(server, dhcp.advise(url), url)

    assert all("\n" not in line and line.isprintable() for line in lines)
    if server == "kea":
        told = json.loads("\n".join(lines[1:]))
        assert told["Dhcp4"]["option-data"][0]["data"] == url


@given(pair=st.text(max_size=60))
def test_any_setting_is_read_or_refused(pair: str) -> None:
    try:
        settings = read_settings([pair.replace("@", "")])
    except UsageError:
        return
    assert settings


@given(text=st.text(max_size=60))
def test_name_stays_one_segment(text: str) -> None:
    try:
        written = segment(text)
    except UnicodeEncodeError:
        return
    assert "/" not in written
    assert "?" not in written


@given(text=st.text(max_size=100))
def test_any_text_is_a_target_or_refused(text: str) -> None:
    for address in (text, f"http://{text}", f"https://[{text}"):
        try:
            target = read_target(address)
        except UsageError:
            continue
        assert target.folder.endswith("/")
