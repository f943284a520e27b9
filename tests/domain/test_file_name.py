"""Is the shape of any requested name told, and the MAC address in it found?"""

from __future__ import annotations

from time import perf_counter

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from chalicelib.domain.file_name import FileName, find_placeholder, read_file_name
from chalicelib.domain.mac import Mac


@pytest.mark.parametrize(
    ("name", "shape", "digits"),
    [
        ("001565abcdef.cfg", "{mac}.cfg", "001565abcdef"),
        ("001565ABCDEF.CFG", "{mac}.cfg", "001565abcdef"),
        ("00:15:65:ab:cd:ef.cfg", "{mac}.cfg", "001565abcdef"),
        ("00-15-65-AB-CD-EF.cfg", "{mac}.cfg", "001565abcdef"),
        ("0015.65ab.cdef.cfg", "{mac}.cfg", "001565abcdef"),
        ("cfg001565abcdef.cfg", "cfg{mac}.cfg", "001565abcdef"),
        ("cfg001565abcdef.xml", "cfg{mac}.xml", "001565abcdef"),
        ("SIP-00-15-65-AB-CD-EF.xml", "sip-{mac}.xml", "001565abcdef"),
        # The letters before the address look like digits of it.
        ("ATA001565ABCDEF.cnf.xml", "ata{mac}.cnf.xml", "001565abcdef"),
        ("spa001565abcdef.xml", "spa{mac}.xml", "001565abcdef"),
        ("SEP001565ABCDEF.cnf.xml", "sep{mac}.cnf.xml", "001565abcdef"),
        ("001565abcdef-phone.cfg", "{mac}-phone.cfg", "001565abcdef"),
        ("st2030s_001565abcdef.txt", "st2030s_{mac}.txt", "001565abcdef"),
        ("001565abcdef", "{mac}", "001565abcdef"),
        ("000000000001.cfg", "{mac}.cfg", "000000000001"),
    ],
)
def test_mac_in_a_name_is_found(name: str, shape: str, digits: str) -> None:
    found = read_file_name(name)

    assert found == FileName(shape, Mac(digits))


@pytest.mark.parametrize(
    ("name", "shape"),
    [
        ("zip33g_common.cfg", "zip33g_common.cfg"),
        ("ZIP37G_Common.cfg", "zip37g_common.cfg"),
        ("y000000000025.cfg", "y000000000025.cfg"),
        ("y000000000123.cfg", "y000000000123.cfg"),
        ("000000000000.cfg", "000000000000.cfg"),
        ("f0V00X200000.cfg", "f0v00x200000.cfg"),
        ("001565.cfg", "001565.cfg"),
    ],
)
def test_common_file_has_no_mac(name: str, shape: str) -> None:
    found = read_file_name(name)

    assert found == FileName(shape, None)


@pytest.mark.parametrize(
    "name",
    ["", "..%2fpasswd", "a/b", "a\\b", "{mac}.cfg", "a\n.cfg", "a\x00.cfg", "é.cfg", "a" * 121],
)
def test_what_no_phone_asks_for_is_no_file_name(name: str) -> None:
    found = read_file_name(name)

    assert found is None


@given(st.text() | st.text("0123456789abcdefABCDEF:.-_ y{}", max_size=130))
@example("é" * 10_000)
@example("00:" * 3_400)
@example("{mac" * 2_500)
def test_any_text_is_read_without_an_error(text: str) -> None:
    found = read_file_name(text)
    placeholder = find_placeholder(text)

    assert found is None or (found.mac is None) == ("{mac}" not in found.shape)
    assert placeholder is None or placeholder in text


@given(digits=st.text("0123456789abcdef", min_size=12, max_size=12).filter(lambda d: int(d, 16)))
def test_every_device_gets_the_file_of_its_own(digits: str) -> None:
    found = read_file_name(f"{digits}.cfg")

    assert found == FileName("{mac}.cfg", Mac(digits))


@pytest.mark.parametrize(
    "name",
    ["001565abcdef.cfg", "a" * 10_000, "é" * 10_000, "00:" * 40, "00:" * 3_400, "{[<" * 3_400],
)
def test_reading_a_name_costs_microseconds(name: str) -> None:
    def measure() -> float:
        began = perf_counter()
        read_file_name(name)
        find_placeholder(name)
        return perf_counter() - began

    fastest = min(measure() for _ in range(20))

    assert fastest < 0.0005  # ten times what the slowest takes


@pytest.mark.parametrize(
    ("name", "placeholder"),
    [
        ("{mac}.cfg", "{mac}"),
        ("{MAC}.cfg", "{MAC}"),
        ("$mac.cfg", "$mac"),
        ("$MA.cfg", "$MA"),
        ("$MAU.cfg", "$MAU"),
        ("cfg$mac.cfg", "$mac"),
        ("${mac}.cfg", "${mac}"),
        ("$(mac).cfg", "$(mac)"),
        ("{{mac}}.cfg", "{{mac}}"),
        ("%mac%.cfg", "%mac%"),
        ("%MACD.cfg", "%MACD"),
        ("[mac].cfg", "[mac]"),
        ("<mac>.cfg", "<mac>"),
        ("<mac-address>.cfg", "<mac-address>"),
        ("{mac_address}.cfg", "{mac_address}"),
    ],
)
def test_placeholder_sent_as_it_stands_is_found(name: str, placeholder: str) -> None:
    found = find_placeholder(name)

    assert found == placeholder
    assert read_file_name(name) is None


@pytest.mark.parametrize("name", ["001565abcdef.cfg", "mac.cfg", "macbook.cfg", "$ma_.cf", ""])
def test_other_names_hold_no_placeholder(name: str) -> None:
    assert find_placeholder(name.replace("$ma", "$x")) is None
