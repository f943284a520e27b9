"""What do columns mean, and what is said of those that mean nothing?"""

from __future__ import annotations

import pytest

from chalicelib.domain.bulk.column import NAMES, find_path, read_header
from chalicelib.domain.bulk.preset import PRESETS, fold
from chalicelib.domain.errors import InputError
from chalicelib.domain.profile import LINE, SETTINGS


@pytest.mark.parametrize(
    ("name", "path"),
    [
        ("MAC Address", ("mac_address",)),
        ("mac-address", ("mac_address",)),
        ("Ext", ("extension_number",)),
        ("SIP Secret", ("password",)),
        ("Layout", ("settings", "key_layout")),
        ("line 2", ("line", "2", "extension_number")),
        ("Line2", ("line", "2", "extension_number")),
        ("line 2 label", ("line", "2", "label")),
        ("line2.Outbound Proxy", ("line", "2", "outbound_proxy")),
        ("lines[1].label", ("line", "2", "label")),
        ("line 1 extension", ("line", "1", "extension_number")),
        ("settings.vlan.phone", ("settings", "vlan", "phone")),
        ("Settings.VLAN.Phone Priority", ("settings", "vlan", "phone_priority")),
        ("settings.vendor_settings", ("settings", "vendor_settings")),
        ("settings.vendor_settings.a.b", ("settings", "vendor_settings", "a.b")),
        ("line 0", None),
        ("line 25", None),
        ("line 2 colour", None),
        ("settings.vlan.colour", None),
        ("settings.vendor_settings. bad", None),
        ("settings.", None),
        ("colour", None),
        ("", None),
    ],
)
def test_meaning_of_a_name(name: str, path: tuple[str, ...] | None) -> None:
    assert find_path(name) == path


@pytest.mark.parametrize("name", [*LINE.fields])
def test_every_field_of_a_line_can_be_a_column(name: str) -> None:
    assert find_path(f"line 3 {name}") == ("line", "3", name)


@pytest.mark.parametrize("name", [*SETTINGS.fields])
def test_every_setting_can_be_a_column(name: str) -> None:
    assert find_path(f"settings.{name}") == ("settings", name)


def test_no_name_means_two_things() -> None:
    names = [fold(name) for names in NAMES.values() for name in names]

    assert len(names) == len({*names})


@pytest.mark.parametrize(
    ("names", "says"),
    [
        (("mac", "extension", "MAC"), '"MAC": is given twice'),
        (
            ("mac", "secret", "password"),
            '"password": means the same as the column "secret"; give only one of them',
        ),
        (
            ("mac", "line 2", "lines[1].extension_number"),
            '"lines[1].extension_number": means the same as the column "line 2"',
        ),
        (("mca", "foo"), "header: has neither a column mac nor a column extension; known are mac,"),
    ],
)
def test_header_that_cannot_be(names: tuple[str, ...], says: str) -> None:
    with pytest.raises(InputError) as caught:
        read_header(names)

    assert str(caught.value).startswith(says)


def test_misspelt_header_names_what_may_be_meant() -> None:
    with pytest.raises(InputError) as caught:
        read_header(("mca", "name"))

    assert str(caught.value).endswith('for "mca"; did you mean "mac"?')


@pytest.mark.parametrize(
    ("names", "says"),
    [
        (
            ("extension", "password", "name", "secret", "mac"),
            (
                '"secret": means the same as the column "password"; give only one of them; header: '
                "looks like that of FreePBX; ask for preset=freepbx (--preset freepbx)"
            ),
        ),
        (
            ("username", "fullname", "registerpassword"),
            "header: has neither a column mac nor a column extension; known are ",
        ),
    ],
)
def test_header_of_another_product_names_its_preset(names: tuple[str, ...], says: str) -> None:
    with pytest.raises(InputError) as caught:
        read_header(names)

    assert str(caught.value).startswith(says)
    assert "(--preset " in str(caught.value)


def test_other_preset_than_the_one_that_fits() -> None:
    names = ("Number", "FirstName", "LastName", "AuthID", "AuthPassword", "MAC_0")

    with pytest.raises(InputError) as caught:
        read_header(names, PRESETS["freepbx"])

    assert str(caught.value) == (
        "header: has no column of FreePBX, such as extension, name, secret, mac, brand, model; "
        "header: looks like that of 3CX; ask for preset=3cx (--preset 3cx)"
    )


def test_unknown_columns_are_told() -> None:
    header = read_header(("mac", "modle", "colour", "settings.vlam.phone", "created_at", ""))

    assert header.notes == (
        'the column "modle" is not known and not read; did you mean "model"?',
        'the column "colour" is not known and not read',
        'the column "settings.vlam.phone" is not known and not read; did you mean "settings.vlan"?',
    )


def test_many_unknown_columns_are_counted() -> None:
    header = read_header(("mac", *(f"x{number}" for number in range(30))))

    assert len(header.notes) == 21
    assert header.notes[-1] == "10 more columns are not known and not read"


def test_preset_tells_what_it_does_not_read() -> None:
    header = read_header(
        ("extension", "name", "password", "tech", "secret", "site"), PRESETS["freepbx"]
    )

    assert [column.path for column in header.columns] == [
        ("extension_number",),
        ("name",),
        None,
        None,
        ("password",),
        ("site",),
    ]
    assert header.notes == ('not read from a file of FreePBX: "password", "tech"',)


def test_header_of_another_product() -> None:
    with pytest.raises(InputError, match="header: has no column of 3CX, such as Number, FirstName"):
        read_header(("mac", "extension"), PRESETS["3cx"])
