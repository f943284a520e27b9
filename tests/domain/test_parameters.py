"""Does each format read back exactly what was put in, whatever it was?"""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from chalicelib.domain.errors import InexpressibleError
from chalicelib.domain.format import FORMATS
from chalicelib.domain.parameters import Parameter, is_one_of, read_xml
from chalicelib.domain.vendor import Template
from chalicelib.rendering import Renderer

ANY_TEXT = st.text() | st.text("\n\r\t =#%<>&\"';!^:\\-[]{}SETab\x85\u2028\ufeff", max_size=30)
RENDERER = Renderer()
SOURCES = {
    "key_value": "# {{ SERVER_NAME }}\na.1 = {{ EXTENSION_NAME }}\nb = 1\n",
    "colon": "sip line1 user name: {{ EXTENSION_NAME }}\n!b: 1\n",
    "modules": (
        "<<VOIP CONFIG FILE>>Version:2.0002\n<SIP CONFIG MODULE>\n--SIP Line List--  :\n"
        "SIP1 Phone Number  :{{ EXTENSION_NAME }}\n<QOS CONFIG MODULE>\nB :1\n<<END OF FILE>>\n"
    ),
    "quoted": 'A_1="{{ EXTENSION_NAME }}"\nB="1"\n',
    "set": '## x\nSET A_1 "{{ EXTENSION_NAME }}"\nSET B 1\n',
    "xml": "<x>\n<a_1>{{ EXTENSION_NAME }}</a_1>\n<y b='1' c.d=\"{{ EXTENSION_NAME }}\"/>\n</x>\n",
}
# The parameters of each, and whether they hold the value or 1.
HOLDS_VALUE = {
    "key_value": {"a.1": True, "b": False},
    "colon": {"sip line1 user name": True, "b": False},
    "modules": {"SIP Line List/SIP1 Phone Number": True, "B": False},
    "quoted": {"A_1": True, "B": False},
    "set": {"A_1": True, "B": False},
    "xml": {"a_1": True, "y@b": False, "c.d": True},
}


@pytest.mark.parametrize("name", FORMATS)
@given(value=ANY_TEXT)
@example(value="x\nb = 2")
@example(value='"')
@example(value='x"; b: 2')
@example(value="a # b")
@example(value="#")
@example(value=" a ")
@example(value="a;b")
@example(value="a\\")
@example(value="%NULL%")
@example(value="")
@example(value="]]></a_1>")
@example(value="GET other.cfg")
def test_value_reads_back_as_it_was_put_in(name: str, value: str) -> None:
    form = FORMATS[name]
    template = Template(name=name, path=name, source=SOURCES[name], format=form)
    try:
        text = RENDERER.render(template, {"EXTENSION_NAME": value, "SERVER_NAME": "x"})
    except InexpressibleError:
        return

    found = form.read(text)

    holders = HOLDS_VALUE[name].items()
    expected = {each: value if holds else "1" for each, holds in holders}
    assert {parameter.name: parameter.value for parameter in found} == expected
    assert len(found) == len(expected)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("key_value", "a\n"),
        ("key_value", "= 1\n"),
        ("colon", "a\n"),
        ("colon", 'a: "b" c\n'),
        ("modules", "B :1\r\n<<END OF FILE>>\r\n"),
        ("modules", "<<VOIP CONFIG FILE>>Version:2\r\nB :1\r\n"),
        ("modules", "<<VOIP CONFIG FILE>>Version:2\r\nB\r\n<<END OF FILE>>\r\n"),
        ("modules", "<<VOIP CONFIG FILE>>Version:2\nB :1\n<<END OF FILE>>\n"),
        ("quoted", 'A="1"\n'),
        ("quoted", "A=1\r\n"),
        ("quoted", 'A="1" B="2"\r\n'),
        ("set", "A 1\n"),
        ("set", "SET A\n"),
        ("xml", "<a>"),
        ("xml", "a = 1\n"),
        ("xml", "<a b='1' b='2'/>"),
    ],
)
def test_text_that_is_not_of_the_format_is_refused(name: str, text: str) -> None:
    with pytest.raises(
        ValueError,
        match=r"line [12] is not of the format|not XML|CR LF|not the header|does not say so",
    ):
        FORMATS[name].read(text)


def test_line_of_a_parameter_is_told() -> None:
    found = FORMATS["key_value"].read("#!version:1\n\na = 1\nb =\n")

    assert found == [Parameter("a", "1", 3), Parameter("b", "", 4)]


@pytest.mark.parametrize(
    ("text", "parameters"),
    [
        ("<x><a>1</a><b/></x>", {"a": "1", "b": ""}),
        ('<x version="1"><P271>1</P271></x>', {"P271": "1"}),
        (
            '<x><u idx="1" perm="R">1001</u><u idx="2" perm="">1002</u></x>',
            {"u[idx=1]": "1001", "u[idx=1]@perm": "R", "u[idx=2]": "1002", "u[idx=2]@perm": ""},
        ),
        (
            '<x><line index="1"><name>A</name></line><line index="2"><name>B</name></line></x>',
            {"line[index=1]/name": "A", "line[index=2]/name": "B"},
        ),
        ('<x><reg reg.1.label="A"><in in.b="B"/></reg></x>', {"reg.1.label": "A", "in.b": "B"}),
        ('<APP FILE="a.ld" OTHER=""/>', {"APP@FILE": "a.ld", "APP@OTHER": ""}),
        ('<x><setting id="Sip.User" value="1"/></x>', {"Sip.User": "1"}),
        ('<x><param name="A" value="1" class="c"/></x>', {"A": "1", "A@class": "c"}),
        (
            '<x><account index="0" user="1"><host port="5060"/></account></x>',
            {"account[index=0]@user": "1", "account[index=0]/host@port": "5060"},
        ),
        ('<x xmlns="urn:x"><a>1</a></x>', {"a": "1"}),
    ],
)
def test_names_in_xml(text: str, parameters: dict[str, str]) -> None:
    found = read_xml(text)

    assert {parameter.name: parameter.value for parameter in found} == parameters
    assert len(found) == len(parameters)


@pytest.mark.parametrize(
    ("name", "known"),
    [
        ("account.1.label", True),
        ("account.12.label", True),
        ("account..label", False),
        ("account.x.label", False),
        ("account.1.label.2", False),
        ("accountx1.label", False),
        ("u[idx=3]", True),
        ("", False),
    ],
)
def test_name_is_one_of_the_patterns(name: str, *, known: bool) -> None:
    assert is_one_of(name, ("account.{n}.label", "u[idx={n}]")) is known


def test_name_is_none_of_no_patterns() -> None:
    assert not is_one_of("", ())
