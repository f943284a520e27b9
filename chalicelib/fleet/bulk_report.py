"""What became of a row, as far as a person reads?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from chalicelib.domain.bulk.outcome import Outcome
from chalicelib.domain.errors import Flaw
from chalicelib.domain.mac import Mac

_MOST_TEXTS = 20
_LONGEST_TEXT = 1000
"""Of the flaws and warnings of one row."""


@dataclass(frozen=True, kw_only=True, slots=True)
class RowReport:
    """What became of a row; `parts` says it of its extension and device."""

    number: int
    place: str
    outcome: Outcome
    mac: Mac | None = None
    extension: str | None = None
    parts: Mapping[str, Outcome] = field(default_factory=dict)
    flaws: tuple[Flaw, ...] = ()
    warnings: tuple[str, ...] = ()
    guessed: Mapping[str, str] = field(default_factory=dict)


def flaw_of(error: Exception) -> Flaw:
    return Flaw(where="", says=str(error))


def cut_texts(texts: Sequence[str]) -> tuple[str, ...]:
    """The texts, no more and no longer than a person reads."""
    kept = tuple(text[:_LONGEST_TEXT] for text in texts[:_MOST_TEXTS])
    return (*kept, f"... and {len(texts) - _MOST_TEXTS} more") if len(texts) > len(kept) else kept


def cut_flaws(flaws: Sequence[Flaw]) -> tuple[Flaw, ...]:
    more = len(flaws) - _MOST_TEXTS
    kept = [Flaw(where=flaw.where, says=flaw.says[:_LONGEST_TEXT]) for flaw in flaws[:_MOST_TEXTS]]
    return (*kept, Flaw(where="", says=f"has {more} more flaws")) if more > 0 else tuple(kept)
