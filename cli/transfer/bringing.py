"""What becomes of the rows of a file that is brought in?"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from chalicelib.domain.bulk.portion import Portion
from cli.outcome import CliError
from cli.transfer.mark import Place
from cli.transfer.spool import Spool
from cli.wire import Reply

_PATH = "/api/provisioning/import"
_MOST_SHOWN = 20
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
    """What has become of the rows so far.

    Only the first of those with something to say are kept in memory; `told`, where it is wanted,
    has all rows.
    """

    told: Spool | None = None
    counts: Counter[str] = field(default_factory=Counter)
    rows: int = 0
    refused: list[dict[str, Any]] = field(default_factory=list)
    warned: list[dict[str, Any]] = field(default_factory=list)
    more: Counter[str] = field(default_factory=Counter)
    """How many there are beyond those kept, by `refused` and `warned`."""
    notes: dict[str, None] = field(default_factory=dict)

    def add(self, answer: Mapping[str, Any], portion: Portion, done: int) -> None:
        """Add an answer to the portion, of which so many rows were done before."""
        self.notes |= dict.fromkeys(answer.get("notes", ()))
        for index, row in enumerate(answer["rows"][: len(portion.places) - done], start=done):
            self._add_left_out(portion, index)
            # The server knows the portion alone; a person looks into the whole file.
            self._add(_say_places(row, portion) | {"place": portion.places[index]})

    def end(self, portion: Portion) -> None:
        """All rows of the portion are done."""
        self._add_left_out(portion, len(portion.places))

    def _add_left_out(self, portion: Portion, index: int) -> None:
        for each in portion.left_out:
            if each.after == index:
                self._add(dict(each.told))

    def _add(self, row: dict[str, Any]) -> None:
        self.rows += 1
        self.counts[row["outcome"]] += 1
        if self.told is not None:
            self.told.add(row)
        if row.get("errors"):
            self._keep(row, self.refused, "refused")
        elif row.get("warnings"):
            self._keep(row, self.warned, "warned")

    def _keep(self, row: dict[str, Any], rows: list[dict[str, Any]], what: str) -> None:
        if len(rows) < _MOST_SHOWN:
            rows.append(row)
        else:
            self.more[what] += 1


def _say_places(row: Mapping[str, Any], portion: Portion) -> dict[str, Any]:
    told = {name: value for name, value in row.items() if name != "row"}
    if row.get("errors"):
        told["errors"] = [
            {**error, "message": portion.say_places(str(error.get("message")))}
            for error in row["errors"]
        ]
    return told


@dataclass(frozen=True, kw_only=True)
class Bringing:
    """An import by the API; `query` are its options."""

    api: Api
    query: Mapping[str, object]

    def run(self, portions: Iterable[Portion], start: Place, tally: Tally) -> Iterator[Place]:
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
        while portion.places:
            answer = self._ask(body, cursor, len(portion.places))
            tally.add(answer, portion, done)
            done += len(answer["rows"])
            following = answer.get("cursor")
            if answer.get("stopped") and not answer["rows"]:
                raise CliError(f"the server stopped the import: {answer['stopped']}")
            if not following:
                break
            if following == cursor:
                raise CliError("the server does not get on with the import")
            cursor = following
            yield Place(portion=number, rows=done, cursor=cursor)
        tally.end(portion)
        yield Place(portion=number + 1)

    def _ask(self, body: bytes, cursor: str | None, rows: int) -> dict[str, Any]:
        most = min(max(rows // 20, _FEWEST), _MOST)
        query = {**self.query, "rows": most, "cursor": cursor}
        # The same row again changes nothing, so a request may be sent twice.
        answer = self.api.ask("POST", _PATH, body, query=query, again=True).body
        if not isinstance(answer, dict) or not isinstance(answer.get("rows"), list):
            raise CliError("the server's answer to an import cannot be understood")
        return answer
