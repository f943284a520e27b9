"""What does a row claim for itself?"""

from __future__ import annotations

import pytest

from chalicelib.domain.bulk.claim import Claim, read_claim
from chalicelib.domain.bulk.preset import Path


@pytest.mark.parametrize(
    ("told", "claim"),
    [
        (
            {("mac_address",): "00:15:65:12:34:56", ("extension_number",): "1001"},
            Claim(mac="001565123456", number="1001", given=None, lines=("1001",)),
        ),
        (
            {
                ("mac_address",): "001565123456",
                ("extension_number",): "1001",
                ("line", "2", "extension_number"): "'+1002",
                ("line", "2", "label"): "x",
                ("lines",): '[{"extension_number": "1003"}, {"user": "a"}, 7]',
            },
            Claim(mac="001565123456", number="1001", given=None, lines=("1001", "+1002", "1003")),
        ),
        (
            {("mac_address",): "001565123456", ("lines",): "[{"},
            Claim(mac="001565123456", number="", given=None),
        ),
        (
            {("extension_number",): "'+49", ("password",): " secret ", ("site",): "berlin"},
            Claim(mac="", number="+49", given={"password": "secret", "site": "berlin"}),
        ),
        (
            {("extension_number",): "1", ("first_name",): "Ann", ("last_name",): "Lee"},
            Claim(mac="", number="1", given={"name": "Ann Lee"}),
        ),
        (
            {("extension_number",): "1", ("first_name",): "Ann", ("name",): "Lee"},
            Claim(mac="", number="1", given={"name": "Lee"}),
        ),
        ({("mac_address",): "zz", ("name",): "Ann"}, Claim(mac="", number="", given=None)),
        ({}, Claim(mac="", number="", given=None)),
    ],
)
def test_cells(told: dict[Path, object], claim: Claim) -> None:
    assert read_claim(told, of_cells=True) == claim


def test_values_of_json_are_taken_as_they_are() -> None:
    told: dict[Path, object] = {
        ("extension_number",): 1001,
        ("mac_address",): "001565123456",
    }

    assert read_claim(told, of_cells=False) == Claim(mac="001565123456", number="", given=None)
