"""How does a text stand in a cell, so that no spreadsheet takes it for a formula?

A cell that begins with one of FORMULA is run by spreadsheets when the file is opened. Ours get an
apostrophe in front, which spreadsheets take for "this is text", and which is taken away again when
the file comes back. So that every text survives, one that has such an apostrophe of its own gets
another. https://owasp.org/www-community/attacks/CSV_Injection
"""

from __future__ import annotations

import re

# As OWASP lists them, with the line feed and the full-width forms that some spreadsheets take too.
FORMULA = "=+-@\t\r\n\uff1d\uff0b\uff0d\uff20"

_TO_GUARD = re.compile(f"'*[{re.escape(FORMULA)}]")
_GUARDED = re.compile(f"'+[{re.escape(FORMULA)}]")


def guard(text: str) -> str:
    """The text as it stands in a cell."""
    return f"'{text}" if _TO_GUARD.match(text) else text


def unguard(cell: str) -> str:
    """The text that a cell stands for."""
    return cell[1:] if _GUARDED.match(cell) else cell
