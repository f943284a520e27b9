"""Is broken YAML told with its place and a way out, by either of PyYAML's loaders?"""

from __future__ import annotations

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.errors import ConfigError
from chalicelib.settings import yaml_text


@pytest.fixture(params=["CSafeLoader", "SafeLoader"])
def loader(request: pytest.FixtureRequest) -> str:
    if not hasattr(yaml, request.param):
        pytest.skip("PyYAML was built without libyaml here")
    return str(request.param)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("a:\n\tb: 1\n", "c.yml:2:1: is a tab; YAML wants blanks for indentation"),
        ("a: @x\n", "c.yml:1:4: a value cannot begin with @; write it in quotes"),
        ("a: *x\n", "c.yml:1:4: a text that begins with * must stand in quotes"),
        (
            "a: b: c\n",
            (
                "c.yml:1:5: a colon cannot stand here; "
                "quote the text that holds it, or mend the indentation"
            ),
        ),
        ('a: "x\n', "c.yml:2:1: the quote opened on line 1 is not closed"),
        ("a: 1\n---\nb: 2\n", "c.yml:2:1: a second document begins here; only one is read"),
        (
            "a:\n  - b: 1\n   c: 2\n",
            "c.yml:3:4: the indentation does not fit what was begun on line 2",
        ),
        (
            "a: [1\nb: 2\n",
            "c.yml:2:2: the bracket or brace opened on line 1 is not closed before this",
        ),
        ("a: 1\nb: x\x07y\n", "c.yml:2:5: holds a character that YAML does not allow (U+0007)"),
        (b"a: 1\nb: \xff\n", "c.yml:2: is not UTF-8 text (byte 9)"),
        ("a: &x [*x]\n", "c.yml: is nested too deeply or too large"),
    ],
)
def test_broken_yaml_is_told_with_file_line_and_column(
    text: str | bytes, says: str, loader: str
) -> None:
    content = text if isinstance(text, bytes) else text.encode()

    with pytest.raises(ConfigError) as caught:
        yaml_text.read(content, "c.yml", loader=getattr(yaml, loader))

    assert str(caught.value) == says


def test_aliases_that_multiply_are_stopped() -> None:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 10)}]" for i in range(1, 10)]

    with pytest.raises(ConfigError, match=r"^c\.yml: is nested too deeply or too large$"):
        yaml_text.read("\n".join(lines).encode(), "c.yml")


def test_byte_order_mark_is_passed_over() -> None:
    assert yaml_text.read("\ufeffa: b".encode(), "c.yml").value == {"a": "b"}


@pytest.mark.parametrize("source", ["00:15:65:12:34:56", "1e3", "089", "2025-01-01", "0b_", "<<"])
def test_text_that_only_looks_like_a_number_stays_as_written(source: str) -> None:
    found = yaml_text.read(f"a: {source}".encode(), "c.yml")

    assert found.value == {"a": source}
    assert found.unquoted_by_path == {}


number_like = st.from_regex(
    r"[-+]?(0x[0-9a-f_]{1,12}|0b[01_]{1,8}|[0-9_]{1,14}|[0-9]{1,2}(:[0-9]{2}){1,6}"
    r"|[0-9_]{1,5}\.[0-9_]{0,5}(e[-+][0-9]{1,3})?|\.(inf|nan)|true|no|off|~|null)",
    fullmatch=True,
)


@given(source=number_like)
def test_unquoted_scalar_is_a_text_as_written_or_known_as_something_else(source: str) -> None:
    """What reads otherwise than written is always on record with its source."""
    found = yaml_text.read(f"a: [{source}]".encode(), "c.yml")

    unquoted = found.unquoted_by_path.get("a[0]")
    if unquoted is None:
        assert found.value == {"a": [source]}
    else:
        assert unquoted.source == source
        assert not isinstance(found.value["a"][0], str)


@given(source=number_like)
def test_quoted_scalar_is_a_text_as_written(source: str) -> None:
    found = yaml_text.read(f'a: "{source}"'.encode(), "c.yml")

    assert found.value == {"a": source}
    assert found.unquoted_by_path == {}


@given(content=st.binary() | st.text("ab:-[]{}#&*!|>'\"%@`,? \t\n01").map(str.encode))
def test_nothing_but_config_error_comes_out_of_any_bytes(content: bytes) -> None:
    try:
        found = yaml_text.read(content, "c.yml")
    except ConfigError:
        return

    assert found.value is None or found.line_by_path
