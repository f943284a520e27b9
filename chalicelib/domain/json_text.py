"""What does a JSON text of a stranger say, within bounds?"""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any, NoReturn

from chalicelib.domain.errors import Flaw, InputError
from chalicelib.domain.wording import path_to

DEEPEST = 16  # lists and objects in each other; ours have five
TOO_DEEP = f"is nested more than {DEEPEST} deep"


def parse_json(text: str, where: str, *, deepest: int = DEEPEST) -> Any:  # noqa: ANN401 - any JSON
    """The value. Raises InputError for what is no JSON, too deep, or says a name twice."""
    try:
        value = json.loads(text, parse_constant=_refuse_constant, object_pairs_hook=_refuse_twins)
    except json.JSONDecodeError as error:
        place = f"line {error.lineno} column {error.colno}"
        raise _bad(where, f"is not JSON: {error.msg} ({place})") from error
    except _NotJsonError as error:
        raise _bad(error.where or where, error.says) from error
    except RecursionError as error:
        raise _bad(where, TOO_DEEP) from error
    except ValueError as error:  # Python refuses to read a number of thousands of digits
        raise _bad(where, "holds a number that is too long") from error
    if not is_shallow(value, deepest):
        raise _bad(where, TOO_DEEP)
    return value


def is_shallow(value: object, deepest: int) -> bool:
    """Whether no more than so many lists and objects lie in each other."""
    level = [value]
    for _ in range(deepest):
        level = [part for whole in level for part in _parts(whole)]
        if not level:
            return True
    return not any(isinstance(part, dict | list) for part in level)


class _NotJsonError(Exception):
    def __init__(self, where: str, says: str) -> None:
        super().__init__(says)
        self.where = where
        self.says = says


def _parts(value: object) -> Iterable[object]:
    if isinstance(value, dict):
        return value.values()
    return value if isinstance(value, list) else ()


def _refuse_constant(name: str) -> NoReturn:
    raise _NotJsonError("", f"is not JSON: {name} is not a number")


def _refuse_twins(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, value in pairs:
        if name in found:
            raise _NotJsonError(path_to("", name), "is given twice")
        found[name] = value
    return found


def _bad(where: str, says: str) -> InputError:
    return InputError(Flaw(where=where, says=says))
