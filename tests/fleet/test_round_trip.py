"""Does whatever a device has come back from an export, byte for byte, from both forms?"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chalicelib.domain.bulk.file import read_file
from chalicelib.domain.mac import Mac
from chalicelib.fleet.bulk_export import Export
from chalicelib.fleet.bulk_row import Wishes
from chalicelib.fleet.choice import Choice
from chalicelib.routes.bulk_answer import write_page
from chalicelib.storage.table import Table
from tests.fleet.importer import Importer
from tests.fleet.writer import Writer

NewTable = Callable[[], Table]

TEXTS = st.text(st.characters(categories=("L", "N")) | st.sampled_from("=+-@'\",;"), min_size=1)
VLAN_IDS = st.none() | st.integers(1, 4094)
SETTINGS: st.SearchStrategy[dict[str, Any]] = st.fixed_dictionaries(
    {},
    optional={
        "language": st.none() | st.just("de"),
        "codecs": st.just(["PCMA", "G722"]),
        "timezone": st.just("Europe/Berlin"),
        "ntp_servers": st.none() | st.just(["ntp.example.com"]),
        "lldp": st.none() | st.booleans(),
        "dial_plan": st.none() | TEXTS,
        "phonebooks": st.none() | st.just([{"name": "All", "url": "http://a.example/b"}]),
        "vlan": st.none() | st.fixed_dictionaries({}, optional={"phone": VLAN_IDS, "pc": VLAN_IDS}),
        "web": st.none() | st.fixed_dictionaries({}, optional={"admin_password": TEXTS}),
        "ldap": st.none() | st.fixed_dictionaries({"host": st.just("a")}, optional={"user": TEXTS}),
        "vendor_settings": st.none()
        | st.dictionaries(st.sampled_from(["a.b", "P2", "x y"]), st.none() | TEXTS),
    },
)
LINES = st.lists(
    st.fixed_dictionaries({"extension_number": st.just("1001")}, optional={"label": TEXTS})
    | st.fixed_dictionaries({"user": st.just("own"), "password": TEXTS}, optional={"name": TEXTS}),
    min_size=1,
    max_size=3,
).filter(lambda lines: sum("user" in line for line in lines) < 2)
KEYS = st.lists(
    st.fixed_dictionaries(
        {"type": st.just("blf"), "module": st.just(0), "line": st.just(1)},
        optional={"value": TEXTS, "label": TEXTS, "pickup": st.just("*8")},
    ),
    max_size=3,
).map(lambda keys: [{**key, "position": place} for place, key in enumerate(keys, start=1)])


@pytest.mark.parametrize("form", ["csv", "json"])
@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(fleet=st.lists(st.tuples(LINES, KEYS, SETTINGS), min_size=1, max_size=4))
def test_devices_come_back(new_table: NewTable, form: str, fleet: list[Any]) -> None:
    writer = Writer(new_table())
    forget_everything(writer)
    writer.extensions.put(number="1001", name="=1+1", password="a secret")
    for number, (lines, keys, chosen) in enumerate(fleet, start=1):
        choice = Choice(
            vendor="yealink", model="t46s", lines=tuple(lines), keys=tuple(keys), settings=chosen
        )
        writer.devices.register(Mac(f"001565{number:06x}"), choice)
    exported = export(writer, form)

    assert bring_in(new_table(), form, exported) == {"unchanged"}
    assert export(writer, form) == exported
    forget_everything(writer)
    assert bring_in(new_table(), form, exported) == {"created"}
    assert export(writer, form) == exported


def export(writer: Writer, form: str) -> str:
    page = Export(records=writer.records, trail=writer.trail).page(limit=99, after=None)
    assert page.after is None
    return write_page(page, form, secrets=True, begins=True)


def bring_in(table: Table, form: str, text: str) -> set[str]:
    """The outcomes of the rows, or what is wrong with them."""
    file = read_file(text.encode(), form)
    progress = Importer(table).bulk.bring_in(file, Wishes(), seconds=60.0)
    return {
        "; ".join(map(str, report.flaws)) or report.outcome.value for report in progress.reports
    }


def forget_everything(writer: Writer) -> None:
    for device in writer.records.list_devices(limit=99, after=None).values:
        writer.records.remove_device(device)
    for extension in writer.records.list_extensions(limit=99, after=None).values:
        writer.records.remove_extension(extension)
