"""The same as the fuzzer does, for a moment: each reader takes what hypothesis makes up."""

from __future__ import annotations

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tests.fuzz.targets import TARGETS

TOKEN = "d001565123456-6925a3b0-uf7qgqlj67mku3pp2nd3thqsja"
# Beginnings of what is read, so that more gets past the first check.
PIECES = (
    "00:15:65:12:34:56", "001565123456", "cfg", ".cfg", "$mac", "{mac}", "-", "/", "..", "%",
    TOKEN, "sberlin-1-", "oh_", "Basic ", "Bearer ", "dXNlcjpwYXNz", "=", "CN=", "OID.2.5.4.3=",
    "#1303616263", '"', "\\", "\\c3\\a9", "+", ",", ";", "192.0.2.1:443", "[2001:db8::1]:1", "{",
    "}", "[", "]", '"a":', "null", "1e999", "NaN", "\\ud800", "\ud800", "\0", "\r\n", "s1.",
    "0123abcd.", "{{", "}}", "{%", "%}", "for line in lines", "endfor", "if", "else", "endif",
    "lines[0].user", "|default('x')", "include 'fuzz'", "{#", "#}", "Yealink SIP-T46S 66.86.0.15",
    "W/", "*", "\n", "mac", "extension", "line 2", "settings.vlan.phone", "keys", ",'=1+1", "sep=;",
)  # fmt: skip

any_text = st.text(alphabet=st.characters(), max_size=200)
texts = any_text | st.lists(st.sampled_from(PIECES) | any_text, max_size=12).map("".join)


@pytest.mark.parametrize("name", TARGETS)
@given(text=texts)
@example(text="")
@example(text="\ud800")
@example(text="[" * 100_000)
@example(text="CN=" * 600)
@example(text="{{" * 2000)
@example(text="(" * 300)
@settings(max_examples=60)
def test_reader_takes_any_text(name: str, text: str) -> None:
    TARGETS[name](text)
