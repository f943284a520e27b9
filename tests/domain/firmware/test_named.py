"""Which firmware do settings name, layer over layer?"""

from __future__ import annotations

from typing import Any

import pytest

from chalicelib.domain.firmware.named import Named, say_the_same

URL = {"firmware_url": "https://files.example.com/x.rom"}


@pytest.mark.parametrize(
    ("layers", "named"),
    [
        ([], Named(None, has_url=False)),
        ([{}, {"firmware": "2.0"}, {"firmware": "1.0"}], Named("2.0", has_url=False)),
        ([{"firmware": None}, {"firmware": "1.0"}], Named(None, has_url=False)),
        ([URL, {"firmware": "1.0"}], Named(None, has_url=True)),
        ([{"firmware": "1.0"}, URL], Named("1.0", has_url=True)),
        ([{**URL, "firmware": "2.0"}, {"firmware": "1.0"}], Named("2.0", has_url=True)),
        ([{"firmware_url": None}, {**URL, "firmware": "1.0"}], Named("1.0", has_url=False)),
    ],
)
def test_what_layers_name(layers: list[dict[str, Any]], named: Named) -> None:
    assert Named.by(*layers) == named


@pytest.mark.parametrize(
    ("before", "after", "may"),
    [
        (Named("2.0", has_url=False), Named("1.0", has_url=False), True),
        (Named(None, has_url=False), Named("1.0", has_url=False), True),
        (Named("1.0", has_url=False), Named("1.0", has_url=False), False),
        (Named("1.0", has_url=True), Named("1.0", has_url=False), True),
        (Named("1.0", has_url=False), Named("1.0", has_url=True), False),
        (Named("2.0", has_url=False), Named(None, has_url=False), False),
        (Named("2.0", has_url=False), Named(None, has_url=True), False),
    ],
)
def test_what_may_take_back(before: Named, after: Named, may: bool) -> None:
    assert after.may_take_back(before) is may


def test_layers_that_say_the_same() -> None:
    assert say_the_same({"firmware": "1.0", "language": "de"}, {"firmware": "1.0"})
    assert not say_the_same({"firmware": None}, {})
    assert not say_the_same(URL, {})
