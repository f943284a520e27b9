"""Is every log line one JSON object, in its place, whatever it says?"""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib import log

LOGGER = logging.getLogger("offhook")


@pytest.fixture(autouse=True)
def restored() -> Iterator[None]:
    """The logger as other tests want it."""
    yield
    log.begin(None)


def test_line_on_standard_output(capsys: pytest.CaptureFixture[str]) -> None:
    log.begin(None)

    LOGGER.warning("config.yml: %s", "odd", extra={"account": {"mac": "001565123456"}})

    line = json.loads(capsys.readouterr().out)
    assert line.pop("time").endswith("+00:00")
    assert line == {"level": "warning", "event": "config.yml: odd", "mac": "001565123456"}


def test_line_in_file_too(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    log.begin(tmp_path / "logs" / "pbx.log")

    LOGGER.info("provision")

    assert (tmp_path / "logs" / "pbx.log").read_text("utf-8") == capsys.readouterr().out


def test_file_is_not_made_before_the_first_line(tmp_path: Path) -> None:
    log.begin(tmp_path / "pbx.log")

    assert list(tmp_path.iterdir()) == []


def test_begin_again_prints_each_line_once(capsys: pytest.CaptureFixture[str]) -> None:
    log.begin(None)
    log.begin(None)

    LOGGER.info("provision")

    assert len(capsys.readouterr().out.splitlines()) == 1


def test_begin_again_lets_go_of_the_file(tmp_path: Path) -> None:
    log.begin(tmp_path / "one.log")
    LOGGER.info("provision")
    opened = [h for h in LOGGER.handlers if isinstance(h, logging.FileHandler)]

    log.begin(None)

    assert [handler.stream for handler in opened] == [None]


def test_traceback_is_part_of_the_line(capsys: pytest.CaptureFixture[str]) -> None:
    log.begin(None)

    error = ValueError("two\nlines")
    LOGGER.error("failed", exc_info=error)

    [line] = capsys.readouterr().out.splitlines()
    assert json.loads(line)["traceback"] == "ValueError: two\nlines"


def test_folder_that_cannot_be_made(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", "utf-8")

    with pytest.raises(OSError, match="file"):
        log.begin(tmp_path / "file" / "pbx.log")


@given(st.text(st.characters(codec=None)), st.text(st.characters(codec=None)))
def test_any_text_stays_in_one_line_of_ascii(event: str, value: str) -> None:
    record = logging.makeLogRecord({"msg": event, "account": {"user_agent": value}})

    line = log.JsonLines().format(record)

    assert line.isascii()
    assert line.isprintable()
    assert json.loads(line)["user_agent"] == json.loads(json.dumps(value))
