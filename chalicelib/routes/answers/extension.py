"""What do answers show of extensions and contacts?"""

from __future__ import annotations

from collections.abc import Mapping

from chalicelib.routes.answers.schema import (
    NAME,
    NUMBER,
    ORIGIN,
    SITE,
    TEXT,
    TIMES,
    Schema,
    list_of,
    record,
)

EXTENSION_SCHEMAS: Mapping[str, Schema] = {
    "Extension": record({"number": NUMBER, "name": NAME, "site": SITE, **TIMES, "origin": ORIGIN}),
    "Contact": record({"id": TEXT, "name": NAME, "numbers": list_of(TEXT), "site": SITE, **TIMES}),
}
