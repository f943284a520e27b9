"""Is a distinguished name read for what it says, in every way of writing it?"""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.access.distinguished_name import Name, parse_name, read_name

ESCAPED = str.maketrans({c: f"\\{c}" for c in '\\"+,;<>=# '})
kinds = st.sampled_from(["CN", "O", "OU", "L", "ST", "C", "SERIALNUMBER", "UID"])
values = st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=20)
attributes = st.tuples(kinds, values)
names = st.lists(
    st.lists(attributes, min_size=1, max_size=2).map(tuple), min_size=1, max_size=5
).map(lambda parts: Name(tuple(parts)))


def write_in_octets(name: Name) -> str:
    return ",".join(
        "+".join(f"{kind}={octets(value)}" for kind, value in part) for part in name.parts
    )


def octets(value: str) -> str:
    return "".join(f"\\{octet:02x}" for octet in value.encode())


def write_with_escapes(name: Name) -> str:
    return " , ".join(
        " + ".join(f"{kind} = {value.translate(ESCAPED)}" for kind, value in part)
        for part in name.parts
    )


def write_quoted(name: Name) -> str:
    return ";".join(
        "+".join(
            '{}="{}"'.format(kind, value.replace("\\", "\\\\").replace('"', '\\"'))
            for kind, value in part
        )
        for part in name.parts
    )


@given(names)
def test_name_is_read_as_it_was_written_in_octets(name: Name) -> None:
    assert read_name(write_in_octets(name)) == name


@given(names)
def test_name_is_read_as_it_was_written_with_escapes(name: Name) -> None:
    assert read_name(write_with_escapes(name)) == name


@given(names)
def test_name_is_read_as_it_was_written_in_quotes(name: Name) -> None:
    assert read_name(write_quoted(name)) == name


@pytest.mark.parametrize(
    ("text", "field", "found"),
    [
        ("OU=CP-8841-3PCC, L=88012BA01234, S=000e08abcdef", "ST", ["000e08abcdef"]),
        ("CN=client_.com,OU=client-3,O=mTLS,ST=Washington,C=US", "cn", ["client_.com"]),
        (r"O=Polycom\, Inc.,CN=x", "O", ["Polycom, Inc."]),
        (r"O=\C3\A9t\C3\A9 ,CN=x", "O", ["\u00e9t\u00e9"]),
        (r"CN=a\ ", "CN", ["a "]),
        (r"CN=a\\ ", "CN", ["a\\"]),
        ("CN=  a b  ,O=x", "CN", ["a b"]),
        ("CN=a+SERIALNUMBER=b", "2.5.4.5", ["b"]),
        ("2.5.4.5=#130c303031353635313233343536", "SERIALNUMBER", ["001565123456"]),
        ("OID.2.5.4.3=a", "commonName", ["a"]),
        ("CN=a=b", "CN", ["a=b"]),
        ("CN=", "CN", [""]),
        ("CN=a,CN=b", "CN", ["a", "b"]),
        ("CN=a", "O", []),
    ],
)
def test_field_is_found(text: str, field: str, found: list[str]) -> None:
    assert parse_name(text).values(field) == found


@pytest.mark.parametrize(
    "text",
    [
        "",
        ",",
        "www.example.com",
        "CN=a,",
        "CN=a,,O=b",
        "O=Polycom, Inc.,CN=x",  # an unescaped comma
        "=a",
        "1=a",
        'CN="a',
        'CN="a"b',
        'CN=a"b',
        "CN=a\\",
        r"CN=a\x",
        r"CN=a\ff",  # not UTF-8
        "CN=#1",
        "CN= #zz",
        "CN=#0203000001",  # a number
        "CN=#130561",  # shorter than it says
        "/C=US/CN=a/O=b,",
        "CN=" + "a" * 2000,
    ],
)
def test_what_is_no_name_is_not_read(text: str) -> None:
    assert read_name(text) is None


def test_what_is_no_name_is_refused_as_an_issuer() -> None:
    with pytest.raises(ValueError, match="is not a distinguished name"):
        parse_name("Example CA")


@given(st.text() | st.text(alphabet='CNO=,+;\\"# a0\n\ud800', max_size=60))
def test_any_text_is_answered(text: str) -> None:
    read_name(text)


@pytest.mark.parametrize("text", ["CN=" + "\\" * 1991, " " * 2000, 'CN="' * 400, "C=a+" * 500])
def test_hostile_text_is_answered_soon(text: str) -> None:
    assert read_name(text) is None


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("CN=Example CA,O=Example,C=US", "CN=Example CA, O=Example, C=US"),
        ("CN=Example CA,O=Example,C=US", "C=US,O=Example,CN=Example CA"),
        ("CN=Example CA", "cn=EXAMPLE  ca"),
        ("CN=a+O=b", "O=b+CN=a"),
        ("S=Washington", "stateOrProvinceName=Washington"),
    ],
)
def test_same_name_in_another_spelling_is_the_same(one: str, other: str) -> None:
    assert parse_name(one).is_same(parse_name(other))


@pytest.mark.parametrize(
    "other",
    [
        "CN=Example CA",
        "CN=Example CA,O=Example,C=DE",
        "CN=Example CA,O=Example,C=US,L=x",
        "O=Example,CN=Example CA,C=US",
        "CN=Example CA,O=Example+C=US",
        "CN=ExampleCA,O=Example,C=US",
    ],
)
def test_name_that_says_something_else_is_not_the_same(other: str) -> None:
    assert not parse_name("CN=Example CA,O=Example,C=US").is_same(parse_name(other))
