"""What does an import or an export answer?

Loaded on first use: no phone has to wait for it.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from chalicelib.domain.bulk.file import BulkFile
from chalicelib.domain.bulk.outcome import Outcome
from chalicelib.domain.bulk.writing import (
    HEADER,
    device_row,
    extension_row,
    tell_device,
    tell_extension,
    write_csv,
)
from chalicelib.domain.errors import Flaw
from chalicelib.fleet.bulk import Progress
from chalicelib.fleet.bulk_export import ExportPage
from chalicelib.fleet.bulk_report import RowReport


def tell_import(file: BulkFile, progress: Progress, *, dry_run: bool) -> dict[str, Any]:
    """The answer to an import, but for its cursor."""
    counts = {outcome.value: 0 for outcome in Outcome}
    for report in progress.reports:
        counts[report.outcome.value] += 1
    header_by_where = file.header_by_where
    told = {
        "success": True,
        "dry_run": dry_run,
        "total": len(file.rows),
        "counts": counts,
        "notes": list(file.notes),
        "rows": [_tell_row(report, header_by_where) for report in progress.reports],
    }
    return told | ({"stopped": progress.stopped} if progress.stopped else {})


def _tell_row(report: RowReport, header_by_where: Mapping[str, str]) -> dict[str, Any]:
    told: dict[str, Any] = {
        "row": report.number,
        "place": report.place,
        "outcome": report.outcome.value,
        "mac_address": str(report.mac) if report.mac else None,
        "extension_number": report.extension,
        **{f"{part}_outcome": outcome.value for part, outcome in report.parts.items()},
    }
    if report.flaws:
        told["errors"] = [_tell_flaw(flaw, header_by_where) for flaw in report.flaws]
    if report.warnings:
        told["warnings"] = list(report.warnings)
    if report.guessed:
        told["guessed"] = dict(report.guessed)
    return told


def _tell_flaw(flaw: Flaw, header_by_where: Mapping[str, str]) -> dict[str, str]:
    told = {"field": flaw.where or "row", "message": flaw.says}
    header = header_by_where.get(flaw.where)
    return told | ({"column": header} if header else {})


def write_page(page: ExportPage, form: str, *, secrets: bool, begins: bool) -> str:
    """The text of a page of an export; the header of CSV stands where the file `begins`."""
    if form == "csv":
        return write_csv(_rows(page, secrets=secrets, begins=begins))
    told = {
        "extensions": [tell_extension(each, secrets=secrets) for each in page.extensions],
        "devices": [tell_device(each, secrets=secrets) for each in page.devices],
    }
    return json.dumps(told, separators=(",", ":"), sort_keys=True)


def _rows(page: ExportPage, *, secrets: bool, begins: bool) -> Iterator[tuple[str, ...]]:
    if begins:
        yield HEADER
    for extension in page.extensions:
        yield extension_row(extension, secrets=secrets)
    for device in page.devices:
        yield device_row(device, secrets=secrets)
