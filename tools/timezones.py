"""Which POSIX rule does each IANA time zone follow, as the PyPI package tzdata has it?

    python tools/timezones.py [--as-of 2026-11-23]

writes chalicelib/templates/timezones.json. docs/decisions/0003-time-zones.md says why.
"""

from __future__ import annotations

import argparse
import io
import json
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from importlib import metadata, resources
from pathlib import Path
from zoneinfo import ZoneInfo

TARGET = Path(__file__).parents[1] / "chalicelib" / "templates" / "timezones.json"
NOT_ZONES = {"Factory", "localtime"}
FIRST_DAY, LAST_DAY = datetime(2024, 1, 1, tzinfo=UTC), datetime(2031, 1, 1, tzinfo=UTC)


def main() -> None:
    today = datetime.now(UTC).date()
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument(
        "--as-of",
        type=date.fromisoformat,
        default=today,
        help="a zone whose rule holds only after this day is irregular; default: today",
    )
    TARGET.write_text(write_table(as_of=parser.parse_args().as_of), encoding="ascii")


def write_table(*, as_of: date) -> str:
    """The text of timezones.json: one zone a line, in the order of the names."""
    rules: dict[str, str] = {}
    rule_holds_since: dict[str, str] = {}
    irregular: dict[str, str] = {}
    for name in sorted(zone_names()):
        content = read_zone(name)
        rule = footer(content)
        deviation = find_deviation(ZoneInfo.from_file(io.BytesIO(content), key=name))
        if deviation is None:
            rules[name] = rule
        elif deviation.end <= datetime.combine(as_of, time(), UTC):
            rules[name] = rule
            rule_holds_since[name] = f"{deviation.end:%Y-%m-%dT%H:%M:%SZ}"
        else:
            irregular[name] = f"follows its rule {rule} only from {deviation}"
    document = {
        "tzdata": metadata.version("tzdata"),
        "as_of": as_of.isoformat(),
        "rules": rules,
        "rule_holds_since": rule_holds_since,
        "irregular": irregular,
    }
    return json.dumps(document, indent=1) + "\n"


def zone_names() -> set[str]:
    """All IANA names, links as well; neither posix/ nor right/ is among them."""
    listed = resources.files("tzdata").joinpath("zones").read_text(encoding="ascii")
    return set(listed.split()) - NOT_ZONES


def read_zone(name: str) -> bytes:
    return resources.files("tzdata").joinpath("zoneinfo", *name.split("/")).read_bytes()


def footer(content: bytes) -> str:
    """The last line of a TZif file of version 2 and later (RFC 8536 section 3.3)."""
    if content[:4] != b"TZif" or content[4:5] < b"2":
        raise ValueError(f"expected a TZif file of version 2 or later, found {content[:5]!r}")
    return content[:-1].rpartition(b"\n")[2].decode("ascii")


@dataclass(frozen=True, kw_only=True)
class Deviation:
    """The clock was not where the rule says, for the last time until `end`."""

    end: datetime
    offset: timedelta
    rule_offset: timedelta

    def __str__(self) -> str:
        clock, rule = signed(self.offset), signed(self.rule_offset)
        until = f"{self.end:%Y-%m-%d %H:%M} UTC on"
        return f"{until}: before, its clock is at UTC{clock}, the rule says UTC{rule}"


def find_deviation(zone: ZoneInfo) -> Deviation | None:
    """The last deviation of 2024 to 2030, found week by week."""
    week = timedelta(days=7)
    weeks = (LAST_DAY - FIRST_DAY) // week
    for number in range(weeks, -1, -1):
        moment = FIRST_DAY + number * week
        if deviates(zone, moment):
            return Deviation(
                end=find_end(zone, moment, moment + week),
                offset=offset_at(zone, moment),
                rule_offset=rule_offset_at(zone, moment),
            )
    return None


def find_end(zone: ZoneInfo, wrong: datetime, right: datetime) -> datetime:
    """The first second at which the rule holds, halving the distance."""
    while right - wrong > timedelta(seconds=1):
        middle = wrong + (right - wrong) // timedelta(seconds=2) * timedelta(seconds=1)
        wrong, right = (middle, right) if deviates(zone, middle) else (wrong, middle)
    return right


def deviates(zone: ZoneInfo, moment: datetime) -> bool:
    return offset_at(zone, moment) != rule_offset_at(zone, moment)


def rule_offset_at(zone: ZoneInfo, moment: datetime) -> timedelta:
    # Dates and weekdays repeat after 400 years, and so far ahead only the footer's rule counts.
    return offset_at(zone, moment.replace(year=moment.year + 400))


def offset_at(zone: ZoneInfo, moment: datetime) -> timedelta:
    return moment.astimezone(zone).utcoffset() or timedelta()


def signed(offset: timedelta) -> str:
    minutes = offset // timedelta(minutes=1)
    return f"{'-' if minutes < 0 else '+'}{abs(minutes) // 60:02}:{abs(minutes) % 60:02}"


if __name__ == "__main__":
    main()
