"""Is a value in a config file ever more, or other, than the value that was put in?"""

from __future__ import annotations

from xml.etree import ElementTree

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from chalicelib.domain.errors import InexpressibleError
from chalicelib.domain.format import FORMATS, Format
from chalicelib.domain.vendor import Template
from chalicelib.rendering import Renderer

KEY_VALUE = FORMATS["key_value"]
XML = FORMATS["xml"]
RENDERER = Renderer()

ANY_TEXT = st.text() | st.text("\n\r\t =#%<>&\"'-[]{}!ab\x85\u2028\ufeff", max_size=30)


def template(source: str, form: Format) -> Template:
    return Template(name="sample", path="sample.template", source=source, format=form)


LINES = template(
    "#!version:1.0.0.1\n"
    "# {{ SERVER_NAME }}\n"
    "account.1.label = {{ EXTENSION_NAME }}\n"
    "account.1.port = {{ SIP_PORT }}\n",
    KEY_VALUE,
)
TREE = template(
    "<phone>\n"
    "<!-- {{ SERVER_NAME }} -->\n"
    "<account label=\"{{ EXTENSION_NAME }}\" other='{{ EXTENSION_NAME }}'>"
    "{{ EXTENSION_NAME }}</account>\n"
    "</phone>\n",
    XML,
)


def words(value: str) -> dict[str, object]:
    return {"SERVER_NAME": value, "EXTENSION_NAME": value, "SIP_PORT": 5060}


def read_lines(text: str) -> dict[str, str]:
    """What a strict reader of `key = value` finds; it takes any character for a line break."""
    found: dict[str, str] = {}
    for line in text.splitlines():
        if line.startswith("#"):
            continue
        key, separator, value = line.partition(" =")
        assert separator, line
        assert key == key.strip(), line
        assert key not in found, line
        found[key] = value.strip()
    return found


@given(ANY_TEXT)
@example("x\naccount.1.password = evil")
@example("x\raccount.1.password = evil")
@example("x\u2028account.1.password = evil")
@example("x # not a comment")
@example("#!version:1.0.0.1")
@example("a = b")
@example("{{EXTENSION_PASSWORD}}")
@example("{% for line in lines %}")
@example("%NULL%")
@example("")
@example("\ud800")
def test_key_value_text_reads_back_as_it_was_put_in(value: str) -> None:
    try:
        text = RENDERER.render(LINES, words(value))
    except InexpressibleError:
        return

    assert len(text.splitlines()) == 4
    assert read_lines(text) == {"account.1.label": value, "account.1.port": "5060"}
    assert text.encode("utf-8").decode("utf-8") == text


@given(ANY_TEXT)
@example("</account><account>evil</account>")
@example('" evil="1')
@example("]]>")
@example("--> <evil/> <!--")
@example("two -- hyphens --- or more ----")
@example("&lt; stays &amp;lt;")
@example("\ufffe")
@example("\x7f")
def test_xml_reads_back_as_it_was_put_in(value: str) -> None:
    try:
        text = RENDERER.render(TREE, words(value))
    except InexpressibleError:
        return

    account = only_account(text)
    assert (account.text or "") == value
    assert account.attrib == {"label": value, "other": value}
    assert len(text.splitlines()) == 4


def only_account(text: str) -> ElementTree.Element:
    (account,) = list(ElementTree.fromstring(text))  # noqa: S314 - we wrote it
    assert account.tag == "account"
    assert not list(account)
    return account


@pytest.mark.parametrize(
    ("value", "says"),
    [
        ("a\nb", "must not hold a line break or another control character"),
        ("a\tb", "must not hold a line break or another control character"),
        ("a\x85b", "must not hold a line break or another control character"),
        ("a\u2029b", "must not hold a line break or another control character"),
        ("a\udc80b", "must not hold a line break or another control character"),
        (" a", "must not begin or end with a blank"),
        ("a\u00a0", "must not begin or end with a blank"),
        ("%NULL%", "must not be %NULL%, which tells the phone to clear the value"),
    ],
)
def test_key_value_refuses_what_it_cannot_write(value: str, says: str) -> None:
    with pytest.raises(InexpressibleError) as caught:
        KEY_VALUE.escape(value)

    assert str(caught.value) == says


@given(ANY_TEXT)
def test_xml_refuses_only_what_has_no_place_on_a_line(value: str) -> None:
    printable = not any(
        character < " "
        or "\x7f" <= character <= "\x9f"
        or character in "\u2028\u2029\ufffe\uffff"
        or "\ud800" <= character <= "\udfff"
        for character in value
    )

    try:
        XML.escape(value)
    except InexpressibleError:
        refused = True
    else:
        refused = False

    assert refused is not printable


def test_xml_spells_out_what_has_a_meaning_in_xml() -> None:
    text = XML.escape('<a href="b">R&D\'s -- x</a>')

    assert text == "&lt;a href=&quot;b&quot;&gt;R&amp;D&apos;s -&#45; x&lt;/a&gt;"


@pytest.mark.parametrize(
    ("name", "right", "wrong"),
    [
        ("key_value", "account.1.label", "a=b"),
        ("colon", "sip line1 user name", "a:b"),
        ("quoted", "SIP_URI_1", "A B"),
        ("set", "SIPDOMAIN", "A-B"),
        ("modules", "SIP1 Phone Number", "a:b"),
        ("xml", "Enable_802.1X-Authentication", "1a"),
    ],
)
def test_format_knows_what_a_parameter_may_be_called(name: str, right: str, wrong: str) -> None:
    assert FORMATS[name].can_name(right)
    assert not FORMATS[name].can_name(wrong)
