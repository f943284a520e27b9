"""Is what a phone writes back kept with its device, sealed, and no longer than that?"""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from chalicelib.domain.upload import LARGEST_UPLOAD, Upload
from chalicelib.storage.records import Records
from chalicelib.storage.table import Table
from tests.storage.test_records import DEVICE, NOON, sealed_records, sorts

UPLOAD = Upload(name="{mac}-web.cfg", text="<x>Zoë \U0001f4de\r\n</x>", at=NOON)


@pytest.fixture
def records(table: Table, tmp_path: Path) -> Records:
    return sealed_records(table, tmp_path)


def test_upload_comes_back(records: Records) -> None:
    records.save_device(DEVICE, was=None)

    kept = records.keep_upload(DEVICE, UPLOAD)

    assert kept
    assert records.upload(DEVICE, "{mac}-web.cfg") == UPLOAD
    assert records.upload(DEVICE, "{mac}-phone.cfg") is None


def test_upload_takes_the_place_of_the_one_before(records: Records) -> None:
    records.save_device(DEVICE, was=None)
    records.keep_upload(DEVICE, UPLOAD)

    records.keep_upload(DEVICE, replace(UPLOAD, text="new"))

    found = records.upload(DEVICE, "{mac}-web.cfg")
    assert found is not None
    assert found.text == "new"


@pytest.mark.parametrize("text", ['"' * LARGEST_UPLOAD, "\0" * LARGEST_UPLOAD])
def test_largest_upload_has_room(records: Records, text: str) -> None:
    records.save_device(DEVICE, was=None)

    assert records.keep_upload(DEVICE, replace(UPLOAD, text=text))

    found = records.upload(DEVICE, UPLOAD.name)
    assert found is not None
    assert found.text == text


def test_upload_lies_sealed(records: Records, table: Table) -> None:
    records.save_device(DEVICE, was=None)

    records.keep_upload(DEVICE, replace(UPLOAD, text="web.password = of its user"))

    [kept] = table.read("UPLOADS#001565123456")
    assert "of its user" not in json.dumps(kept.body)


def test_upload_is_no_part_of_what_a_fetch_reads(records: Records, table: Table) -> None:
    records.save_device(DEVICE, was=None)

    records.keep_upload(DEVICE, UPLOAD)

    assert sorts(table, "DEVICE#001565123456") == ["DEVICE", "LINE#1", "STATUS"]
    assert sorts(table, "UPLOADS#001565123456") == ["{mac}-web.cfg"]


def test_upload_of_a_device_that_is_not_there_is_not_kept(records: Records, table: Table) -> None:
    assert not records.keep_upload(DEVICE, UPLOAD)

    assert sorts(table, "UPLOADS#001565123456") == []


def test_uploads_go_with_their_device(records: Records, table: Table) -> None:
    was = records.save_device(DEVICE, was=None)
    records.keep_upload(DEVICE, UPLOAD)
    records.keep_upload(DEVICE, replace(UPLOAD, name="{mac}-phone.cfg"))

    records.remove_device(was)

    assert sorts(table, "UPLOADS#001565123456") == []


def test_upload_of_a_device_that_was_removed_is_not_the_next_ones(records: Records) -> None:
    later = replace(DEVICE, created_at=datetime(2026, 1, 2, tzinfo=UTC))
    records.save_device(later, was=None)

    records.keep_upload(DEVICE, UPLOAD)  # it was being received meanwhile

    assert records.upload(later, UPLOAD.name) is None
