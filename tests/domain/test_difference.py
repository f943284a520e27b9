"""Is a difference told, and no secret of the older text to who may not see any?"""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as some

from chalicelib.domain.difference import compare, veil

MARK = "********"


def test_difference_is_a_unified_diff() -> None:
    assert compare("a = 1\nb = 2\n", "a = 1\nb = 3\n", "x.cfg") == (
        "--- x.cfg (last fetched)\n+++ x.cfg (now)\n@@ -1,2 +1,2 @@\n a = 1\n-b = 2\n+b = 3\n"
    )


def test_same_text_has_no_difference() -> None:
    assert compare("a = 1\r\n", "a = 1\n", "x.cfg") == ""


@pytest.mark.parametrize(
    ("old", "now", "told", "shown"),
    [
        ("label = Desk\n", "label = Lab\n", "label = Lab\n", "label = Desk\n"),
        ("pw = old secret\n", "pw = new\n", f"pw = {MARK}\n", f"pw = {MARK}\n"),
        ("gone = x\n", "", "", f"gone = {MARK}\n"),
        ("SET PW x\n", "SET PW y\n", f"SET PW {MARK}\n", f"SET PW {MARK}\n"),
        ('NAME="x"\n', 'NAME="y"\n', 'NAME="y"\n', 'NAME="x"\n'),
        ("name: x\n", "name: y\n", f"name: {MARK}\n", f"name: {MARK}\n"),
        ("<pw>x</pw>\n", "<pw>y</pw>\n", f"<pw>{MARK}</pw>\n", f"<pw>{MARK}</pw>\n"),
        (
            '<item id="a" value="1"/>\n<item id="pw" value="old"/>\n',
            '<item id="a" value="2"/>\n<item id="pw" value="new"/>\n',
            f'<item id="a" value="2"/>\n<item id="pw" value="{MARK}"/>\n',
            f'<item id="a" value="1"/>\n<item id="pw" value="{MARK}"/>\n',
        ),
        ("<x>\n\n</x>\n", "<x>\n</x>\n", "<x>\n</x>\n", "<x>\n\n</x>\n"),
        ("a = old\n", "a = 1\nb = x\ny\n", f"a = 1\nb = {MARK}\n", f"a = {MARK}\n"),
        ("no name at all\n", "", "", f"{MARK}\n"),
    ],
)
def test_older_text_is_veiled(old: str, now: str, told: str, shown: str) -> None:
    assert veil(old, now, told, MARK) == shown


TEXT = some.text('ab =:<>"/\n', max_size=30)


@given(TEXT, some.sampled_from(["pw = {}", "pw: {}", '<a pw="{}"/>', "<pw>{}</pw>", "SET pw {}"]))
def test_older_secret_is_never_shown(around: str, form: str) -> None:
    old, now = form.format("s3cret0"), form.format("s3cret1")
    text = around + "\n"

    found = veil(text + old, text + now, text + form.format(MARK), MARK)

    assert "s3cret0" not in found
