"""Are names and values of a config file's lines told apart, and nothing lost of the text?"""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as some

from chalicelib.domain.config_line import Line, read_lines

GOLDEN = Path(__file__).parents[1] / "packs" / "golden"


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("a.1.b = x y ", Line("", ("a.1.b = ", ""), ("x y ",))),
        ("pw = a<b=c:d", Line("", ("pw = ", ""), ("a<b=c:d",))),
        ("!sip line1 password: x", Line("", ("!sip line1 password: ", ""), ("x",))),
        ('SET PW "x"', Line("", ("SET PW ", ""), ('"x"',))),
        ('PW="x"', Line("", ("PW=", ""), ('"x"',))),
        ("#!version:1.0", Line("", ("#!version:", ""), ("1.0",))),
        ("# pw = x", Line("", ("# pw = x",))),
        ("no name", Line("", ("", ""), ("no name",))),
        ("", Line("", ("",))),
    ],
)
def test_plain_line(text: str, line: Line) -> None:
    assert read_lines(text + "\n") == [line]


def test_line_of_a_section_is_another_one() -> None:
    assert read_lines("[auth_0]\npasswd=x\n[auth_1]\npasswd=x\n") == [
        Line("", ("[auth_0]",)),
        Line("[auth_0]", ("passwd=", ""), ("x",)),
        Line("", ("[auth_1]",)),
        Line("[auth_1]", ("passwd=", ""), ("x",)),
    ]


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ('<a>\n<pw idx="1" perm="R">x</pw>\n', [("<a>", '<pw idx="1" perm="', '">', "</pw>")]),
        ('<a>\n<item id="pw" value="x"/>\n', [("<a>", '<item id="pw" value="', '"/>')]),
        ('<p\nreg.1.auth.password="x"\n', [("<p", 'reg.1.auth.password="', '"')]),
        ("<a>\nx<b/>\n", [("<a>", "", "<b/>")]),
        ('<a>\n<l n="2">\n<pw>x</pw>\n', [("<a>", '<l n="2">'), ('<a><l n="2">', "<pw>", "</pw>")]),
        ("<a>\n<b/>\n</a>\n<c/>\n", [("<a>", "<b/>"), ("<a>", "</a>"), ("", "<c/>")]),
        ("<a>\n<!-- x -->\n", [("<a>", "", "")]),
        ("<a>\n<![CDATA[x]]>\n", [("<a>", "", "")]),
        (
            "<a>\n<o><Name>Line.1.</Name>\n<p><Name>Pw</Name><Value>x</Value></p>\n</o>\n",
            [
                ("<a>", "<o><Name>Line.1.</Name>"),
                ("<a><o>Line.1./", "<p><Name>Pw</Name><Value>", "</Value></p>"),
                ("<a><o>Line.1./", "</o>"),
            ],
        ),
    ],
)
def test_names_of_xml(text: str, lines: list[tuple[str, ...]]) -> None:
    assert [line.key for line in read_lines(text)[1:]] == lines


@given(some.text('ab <>/="\n', max_size=40), some.sampled_from(["", "<a>\n", "<a\n", "x=1\n"]))
def test_nothing_is_lost(text: str, before: str) -> None:
    whole = before + text

    assert [line.text for line in read_lines(whole)] == whole.splitlines()


@pytest.mark.parametrize("path", sorted(GOLDEN.rglob("*.txt")), ids=lambda path: path.stem)
def test_nothing_is_lost_of_a_file(path: Path) -> None:
    text = path.read_text("utf-8")

    assert [line.text for line in read_lines(text)] == text.splitlines()
