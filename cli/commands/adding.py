"""How is a record made, and never one written over that is there already?"""

from __future__ import annotations

from typing import Any

from cli.outcome import RefusedError
from cli.session import Session

_THERE_IS_ONE = 412


def add_record(session: Session, path: str, body: object, *, is_known: str) -> Any:  # noqa: ANN401 - JSON
    """The answer of the server; `is_known` is how people call the record: `site berlin`.

    Raises RefusedError where there is such a record.
    """
    try:
        # Not to be sent twice: the second time it would be there, from the first.
        return session.client.ask("POST", path, body, new=True).body
    except RefusedError as error:
        if error.status != _THERE_IS_ONE:
            raise
        kind, _, name = is_known.partition(" ")
        article = "an" if kind == "extension" else "a"
        raise RefusedError(
            f"there is {article} {is_known} already; `offhook {kind}s set {name}` changes it",
            status=error.status,
            body=error.body,
        ) from error
