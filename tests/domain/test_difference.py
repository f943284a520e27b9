"""Is a difference told, and of secrets that they are others, and nothing else?"""

from __future__ import annotations

from collections.abc import Set

import pytest
from hypothesis import given
from hypothesis import strategies as some

from chalicelib.domain.difference import Told, compare, compare_veiled

MARK = "********"


def told(old: str, now: str, veiled: str, before: Set[int] = frozenset()) -> Told:
    return compare_veiled(old, now, veiled, "x.cfg", mark=MARK, told=before)


def changes(found: Told) -> list[str]:
    """The lines that are gone or come, of the diff."""
    return [line for line in found.diff.splitlines()[2:] if line[0] in "+-"]


def test_difference_is_a_unified_diff() -> None:
    assert compare("a = 1\nb = 2\n", "a = 1\nb = 3\n", "x.cfg") == (
        "--- x.cfg (last fetched)\n+++ x.cfg (now)\n@@ -1,2 +1,2 @@\n a = 1\n-b = 2\n+b = 3\n"
    )


def test_same_text_has_no_difference() -> None:
    assert compare("a = 1\r\n", "a = 1\n", "x.cfg") == ""


SAME = [
    ("pw = admin:s\n", f"pw = admin:{MARK}\n"),
    ("pw = s\nlabel = s\n", f"pw = {MARK}\nlabel = s\n"),
    ("s\nx\n", f"{MARK}\nx\n"),
    ("s:t\n", f"{MARK}\n"),
    ("# s\n", f"# {MARK}\n"),
    ('<r>\n<i id="pw" value="s"/>\n</r>\n', f'<r>\n<i id="pw" value="{MARK}"/>\n</r>\n'),
    ("a = 1\nfor s\nb = 2\n", "a = 1\nb = 2\n"),
    ("a = 1\n", f"a = 1\nonly {MARK}\n"),
    ("[0]\npw=s\n[1]\npw=t\n", f"[0]\npw={MARK}\n[1]\npw={MARK}\n"),
]


@pytest.mark.parametrize(("text", "veiled"), SAME)
def test_what_the_phone_has_is_no_difference(text: str, veiled: str) -> None:
    assert told(text, text, veiled) == Told(diff="", lines=frozenset())


@pytest.mark.parametrize(
    ("old", "now", "veiled", "lines"),
    [
        ("pw = s\n", "pw = t\n", "pw = ?\n", ["-pw = ?", "+pw = ? (another)"]),
        ("pw=a<b\n", "pw=t\n", "pw=?\n", ["-pw=?", "+pw=? (another)"]),
        ("pw: s\n", "pw: t\n", "pw: ?\n", ["-pw: ?", "+pw: ? (another)"]),
        ('SET PW "s"\n', 'SET PW "t"\n', 'SET PW "?"\n', ["-SET PW ?", '+SET PW "?" (another)']),
        ("<pw>s</pw>\n", "<pw>t</pw>\n", "<pw>?</pw>\n", ["-<pw>?</pw>", "+<pw>? (another)</pw>"]),
        ("P  :s\r\n", "P  :t\r\n", "P  :?\r\n", ["-P  :?", "+P  :? (another)"]),
        (
            "pw = admin:s\n",
            "pw = admin:t\n",
            "pw = admin:?\n",
            ["-pw = ?", "+pw = admin:? (another)"],
        ),
        (
            "<Name>A</Name><Value>s</Value>\n",
            "<Name>A</Name><Value>t</Value>\n",
            "<Name>A</Name><Value>?</Value>\n",
            ["-<Name>A</Name><Value>?</Value>", "+<Name>A</Name><Value>? (another)</Value>"],
        ),
        ("s\n", "t\n", "?\n", ["-?", "+? (another)"]),
        ("s:x\n", "t\n", "?\n", ["-?", "+? (another)"]),
        ("# s\n", "# t\n", "# ?\n", ["-?", "+# ? (another)"]),
        ("pw = s\n", "pw = ********\n", "pw = ?\n", ["-pw = ?", "+pw = ? (another)"]),
        ("[0]\npw=s\n", "[0]\npw=t\n", "[0]\npw=?\n", ["-pw=?", "+pw=? (another)"]),
    ],
)
def test_secret_that_is_another_one(old: str, now: str, veiled: str, lines: list[str]) -> None:
    found = told(old, now, veiled.replace("?", MARK))

    assert changes(found) == [line.replace("?", MARK) for line in lines]
    assert len(found.lines) == 1


@pytest.mark.parametrize(
    ("old", "now", "lines"),
    [
        ("label = Desk\n", "label = Lab\n", ["-label = Desk", "+label = Lab"]),
        ('NAME="x"\n', 'NAME="y"\n', ['-NAME="x"', '+NAME="y"']),
        ("a = 1\nb = 2\n", "b = 2\n", ["-a = ?"]),
        ("b = 2\n", "a = 1\nb = 2\n", ["+a = 1"]),
        ("pw = s\n", "pw = %NULL%\n", ["-pw = ?", "+pw = %NULL%"]),
        ("user_password = s\n", "user_password = \n", ["-user_password = ?", "+user_password = "]),
        (
            "url = https://x.example/p/TOKEN/firmware/1.rom\n",
            "url = https://x.example/provision/firmware/1.rom\n",
            ["-url = ?", "+url = https://x.example/provision/firmware/1.rom"],
        ),
        ("<x>\n\n</x>\n", "<x>\n</x>\n", ["-"]),
        (
            "<x>\n<n>a</n>\n<v>s</v>\n<n>b</n>\n<v>1</v>\n</x>\n",
            "<x>\n<n>b</n>\n<v>1</v>\n</x>\n",
            ["-<n>?</n>", "-<v>?</v>", "-<n>?</n>", "-<v>?</v>", "+<n>b</n>", "+<v>1</v>"],
        ),
        ("only this\n", "", ["-?"]),
        ("# a remark\nb = 1\n", "b = 1\n", ["-?"]),
        ("s1=\nb\n", "b\n", ["-s1=?"]),
    ],
)
def test_older_value_is_shown_by_its_own_name_alone(old: str, now: str, lines: list[str]) -> None:
    assert changes(told(old, now, now)) == [line.replace("?", MARK) for line in lines]


def test_secret_that_stays_in_a_line_that_changes_is_none_other() -> None:
    old, now, veiled = (f'<a label="{x}" pw="{pw}"/>\n' for x, pw in ("xs", "ys", ("y", MARK)))

    found = told(old, now, veiled)

    assert changes(found) == [f'-<a label="x" pw="{MARK}"/>', f'+<a label="y" pw="{MARK}"/>']
    assert found.lines == frozenset()


def test_places_are_those_of_the_texts() -> None:
    old = "".join(f"a.{number} = {number}\n" for number in range(30))
    now = old.replace("a.4 = 4", "a.4 = x").replace("a.20 = 20\n", "") + "b = 1\n"

    assert told(old, now, now).diff.replace("-a.20 = ********", "-a.20 = 20") == compare(
        old, now, "x.cfg"
    )


def test_lines_that_share_a_name_tell_nothing_of_each_other() -> None:
    """The second password stays; whether it is tried as the first one makes no difference."""
    old = "[0]\npw=first\n[1]\npw=second\n"
    tries = ("second", "third")
    found = [
        told(old, f"[0]\npw={one}\n[1]\npw=second\n", f"[0]\npw={MARK}\n[1]\npw={MARK}\n")
        for one in tries
    ]

    assert changes(found[0]) == [f"-pw={MARK}", f"+pw={MARK} (another)"]
    assert found[0] == found[1]


def test_label_that_is_the_same_as_a_password_makes_no_difference() -> None:
    found = [
        changes(told("label=x\npw=s\n", f"label={label}\npw=s\n", f"label={label}\npw={MARK}\n"))
        for label in ("s", "t")
    ]

    assert found == [["-label=x", "+label=s"], ["-label=x", "+label=t"]]


def test_what_was_told_to_be_another_one_stays_so() -> None:
    """Else a password could be set again and again, until the difference goes away."""
    first = told("a=1\npw=s\n", "a=1\npw=try\n", f"a=1\npw={MARK}\n")
    again = told("a=1\npw=s\n", "a=1\npw=s\n", f"a=1\npw={MARK}\n", first.lines)

    assert first.lines == {1}
    assert again == first


def test_what_was_shown_goes_away() -> None:
    assert told("label=x\n", "label=x\n", "label=x\n", {0}).diff == ""


def test_many_lines_of_one_name_take_no_time() -> None:
    old = "<r>\n" + "<v>1</v>\n" * 5_000 + "</r>\n"
    now = old.replace("<v>1</v>\n", "<v>2</v>\n", 1).replace("</r>", "<w/>\n</r>")

    assert changes(told(old, now, now)) == [f"-<v>{MARK}</v>", "+<v>2</v>", "+<w/>"]
    assert told(old, old, old).diff == ""


FORMS = [
    "pw = {}",
    "pw: {}",
    '<r>\n<a pw="{}"/>',
    "<r>\n<pw>{}</pw>",
    "SET pw {}",
    "{}",
    "x = u:{}",
]


@given(
    some.text('ab =:<>"/#[]\n', max_size=30),
    some.text('ab =:<>"/#[]\n', max_size=30),
    some.sampled_from(FORMS),
    some.sampled_from(FORMS),
)
def test_older_secret_is_never_shown(around: str, later: str, form: str, now_form: str) -> None:
    old = f"{around}\n{form.format('s3cret0')}\n{later}"
    now, veiled = (f"{later}\n{now_form.format(text)}\n{around}" for text in ("s3cret1", MARK))

    found = told(old, now, veiled)

    assert "s3cret" not in found.diff


@given(some.text('ab =:<>"/#[]\n', max_size=60), some.text('ab =:<>"/#[]\n', max_size=60))
def test_plain_texts_differ_as_they_do(old: str, now: str) -> None:
    """Without secrets a difference is told exactly where there is one."""
    found = told(old, now, now)

    assert bool(found.diff) == (old.splitlines() != now.splitlines())
    newer = [line[1:] for line in found.diff.splitlines()[2:] if line[0] in " +"]
    assert is_within(newer, now.splitlines())


def is_within(lines: list[str], whole: list[str]) -> bool:
    rest = iter(whole)
    return all(line in rest for line in lines)
