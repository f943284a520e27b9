"""How does a file differ from what a phone has fetched, told without a secret if need be?"""

from __future__ import annotations

import difflib
import re
from collections import Counter
from collections.abc import Iterator, Sequence, Set
from dataclasses import dataclass, field
from itertools import accumulate

from chalicelib.domain.config_line import Line, read_lines

ANOTHER = " (another)"
"""Stands behind the mark of a secret that is not the one which was fetched."""

_CONTEXT = 3
_LIKE_A_SECRET = re.compile(
    r"pass|pwd|psw|secret|token|psk|ha1|(?<![a-z])(?:pin|pw)(?![a-z])", re.IGNORECASE
)
"""What is called so may have been a secret, though it is none now."""

_OWN_ADDRESS = "/p/"
"""Stands in an address with a token of the device or its site."""


def compare(old: str, new: str, name: str) -> str:
    """The unified diff between two texts of a file; empty when they are the same."""
    lines = difflib.unified_diff(
        old.splitlines(), new.splitlines(), *_titles(name), lineterm="", n=_CONTEXT
    )
    return "".join(f"{line}\n" for line in lines)


@dataclass(frozen=True, kw_only=True, slots=True)
class Told:
    """A difference, and which lines of the older text were told to be others, by their places."""

    diff: str
    lines: Set[int]


def compare_veiled(
    old: str, new: str, veiled: str, name: str, *, mark: str, told: Set[int] = frozenset()
) -> Told:
    """The unified diff with a mark in place of each secret.

    `veiled` is the newer text with a mark in place of each secret. What is told of a secret is that
    it is another one, and nothing else:

    - Which lines are held against each other follows from their names alone. So it does not tell
      that a password is the same as what stands elsewhere.
    - The newer lines are shown as they are veiled. Of an older one the names are shown, and of its
      values those which are the same now; another value only where the line alone has its name,
      then and now, and what it is called by is no secret.
    - A line of `told` whose values are not all shown is another one, whatever it holds. Whoever may
      change a password could try by the difference which one the phone has, if it went away again.
    """
    now = _read_now(new, veiled, mark)
    then = _read_then(old, now, mark)
    script = _Script(then, now, mark, told)
    rows = list(script.rows())
    diff = "".join(f"{line}\n" for line in _unify(rows, name))
    return Told(diff=diff, lines=frozenset(script.told))


@dataclass(frozen=True, slots=True)
class _Now:
    """A line as it is veiled, what its values are, and which of them are secrets."""

    line: Line
    values: Sequence[str]
    secrets: Sequence[bool]


def _read_now(new: str, veiled: str, mark: str) -> list[_Now]:
    whole, shown = read_lines(new), read_lines(veiled)
    if len(whole) == len(shown):
        return [_to_now(line, veil, mark) for line, veil in zip(whole, shown, strict=True)]
    # A secret makes for other lines than the mark does: what has no like is hidden whole.
    pairs = {number: shown[at] for at, number in _pair(whole, shown)}
    unknown = Line("", ("", ""), (mark,))
    return [_to_now(line, pairs.get(at, unknown), mark) for at, line in enumerate(whole)]


def _to_now(line: Line, veil: Line, mark: str) -> _Now:
    if line.names != veil.names:  # a secret that looks like a name
        return _Now(veil.nameless(), (line.text,), (True,))
    pairs = zip(line.values, veil.values, strict=True)
    return _Now(veil, line.values, [value != shown or mark in shown for value, shown in pairs])


def _read_then(old: str, now: Sequence[_Now], mark: str) -> list[Line]:
    """The older lines. What may be a secret that looks like a name is no name in them."""
    known = {each.line.key[1:] for each in now}
    is_doubtful = any(each.line.is_nameless and mark in each.line.text for each in now)
    return [
        line.nameless() if line.names not in known and (is_doubtful or line.is_comment) else line
        for line in read_lines(old)
    ]


def _pair(then: Sequence[Line], now: Sequence[Line]) -> Iterator[tuple[int, int]]:
    """The places of lines of the same name, as (now, then)."""
    old, new = [line.key for line in then], [line.key for line in now]
    shorter = min(len(old), len(new))
    same = zip(old, new, strict=False)
    head = next((at for at, (one, other) in enumerate(same) if one != other), shorter)
    ends = zip(reversed(old[head:]), reversed(new[head:]), strict=False)
    tail = next((at for at, (one, other) in enumerate(ends) if one != other), shorter - head)
    middle = old[head : len(old) - tail], new[head : len(new) - tail]
    # As it is by itself it passes over names that are everywhere, so that its time is bounded.
    blocks = difflib.SequenceMatcher(None, *middle).get_matching_blocks()
    yield from ((at, at) for at in range(head))
    for start, other, length in blocks:
        yield from ((head + other + at, head + start + at) for at in range(length))
    yield from ((len(new) - at, len(old) - at) for at in range(tail, 0, -1))


_Row = tuple[str, str]
"""A line of a diff: its sign, and the text."""


@dataclass(slots=True)
class _Script:
    """What is done to the older lines to get the newer ones."""

    then: Sequence[Line]
    now: Sequence[_Now]
    mark: str
    before: Set[int]
    """The older lines that were told to be others before."""
    told: set[int] = field(default_factory=set)
    """Those that are told so now, where not all their values are shown."""

    def rows(self) -> Iterator[_Row]:
        taken: list[str] = []
        added: list[str] = []
        is_alone = self._find_lonely()
        next_then, next_now = 0, 0
        pairs = _pair(self.then, [each.line for each in self.now])
        for at, was in [*pairs, (len(self.now), len(self.then))]:
            taken += [self._hide(place) for place in range(next_then, was)]
            added += [each.line.text for each in self.now[next_now:at]]
            next_then, next_now = was + 1, at + 1
            if at == len(self.now):
                break
            minus, plus = self._hold_against(was, self.now[at], is_alone)
            if minus is None:
                yield from _flush(taken, added)
                yield " ", plus
            else:
                taken.append(minus)
                added.append(plus)
        yield from _flush(taken, added)

    def _find_lonely(self) -> Set[tuple[str, ...]]:
        """The names that one line alone has, then and now."""
        counts = (
            Counter(line.key for line in self.then),
            Counter(each.line.key for each in self.now),
        )
        return {key for key, count in counts[0].items() if count == counts[1][key] == 1}

    def _hold_against(
        self, place: int, now: _Now, is_alone: Set[tuple[str, ...]]
    ) -> tuple[str | None, str]:
        """How the older line is shown, None where it is the same; and the newer one."""
        then, shown = self.then[place], now.line.values
        may_show = then.key in is_alone and not then.is_nameless
        was_told = place in self.before
        minus, plus = list(shown), list(shown)
        is_other = False
        for number, secret in enumerate(now.secrets):
            is_hidden = secret or not may_show or _may_be_secret(then, number)
            is_same = then.values[number] == now.values[number]
            if is_same and not (was_told and is_hidden):
                continue
            is_other = True
            minus[number] = self.mark if is_hidden else then.values[number]
            plus[number] += ANOTHER if secret else ""
            if is_hidden:
                self.told.add(place)
        if not is_other:
            return None, now.line.text
        return then.write(minus), now.line.write(plus)

    def _hide(self, place: int) -> str:
        line = self.then[place]
        if line.values:
            self.told.add(place)
        return line.write([self.mark] * len(line.values))


def _may_be_secret(line: Line, number: int) -> bool:
    called = "".join(line.names[: number + 1])
    return bool(_LIKE_A_SECRET.search(called)) or _OWN_ADDRESS in line.values[number]


def _flush(taken: list[str], added: list[str]) -> Iterator[_Row]:
    yield from (("-", text) for text in taken)
    yield from (("+", text) for text in added)
    taken.clear()
    added.clear()


def _unify(rows: Sequence[_Row], name: str) -> Iterator[str]:
    """The rows as a unified diff: those around each change, under their places in both texts."""
    changes = [at for at, (sign, _) in enumerate(rows) if sign != " "]
    if not changes:
        return
    old, new = _titles(name)
    yield f"--- {old}"
    yield f"+++ {new}"
    spans: list[list[int]] = []
    for at in changes:
        start, end = max(at - _CONTEXT, 0), min(at + _CONTEXT + 1, len(rows))
        if spans and start <= spans[-1][1]:
            spans[-1][1] = end
        else:
            spans.append([start, end])
    counts = {
        sign: list(accumulate((each in (sign, " ") for each, _ in rows), initial=0))
        for sign in "-+"
    }
    for start, end in spans:
        places = (_range(counts[sign][start], counts[sign][end]) for sign in "-+")
        yield "@@ -{} +{} @@".format(*places)
        yield from (sign + text for sign, text in rows[start:end])


def _range(before: int, after: int) -> str:
    """Where lines stand in one of the texts, as a unified diff says it."""
    length = after - before
    if length == 1:
        return f"{before + 1}"
    return f"{before + 1 if length else before},{length}"


def _titles(name: str) -> tuple[str, str]:
    return f"{name} (last fetched)", f"{name} (now)"
