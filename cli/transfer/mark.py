"""Where does an import go on that was stopped?"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, kw_only=True, slots=True)
class Place:
    """How much of a file is done: whole portions, and the API's cursor in the next."""

    portion: int = 0
    rows: int = 0
    cursor: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Mark:
    """A small file beside other state, for one file on one server with one set of options."""

    path: Path

    @classmethod
    def of(cls, *what: str, environment: Mapping[str, str]) -> Mark:
        """The mark of an import of just this."""
        home = environment.get("XDG_STATE_HOME") or "~/.local/state"
        name = hashlib.sha256("\0".join(what).encode()).hexdigest()[:24]
        folder = Path(home).expanduser() / "offhook" / "imports"
        return cls(path=folder / f"{name}.json")

    def read(self) -> Place | None:
        """Where it stopped; None where no such import was stopped."""
        try:
            kept = json.loads(self.path.read_text("utf-8"))
            return Place(portion=kept["portion"], rows=kept["rows"], cursor=kept["cursor"])
        except (OSError, ValueError, KeyError, TypeError):
            return None

    def write(self, place: Place) -> None:
        """Keep how far it is."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        kept = {"portion": place.portion, "rows": place.rows, "cursor": place.cursor}
        new = self.path.with_suffix(".new")
        new.write_text(json.dumps(kept), "utf-8")
        os.replace(new, self.path)  # noqa: PTH105 - as one step

    def remove(self) -> None:
        """It is done."""
        self.path.unlink(missing_ok=True)
