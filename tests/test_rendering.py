"""Does a template write exactly what it should, and is the rest of Jinja out of its reach?"""

from __future__ import annotations

import random
import re
from dataclasses import replace
from pathlib import Path
from time import perf_counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.catalog import Catalog
from chalicelib.domain.device import Line
from chalicelib.domain.errors import InexpressibleError, InputError, TemplateError
from chalicelib.domain.format import FORMATS
from chalicelib.domain.server import Server
from chalicelib.domain.vendor import Generation, Template
from chalicelib.domain.vocabulary import SAMPLE, WORDS, speak
from chalicelib.rendering import Renderer

CATALOG = Catalog()
PACK, MODEL = CATALOG.find("zip", "33g")
SERVER = Server(
    name="Head office",
    sip_host="pbx.example.com",
    sip_port=5060,
    timezone=CATALOG.time_zone("Europe/Berlin"),
    ntp_servers=("ntp1.example.com", "ntp2.example.com"),
    codecs=("PCMU", "PCMA"),
)
KNOWN = (
    "EXTENSION_NUMBER, EXTENSION_NAME, EXTENSION_PASSWORD, SIP_SERVER, SIP_PORT, SERVER_NAME, "
    "mac, vendor, model, facts, generation, provisioning_url, provisioning, lines, keys, codecs, "
    "time, ntp_servers, language, date_format, time_format, vlan, lldp, cdp, qos, web, resync, "
    "firmware, firmware_url, firmware_folder, phonebooks, ldap, dnd, forward, auto_answer, "
    "call_waiting, dial_plan, syslog, wallpaper_url, ring_tone, custom_ca_url, vendor_settings, "
    "contacts"
)
KNOWN_OF_A_LINE = (
    "extension_number, user, auth_user, password, name, label, server, port, transport, "
    "outbound_proxy, outbound_proxy_port, backup_server, backup_port, expires, srtp, dtmf, "
    "voicemail, mwi, position, number, expires_minutes"
)
# A device of which everything is set that the examples of the guide write.
SETTINGS = {
    "language": "de",
    "date_format": "dd/mm/yyyy",
    "time_format": "24h",
    "vlan": {"phone": 100, "phone_priority": 5},
    "lldp": True,
    "cdp": False,
    "qos": {"rtp": 46},
    "web": {"admin_password": "a secret"},
    "resync": {"interval": 60},
    "firmware": "1.2.3",
    "firmware_url": "https://files.example.com/firmware.rom",
    "phonebooks": [{"name": "Company", "url": "https://files.example.com/book.xml"}],
    "ldap": {"host": "ldap.example.com"},
    "dnd": True,
    "forward": {"always": "1009"},
    "auto_answer": False,
    "call_waiting": True,
    "dial_plan": "x.",
    "syslog": {"server": "log.example.com"},
    "wallpaper_url": "https://files.example.com/wall.png",
    "ring_tone": "Ring2.wav",
    "custom_ca_url": "https://files.example.com/ca.pem",
    "vendor_settings": {"a.b": "1"},
}
V80 = Generation(name="v80", field=2, up_to=None)
CONTACTS = [{"name": "Taxi", "numbers": ["12345"]}]
KEYS = ({"position": 1, "module": 0, "type": "blf", "value": "1002", "line": 1},)


GUIDE = (Path(__file__).parents[1] / "docs" / "templates.md").read_text("utf-8")
EXAMPLES = re.findall(r"^( *)```ini\n(.*?)^ *```", GUIDE, re.DOTALL | re.MULTILINE)
CELLS = [
    row.rpartition(" | `")[2].removesuffix("` |").replace("\\|", "|")
    for row in GUIDE.splitlines()
    if row.startswith("| `")
]


def words(*, name: str = "Reception", password: str = "s3cret") -> dict[str, object]:
    line = Line(position=1, number="1001", name=name, password=password)
    return speak(replace(SAMPLE, lines=(line,)), server=SERVER, pack=PACK, model=MODEL)


def template(source: str) -> Template:
    return Template(
        name="sample", path="sample.template", source=source, format=FORMATS["key_value"]
    )


def render(source: str, **values: str) -> str:
    return Renderer().render(template(source), words(**values))


def complaints(source: str, **values: str) -> list[str]:
    with pytest.raises(TemplateError) as caught:
        render(source, **values)
    return [str(flaw) for flaw in caught.value.flaws]


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("label = {{EXTENSION_NAME}}\n", "label = Reception\n"),
        ("label = {{ EXTENSION_NAME }}", "label = Reception"),
        ("port = {{ SIP_PORT + 1 }}\n", "port = 5061\n"),
        (
            "{% for line in lines %}\na.{{ line.position }} = {{ line.number }}\n{% endfor %}\n",
            "a.1 = 1001\n",
        ),
        (
            "{% for s in ntp_servers %}{{ loop.index }}={{ s }};{% endfor %}",
            "1=ntp1.example.com;2=ntp2.example.com;",
        ),
        ("{% for s in ntp_servers[:1] %}{{ s }}{% endfor %}", "ntp1.example.com"),
        ("{% for c in codecs if c.enabled %}{{ c.code }}{% endfor %}", "12"),
        ("{{ ntp_servers[-1] }}", "ntp2.example.com"),
        ("{{ lines[0]['name'] }}", "Reception"),
        ("{{ 1 if codecs[0].enabled else 0 }}", "1"),
        ("{% if time.summer_time == 1 %}on{% else %}off{% endif %}", "on"),
        ("{% if facts.nothing is defined %}a{% else %}b{% endif %}", "b"),
        ("{{ facts.nothing | default('none') }}", "none"),
        ("{{ facts.nothing | default }}", ""),
        ("{{ model | upper }} {{ 'ABC' | lower }} {{ lines | length }}", "33G abc 1"),
        ("{# a comment #}a = 1\n", "a = 1\n"),
        ("{% raw %}{{ as it stands }}{% endraw %}", "{{ as it stands }}"),
        ("a = 1\r\nb = 2\r\n", "a = 1\nb = 2\n"),
    ],
)
def test_template_writes_its_text(source: str, text: str) -> None:
    assert render(source) == text


@pytest.mark.parametrize(
    ("source", "says"),
    [
        (
            "\n\na = {{ NIX }}",
            f"sample.template, line 3: {{{{NIX}}}} is not known; known are {KNOWN}",
        ),
        (
            "{{ extension_name }}",
            f"sample.template, line 1: {{{{extension_name}}}} is not known; known are {KNOWN}",
        ),
        (
            "a\n{{ EXTENSION_NAME",
            (
                "sample.template, line 2: unexpected end of template, "
                "expected 'end of print statement'."
            ),
        ),
        (
            "a\n{% if lines %}\n",
            (
                "sample.template, line 2: Unexpected end of template. Jinja was "
                "looking for the following tags: 'elif' or 'else' or 'endif'. "
                "The innermost block that needs to be closed is 'if'."
            ),
        ),
        ("\n{% foo %}", "sample.template, line 2: Encountered unknown tag 'foo'."),
        (
            "\n{{ mac | reverse }}",
            (
                "sample.template, line 2: there is no filter reverse; "
                "there are default, length, lower, upper"
            ),
        ),
        (
            "{% if mac is string %}{% endif %}",
            "sample.template, line 1: there is no test string; there are defined, none",
        ),
        ("\n{{ mac.__class__ }}", "sample.template, line 2: there is no __class__"),
        ("{{ lines[0]._x }}", "sample.template, line 1: there is no _x"),
        (
            "{% for loop in lines %}{% endfor %}",
            "sample.template, line 1: Can't assign to special loop variable in for-loop target",
        ),
    ],
)
def test_mistake_is_told_with_file_and_line(source: str, says: str) -> None:
    assert complaints(source) == [says]


@pytest.mark.parametrize(
    ("part", "source"),
    [
        ("Call", "{{ mac() }}"),
        ("Call", "{{ mac.upper() }}"),
        ("Call", "{{ loop.cycle(1) }}"),
        ("Assign", "{% set x = 1 %}"),
        ("Import", "{% import 'vendor.yml' as x %}"),
        ("Extends", "{% extends 'vendor.yml' %}"),
        ("Macro", "{% macro x() %}{% endmacro %}"),
        ("Block", "{% block x %}{% endblock %}"),
        ("Mul", "{{ 'a' * 1000000000 }}"),
        ("Pow", "{{ 9 ** 9 ** 9 }}"),
        ("Mod", "{{ '%s' % lines }}"),
        ("Concat", "{{ 'a' ~ lines }}"),
        ("List", "{{ [1] }}"),
        ("Dict", "{{ {} }}"),
        ("Tuple", "{% for a, b in lines %}{% endfor %}"),
        ("FilterBlock", "{% filter upper %}{% endfilter %}"),
        ("With", "{% with %}{% endwith %}"),
    ],
)
def test_rest_of_jinja_is_refused_at_load(part: str, source: str) -> None:
    says = (
        f"sample.template, line 1: {part} is not part of the template language, "
        "which has {{ values }}, filters, {% for %} and {% if %}"
    )

    assert says in complaints(source)


@pytest.mark.parametrize(
    ("source", "says"),
    [
        ("\n{{ lines['__class__'] }}", "line 2: the list has nothing of the name in [ ]"),
        ("{{ mac['__class__'] }}", "line 1: the text has nothing of the name in [ ]"),
        ("{{ facts['__class__'] }}", "line 1: the group of values has nothing of the name in [ ]"),
        ("{{ lines.append }}", "line 1: a list has no append"),
        ("{{ mac.format }}", "line 1: a text has no format"),
        ("{{ facts.items }}", "line 1: there is no items; there are blank_line_keys"),
        (
            "{{ lines[0].nmae }}",
            f"line 1: there is no nmae; there are {KNOWN_OF_A_LINE}",
        ),
        ("{{ lines[1] }}", "line 1: the list has only 1 entries"),
        ("{{ lines | upper }}", "line 1: a list has no letters"),
        ("{{ SIP_PORT | length }}", "line 1: a number has no length"),
        ("\n\n{{ lines }}", "line 3: a list cannot be written into a config file"),
        ("{{ facts }}", "line 1: a group of values cannot be written into a config file"),
        ("{{ codecs[0].enabled }}", "line 1: a yes or no cannot be written into a config file"),
        (
            "{% for x in lines %}{{ loop }}{% endfor %}",
            "line 1: a LoopContext cannot be written into a config file",
        ),
        ("{% for x in lines %}{{ loop.__init__ }}{% endfor %}", "line 1: there is no __init__"),
        (
            "{% for x in lines %}{{ loop.nextitem }}{% endfor %}",
            "line 1: a LoopContext has no nextitem",
        ),
        ("{{ loop.index }}", "line 1: 'loop' is undefined"),
        ("{% for range in lines %}{% endfor %}{{ range }}", "line 1: 'range' is undefined"),
        (
            "{{ SIP_PORT + SERVER_NAME }}",
            "line 1: unsupported operand type(s) for +: 'int' and 'str'",
        ),
        ("{% for x in SIP_PORT %}{% endfor %}", "line 1: 'int' object is not iterable"),
        ("{{ lines[::0] }}", "line 1: slice step cannot be zero"),
        (
            "{{ mac | default(1, 2, 3) }}",
            "line 1: _default() takes from 1 to 2 positional arguments but 4 were given",
        ),
    ],
)
def test_value_that_is_not_there_stops_the_render(source: str, says: str) -> None:
    assert complaints(source) == [f"sample.template, {says}"]


def test_every_mistake_is_told_at_once_in_order() -> None:
    found = complaints("{{ A }}\n{{ mac | b }}\n{{ mac() }}\n{{ A }}")

    assert [says.partition(":")[0] for says in found] == [
        "sample.template, line 1",
        "sample.template, line 2",
        "sample.template, line 3",
        "sample.template, line 4",
    ]


def test_thousands_of_mistakes_make_a_short_message() -> None:
    found = complaints("{{ A }}\n" * 5_000)

    assert len(found) == 11
    assert found[-1] == "sample.template: has 4990 more mistakes"


def test_no_value_is_expanded_twice() -> None:
    text = render("label = {{EXTENSION_NAME}}\n", name="{{EXTENSION_PASSWORD}}")

    assert text == "label = {{EXTENSION_PASSWORD}}\n"


def test_value_that_would_break_out_of_its_line_stops_the_render_with_its_line() -> None:
    with pytest.raises(InexpressibleError) as caught:
        render("\nlabel = {{EXTENSION_NAME}}\n", name="x\naccount.1.password = evil")

    assert str(caught.value) == (
        "sample.template, line 2: a value must not hold a line break or another control character"
    )


@pytest.mark.parametrize(
    "source",
    [
        "{{ lines[EXTENSION_PASSWORD] }}",
        "{{ facts[EXTENSION_PASSWORD] }}",
        "{{ EXTENSION_PASSWORD[EXTENSION_PASSWORD] }}",
        "{{ EXTENSION_PASSWORD + 1 }}",
        "{{ EXTENSION_PASSWORD - 1 }}",
        "{{ EXTENSION_PASSWORD < 1 }}",
        "{{ EXTENSION_PASSWORD.x }}",
        "{{ lines[EXTENSION_PASSWORD:] }}",
        "{{ 'x' + EXTENSION_PASSWORD + '\n' }}",
        "{{ lines }}",
    ],
)
def test_no_message_holds_a_secret(source: str) -> None:
    with pytest.raises((TemplateError, InexpressibleError)) as caught:
        render(source, password="hunter22")

    assert "hunter22" not in str(caught.value)


@pytest.mark.parametrize("source", ["{{ ' ' }}", "{{ 1.5 }}", "{{ true }}", "{{ 'a\n' }}"])
def test_literal_that_cannot_be_written_names_the_file(source: str) -> None:
    with pytest.raises((TemplateError, InexpressibleError), match=r"^sample\.template"):
        render(source)


ODD = {
    "opened expressions": "{{" * 100_000,
    "opened statements": "{%" * 32_000,
    "opened comments": "{#" * 32_000,
    "opened texts": "{{ '\\'" * 9_000,
    "raw in raw": "{% raw %}" * 7_000,
    "parentheses": "{{ " + "(" * 60_000,
    "lists": "{{ " + "[" * 60_000,
    "negations": "{{ " + "not " * 16_000 + "mac }}",
    "sums": "{{ mac" + " + mac" * 10_000 + " }}",
    "attributes": "{{ mac" + ".a" * 32_000 + " }}",
    "filters": "{{ mac" + "|upper" * 10_000 + " }}",
    "loops": "{% for a in lines %}" * 25 + "{% endfor %}" * 25,
    "conditions": "{% if mac %}" * 2_500 + "{% endif %}" * 2_500,
    "else-ifs": "{% if mac %}" + "{% elif mac %}" * 4_000 + "{% endif %}",
    "a number": "{{ " + "1" * 60_000 + " }}",
    "unknown words": "{{a}}" * 13_000,
}


@pytest.mark.parametrize("kind", ODD)
def test_absurd_template_is_refused_within_seconds(kind: str) -> None:
    began = perf_counter()

    found = complaints(ODD[kind])

    assert perf_counter() - began < 5
    assert all(len(says) < 600 for says in found)
    assert all(says.startswith("sample.template") for says in found)


def test_template_of_64_kb_is_rendered() -> None:
    text = render("k = {{ SIP_PORT }}\n" * 3_400)

    assert text == "k = 5060\n" * 3_400


def test_three_loops_within_each_other_are_enough() -> None:
    three = "{% for a in lines %}" * 3 + "x" + "{% endfor %}" * 3
    four = "{% for a in lines %}" * 4 + "x" + "{% endfor %}" * 4

    assert render(three) == "x"
    assert complaints(four) == [
        "sample.template, line 1: there are more than 3 loops within each other"
    ]


PIECES = st.sampled_from(
    [
        *WORDS,
        "{{",
        "}}",
        "{%",
        "%}",
        "{#",
        "#}",
        "for x in",
        "endfor",
        "if",
        "endif",
        "|upper",
        "x",
        ".__class__",
        "['__class__']",
        "()",
        "[",
        "]",
        "~",
        "+",
        "-",
        "1",
        "'",
        '"',
        "\n",
        " ",
        ".",
        "loop",
        "is defined",
        "not",
        "raw",
        "endraw",
        "|default(",
        ")",
        "lines[0]",
        "\\",
        "=",
    ]
)


@given(st.lists(PIECES, max_size=25).map(" ".join) | st.text(max_size=80))
def test_any_text_is_rendered_or_refused_in_our_own_words(source: str) -> None:
    try:
        text = render(source)
    except (InputError, InexpressibleError) as error:
        complaint = str(error)
        assert complaint.startswith("sample.template")
    else:
        assert " object at 0x" not in text
        assert "<class" not in text
        assert "<built-in" not in text


@given(
    st.text(min_size=1, max_size=40)
    | st.lists(st.sampled_from(["{{", "}}", *WORDS, "{%", "%}", "\\1", "%s"])).map("".join)
)
def test_text_of_a_value_is_never_read_as_a_template(value: str) -> None:
    try:
        text = render("[{{EXTENSION_NAME}}]", name=value)
    except InexpressibleError:
        return

    assert text == f"[{value}]"


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("a = {{ language }}\nb = 1\n", "b = 1\n"),
        ("a = 1\nb = {{ language }}", "a = 1"),
        ("a = {{ language }} {{ SIP_PORT }}\nb = {{ SIP_PORT }}\n", "b = 5060\n"),
        ("a = {{ vlan.phone }}\nb = {{ ldap.host }}\n", ""),
        ("a = {{ language | upper }}{{ language | lower }}\n", ""),
        ("a = {{ language | default('en') }}\n", "a = en\n"),
        ("{% if language %}\na = 1\n{% endif %}\n", ""),
        ("{% if language is none %}a = 1\n{% endif %}\n", "a = 1\n"),
        (
            "{% for line in lines %}\na = {{ line.label }}\nb = {{ line.srtp }}\n{% endfor %}\n",
            "a = Reception\n",
        ),
        ("{{ none }}", ""),
    ],
)
def test_line_that_writes_a_value_that_is_not_set_is_left_out(source: str, text: str) -> None:
    assert render(source) == text


def test_line_without_a_value_is_left_out_where_lines_end_otherwise() -> None:
    source = 'A="1"\nB="{{ language }}"\nC="{{ mac }}"\n'
    quoted = replace(template(source), format=FORMATS["quoted"])

    text = Renderer().render(quoted, words())

    assert text == 'A="1"\r\nC="001565000000"\r\n'


def with_parts(source: str, **parts: str) -> Template:
    return replace(template(source), parts=parts)


def test_part_sees_the_words_and_the_loops_around_it() -> None:
    source = '{% for line in lines %}\n{% include "one" %}\n{% endfor %}\n'
    part = "{{ line.number }} of {{ mac }}\n{{ language }} is left out\n"

    text = Renderer().render(with_parts(source, one=part), words())

    assert text == "1001 of 001565000000\n"


def test_value_in_a_part_is_escaped() -> None:
    source = '<a>{% include "one" %}</a>'
    form = FORMATS["xml"]

    text = Renderer().render(
        replace(with_parts(source, one="{{ EXTENSION_NAME }}"), format=form), words(name="a<b")
    )

    assert text == "<a>a&lt;b</a>"


@pytest.mark.parametrize(
    ("source", "parts", "says"),
    [
        (
            "\n{% include 'two' %}",
            {"one": ""},
            "sample.template, line 2: there is no such part to include; there are one",
        ),
        (
            "{% include 'vendor.yml' %}",
            {},
            "sample.template, line 1: there is no such part to include; there are none",
        ),
        (
            "{% include mac %}",
            {"one": ""},
            "sample.template, line 1: there is no such part to include; there are one",
        ),
        (
            "{% include ['one', 'two'] %}",
            {"one": ""},
            "sample.template, line 1: there is no such part to include; there are one",
        ),
        (
            "{% include 'one' %}",
            {"one": "\n{{ nix }}"},
            f"sample.template, part one, line 2: {{{{nix}}}} is not known; known are {KNOWN}",
        ),
        (
            "{% include 'one' %}",
            {"one": "\n{% nix %}"},
            "sample.template, part one, line 2: Encountered unknown tag 'nix'.",
        ),
        (
            "{% include 'one' %}",
            {"one": "{% include 'two' %}", "two": "{% include 'one' %}"},
            "sample.template, part one: includes itself",
        ),
    ],
)
def test_wrong_include_is_told(source: str, parts: dict[str, str], says: str) -> None:
    with pytest.raises(TemplateError) as caught:
        Renderer().render(with_parts(source, **parts), words())

    assert says in [str(flaw) for flaw in caught.value.flaws]


@pytest.mark.parametrize(
    ("source", "usage"),
    [
        ("a = 1", set()),
        ("{{ language }}", {"language"}),
        ("{{ vlan.phone }}{{ ldap['host'] }}", {"vlan", "vlan.phone", "ldap", "ldap.host"}),
        ("{{ lines[0].srtp | upper }}", {"lines", "lines[:1]", "lines.srtp"}),
        (
            "{% for l in lines if l.mwi %}{{ l.srtp }}{% endfor %}",
            {"lines", "lines[:]", "lines.srtp", "lines.mwi"},
        ),
        (
            (
                "{% for x in lines %}{{ x.srtp }}{% endfor %}"
                "{% for x in keys %}{{ x.value }}{% endfor %}"
            ),
            {"lines", "lines[:]", "lines.srtp", "keys", "keys[:]", "keys.value"},
        ),
        (
            "{% for n in ntp_servers[:2] %}{{ n }}{% endfor %}",
            {"ntp_servers", "ntp_servers[:2]"},
        ),
        ("{{ ntp_servers[-1] }}", {"ntp_servers", "ntp_servers[:]"}),
        ("{% if dnd %}{% endif %}", {"dnd"}),
        (
            "{% for l in lines %}{% include 'one' %}{% endfor %}",
            {"lines", "lines[:]", "lines.label", "cdp"},
        ),
    ],
)
def test_usage_is_what_the_template_reads(source: str, usage: set[str]) -> None:
    parts = {"one": "{{ l.label }}{{ cdp }}", "other": "{{ lldp }}"}

    assert Renderer().usage(with_parts(source, **parts)) == usage


def test_render_is_the_same_each_time() -> None:
    texts = {Renderer().render(MODEL.template, words()) for _ in range(3)}

    assert len(texts) == 1


def test_order_of_what_is_rendered_before_does_not_matter() -> None:
    sources = ["a = {{ mac }}\n", "a = {{ model }}\n", "a = {{ vendor }}\n"]
    renderer = Renderer()
    texts = [renderer.render(template(source), words()) for source in sources]
    order = [2, 0, 1, 1, 0, 2]
    random.Random(7).shuffle(order)  # noqa: S311 - only an order

    again = [renderer.render(template(sources[index]), words()) for index in order]

    assert again == [texts[index] for index in order]


@pytest.mark.parametrize("source", [source for _, source in EXAMPLES] + CELLS)
def test_example_of_the_guide_is_rendered(source: str) -> None:
    device = replace(SAMPLE.device, keys=KEYS, settings=SETTINGS)
    pack = replace(PACK, codes={"key": {"blf": 16}}, generations=(V80,))
    spoken = speak(
        replace(SAMPLE, device=device),
        server=SERVER,
        pack=pack,
        model=replace(MODEL, facts={"keys": 3}),
        provisioning_url="https://phones.example.com/provision/",
    )

    text = Renderer().render(template(source), spoken | {"contacts": CONTACTS})

    assert text
    assert "{{" not in text


def test_guide_has_its_examples() -> None:
    assert len(EXAMPLES) == 3
    assert len(CELLS) == len(WORDS) + 4
