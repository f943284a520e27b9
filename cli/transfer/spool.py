"""Where does wait what is too much for memory, until it is read again?

In a file without a name that goes with the process: it may hold passwords.
"""

from __future__ import annotations

import json
import tempfile
import weakref
from collections.abc import Iterator
from typing import Any


class Spool:
    """Values of JSON, in the order in which they came."""

    def __init__(self) -> None:
        self._file = tempfile.TemporaryFile("w+", encoding="utf-8", errors="surrogatepass")  # noqa: SIM115 - it lives as long as the spool
        self._size = 0
        weakref.finalize(self, self._file.close)

    def __len__(self) -> int:
        return self._size

    def add(self, value: Any) -> None:  # noqa: ANN401 - any JSON
        """Put one more at the end."""
        self._file.write(json.dumps(value) + "\n")
        self._size += 1

    def __iter__(self) -> Iterator[Any]:
        """All of them, read one by one; nothing is added meanwhile."""
        self._file.seek(0)
        for line in self._file:
            yield json.loads(line)
        self._file.seek(0, 2)
