"""A device that never was, to try templates with."""

from __future__ import annotations

from datetime import UTC, datetime

from chalicelib.domain.device import Device, Dossier, Line
from chalicelib.domain.extension import Origin
from chalicelib.domain.mac import Mac

SAMPLE = Dossier(
    device=Device(
        mac=Mac("001565000000"),
        vendor="sample",
        model="sample",
        lines=({"extension_number": "1000"},),
        origin=Origin.API,
        created_at=datetime(2026, 1, 1, tzinfo=UTC),
        updated_at=datetime(2026, 1, 1, tzinfo=UTC),
    ),
    lines=(Line(position=1, number="1000", name="Sample", password="sample"),),  # noqa: S106
)
