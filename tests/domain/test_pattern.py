"""Does a pattern read what phones send, refuse the rest, and take linear time for it?"""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.mac import Mac
from chalicelib.domain.pattern import LONGEST, Pattern, PatternIndex, Reading

MODELS = st.from_regex(r"[A-Za-z][A-Za-z0-9]{0,8}([ _-][A-Za-z][A-Za-z0-9]{0,5})?", fullmatch=True)
VERSIONS = st.from_regex(r"[0-9]{1,3}(\.[0-9A-Za-z]{1,4}){0,4}(\([a-z]\))?", fullmatch=True)
MACS = st.from_regex(r"[0-9a-f]{12}", fullmatch=True).map(Mac)


@pytest.mark.parametrize(
    ("pattern", "text", "reading"),
    [
        ("Acme", "Acme", Reading()),
        ("Acme", "ACME", Reading()),
        ("Acme phone", "\tacme   \t phone ", Reading()),
        ("Acme", '"Acme"\0', Reading()),
        ("Acme {model}", "Acme X1", Reading(model="X1")),
        ("Acme {model}", "Acme X1 Pro", Reading(model="X1 Pro")),
        ("Acme {model}/{version}", "acme X1/2.0-b(c)", Reading(model="X1", version="2.0-b(c)")),
        ("Acme {model}-{version}", "Acme A-B-7-8", Reading(model="A-B", version="7-8")),
        ("Acme {version}-SIP", "Acme 6.4-SIP", Reading(version="6.4")),
        ("Acme {version}[.00.000]", "Acme 70.1.00.000", Reading(version="70.1")),
        ("Acme {version}[.00.000]", "Acme 70.1.00.001", Reading(version="70.1.00.001")),
        ("Acme {mac}", "Acme 02-00-00-AA-bb-01", Reading(mac=Mac("020000aabb01"))),
        ("Acme {mac}", "Acme 02:00:00:aa:bb:01", Reading(mac=Mac("020000aabb01"))),
        ("Acme {mac}", "Acme 020000AABB01", Reading(mac=Mac("020000aabb01"))),
        ("Acme [({mac})]({serial})", "Acme (020000AABB01)", Reading(serial="020000AABB01")),
        ("Acme[ ({mac})] {rest}", "Acme a b, c", Reading()),
        ("Acme {rest} {mac}[ {rest}]", "Acme a b 020000aabb01 c", Reading(mac=Mac("020000aabb01"))),
        ("Acme/X{word}/{version}", "Acme/X\xff\x17\0/1", Reading(version="1")),
        ("(a.b) {model}*+?^$|\\", "(A.B) x*+?^$|\\", Reading(model="x")),
        ("Acme[ a[ b]] {version}", "Acme a b 1", Reading(version="1")),
        ("Acme[ a[ b]] {version}", "Acme a 1", Reading(version="1")),
        ("Acme[ a[ b]] {version}", "Acme 1", Reading(version="1")),
    ],
)
def test_text_of_the_shape_is_read(pattern: str, text: str, reading: Reading) -> None:
    assert Pattern(pattern).match(text) == reading


@pytest.mark.parametrize(
    ("pattern", "text"),
    [
        ("Acme", ""),
        ("Acme", "Acme 1"),
        ("Acme", "my Acme"),
        ("Acme phone", "Acmephone"),
        ("Acme phone", "Acme\nphone"),
        ("Acme {model}", "Acme"),
        ("Acme {model}", "Acme Größe"),
        ("Acme {model} {version}", "Acme X1 V2"),
        ("Acme {word}", "Acme a b"),
        ("Acme {mac}", "Acme 02-00:00-AA-bb-01"),
        ("Acme {mac}", "Acme 020000aabb0"),
        ("Acme {mac}", "Acme 020000aabb012"),
        ("Acme {mac}", "Acme 020000aabb0\uff11"),
        ("Acme[ a[ b]] {version}", "Acme b 1"),
        ("ask", "a\u017f\u212a"),
        ("Acme {model}", "Acme " + "x" * 61),
    ],
)
def test_text_of_another_shape_says_nothing(pattern: str, text: str) -> None:
    assert Pattern(pattern).match(text) is None


def test_placeholder_ends_at_the_first_place_where_the_rest_can_begin() -> None:
    assert Pattern("Acme {word};{version}").match("Acme a;b;1;2") == Reading(version="1;2")


def test_place_where_a_placeholder_ends_is_not_tried_again() -> None:
    pattern = Pattern("Acme {rest} {mac}!")

    assert pattern.match("Acme a 020000000001!") == Reading(mac=Mac("020000000001"))
    assert pattern.match("Acme a 020000000001 b 020000000002!") is None


@pytest.mark.parametrize(
    ("pattern", "says"),
    [
        ("", "must begin with text"),
        ("  ", "must begin with text"),
        ("{model} x", "must begin with text"),
        ("[Acme] {model}", "must begin with text"),
        ("[Acme]", "must begin with text"),
        ("Acme {modell}", "has {modell}; known are {model} {version} {mac} {serial} {word} {rest}"),
        ("Acme {MODEL}", "has a { or } that belongs to no placeholder"),
        ("Acme {model", "has a { or } that belongs to no placeholder"),
        ("Acme model}", "has a { or } that belongs to no placeholder"),
        ("Acme [a", "has a [ without its ]"),
        ("Acme a]", "has a ] without its ["),
        ("Acme {model}{version}", "has no text between {model} and {version}"),
        ("Acme {model}[-]{version}", "has no text between {model} and {version}"),
        ("Acme {mac} {mac}", "has {mac} twice"),
        ("Acme [a][b][c][d][e]", "has too many optional parts"),
        ("Acmé", "has characters that are not printable ASCII"),
        ("Acme\n", "has characters that are not printable ASCII"),
    ],
)
def test_what_is_no_pattern_is_refused(pattern: str, says: str) -> None:
    with pytest.raises(ValueError, match=r".") as caught:
        Pattern(pattern)

    assert str(caught.value) == says


@given(model=MODELS, version=VERSIONS, mac=MACS)
def test_what_was_put_in_is_read_out(model: str, version: str, mac: Mac) -> None:
    expected = Reading(model=model, version=version, mac=mac)

    spaced = Pattern("Acme {model} {version} {mac}").match(f"Acme {model} {version} {mac}")
    marked = Pattern("Acme/{model}/{version};{mac}[ {rest}]").match(f"acme/{model}/{version};{mac}")

    assert spaced == marked == expected


@given(st.text(alphabet="Aa 1-{}[]modelrstwvinac"), st.text(alphabet="Aa 1-\0é"))
def test_any_text_as_a_pattern_is_refused_or_matches_without_failing(text: str, sent: str) -> None:
    try:
        pattern = Pattern(text)
    except ValueError:
        return

    reading = pattern.match(sent)

    assert reading is None or not (reading.version or "1").isalpha()


@given(st.text() | st.binary().map(lambda raw: "Acme " + raw.decode("latin-1")))
def test_any_text_is_harmless(text: str) -> None:
    pattern = Pattern("Acme {model} {version}[ {mac}][ {rest}]")

    reading = pattern.match(text)

    assert reading is None or (reading.version or "")[:1].isdigit()


def test_text_beyond_the_bound_is_not_looked_at() -> None:
    text = "Acme " + "x" * LONGEST

    assert Pattern("Acme {rest}").match(text + "}" * 10_000) == Reading()
    assert Pattern("Acme {rest}!").match(text + "!") is None


@pytest.mark.parametrize(
    ("pattern", "piece"),
    [
        ("A{word}-{word}-{word}-{word}!", "-a"),
        ("A{rest};{rest};{rest};{rest}!", ";a"),
        ("A {rest} {mac} {rest} 1!", " 020000aabb01"),
        ("A[{word}-][{word}-][{word}-]{rest}!", "a-"),
        ("A{model}a{version}a{serial}a{word}!", "1a"),
    ],
)
def test_ten_times_the_hostile_text_takes_no_more_than_linear_time(
    pattern: str, piece: str
) -> None:
    """Were it quadratic, ten times the text would take a hundred times as long."""
    variants = Pattern(pattern).variants

    def seconds(size: int) -> float:
        text = ("A " if pattern[1] == " " else "A") + piece * size
        taken = []
        for _ in range(5):
            began = time.process_time()
            found = [variant.match(text) for variant in variants]
            taken.append(time.process_time() - began)
            assert not any(found)
        return min(taken)

    seconds(10)  # the regular expressions are made on first use
    assert seconds(20_000) < 40 * max(seconds(2_000), 1e-4)


def test_index_finds_what_each_pattern_alone_would_find() -> None:
    texts = ["Acme {model}", "[Old ]Acme {model}", "A{rest}", "Acme X{word}", "Other"]
    index = PatternIndex([Pattern(text) for text in texts])

    assert [place for place, _ in index.find("Acme X1")] == [0, 1, 2, 3]
    assert [place for place, _ in index.find("old acme X1")] == [1]
    assert [place for place, _ in index.find("OTHER")] == [4]
    assert list(index.find("nothing")) == []
    assert list(index.find("")) == []
