"""What becomes of the rows of a file that is brought in?"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from chalicelib.domain.bulk.portion import Portion
from cli.outcome import CliError
from cli.transfer.mark import Place
from cli.wire import Reply

_PATH = "/api/provisioning/import"
_MOST_REFUSED = 10_000
_FEWEST, _MOST = 500, 2000
"""Rows of one request: few, so that it is seen how far it is, and that little is done twice after a
stop; more of a larger portion, since each request carries all of it."""


class Api(Protocol):
    """What an import asks of the client."""

    def ask(
        self,
        method: str,
        path: str,
        body: object = None,
        *,
        query: Mapping[str, object] | None = None,
        again: bool = False,
    ) -> Reply: ...


@dataclass(kw_only=True)
class Tally:
    """What has become of the rows so far; only rows with something to say are kept."""

    counts: Counter[str] = field(default_factory=Counter)
    rows: int = 0
    refused: list[dict[str, Any]] = field(default_factory=list)
    warned: list[dict[str, Any]] = field(default_factory=list)
    notes: dict[str, None] = field(default_factory=dict)
    keeps_all: bool = False
    """Whether all rows are kept, in `told`."""
    told: list[dict[str, Any]] = field(default_factory=list)

    def add(self, answer: Mapping[str, Any], places: Sequence[str]) -> None:
        """Add an answer whose rows are these of the file."""
        self.notes |= dict.fromkeys(answer.get("notes", ()))
        for row, place in zip(answer["rows"], places, strict=False):
            self.rows += 1
            self.counts[row["outcome"]] += 1
            told = {name: value for name, value in row.items() if name != "row"}
            told["place"] = place  # in the whole file; the server knows the portion alone
            if self.keeps_all:
                self.told.append(told)
            if row.get("errors") and len(self.refused) < _MOST_REFUSED:
                self.refused.append(told)
            elif row.get("warnings") and len(self.warned) < _MOST_REFUSED:
                self.warned.append(told)


@dataclass(frozen=True, kw_only=True)
class Bringing:
    """An import by the API; `query` are its options."""

    api: Api
    query: Mapping[str, object]

    def run(self, portions: Sequence[Portion], start: Place, tally: Tally) -> Iterator[Place]:
        """Bring portion after portion in; each place that is reached, once it is done."""
        place = start
        for number, portion in enumerate(portions):
            if number < start.portion:
                continue
            within = place.rows if number == start.portion else 0
            cursor = place.cursor if number == start.portion else None
            for place in self._bring(number, portion, within, cursor, tally):
                yield place

    def _bring(
        self, number: int, portion: Portion, done: int, cursor: str | None, tally: Tally
    ) -> Iterator[Place]:
        body = portion.text.encode()
        while True:
            answer = self._ask(body, cursor, len(portion.places))
            tally.add(answer, portion.places[done:])
            done += len(answer["rows"])
            following = answer.get("cursor")
            if answer.get("stopped") and not answer["rows"]:
                raise CliError(f"the server stopped the import: {answer['stopped']}")
            if not following:
                yield Place(portion=number + 1)
                return
            if following == cursor:
                raise CliError("the server does not get on with the import")
            cursor = following
            yield Place(portion=number, rows=done, cursor=cursor)

    def _ask(self, body: bytes, cursor: str | None, rows: int) -> dict[str, Any]:
        most = min(max(rows // 20, _FEWEST), _MOST)
        query = {**self.query, "rows": most, "cursor": cursor}
        # The same row again changes nothing, so a request may be sent twice.
        answer = self.api.ask("POST", _PATH, body, query=query, again=True).body
        if not isinstance(answer, dict) or not isinstance(answer.get("rows"), list):
            raise CliError("the server's answer to an import cannot be understood")
        return answer
