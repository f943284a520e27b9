"""What do answers show of files of many devices and extensions?"""

from __future__ import annotations

from collections.abc import Mapping

from chalicelib.domain.bulk.outcome import Outcome
from chalicelib.domain.profile import KEYS, LINES
from chalicelib.routes.answers.schema import (
    ANY_OBJECT,
    FLAG,
    MAC,
    NAME,
    NUMBER,
    SITE,
    TEXT,
    TRUE,
    WHOLE,
    Schema,
    list_of,
    or_null,
    record,
)

_IMPORTED_ROW = record(
    {
        "row": WHOLE,
        "place": TEXT,
        "outcome": {"enum": [outcome.value for outcome in Outcome]},
        "mac_address": or_null(MAC),
        "extension_number": or_null(NUMBER),
    },
    optional={
        "extension_outcome": {"enum": [outcome.value for outcome in Outcome]},
        "device_outcome": {"enum": [outcome.value for outcome in Outcome]},
        "errors": list_of(record({"field": TEXT, "message": TEXT}, optional={"column": TEXT})),
        "warnings": list_of(TEXT),
        "guessed": {"type": "object", "additionalProperties": TEXT},
    },
)

BULK_SCHEMAS: Mapping[str, Schema] = {
    "Imported": record(
        {
            "success": TRUE,
            "dry_run": FLAG,
            "total": WHOLE,
            "counts": record(dict.fromkeys((outcome.value for outcome in Outcome), WHOLE)),
            "notes": list_of(TEXT),
            "rows": list_of(_IMPORTED_ROW),
            "cursor": or_null(TEXT),
        },
        optional={"stopped": TEXT},
    ),
    "Exported": record(
        {
            "extensions": list_of(
                record({"number": NUMBER, "name": NAME, "site": SITE}, optional={"password": TEXT})
            ),
            "devices": list_of(
                record(
                    {
                        "mac_address": MAC,
                        "vendor": TEXT,
                        "model": TEXT,
                        "site": SITE,
                        "lines": LINES.schema(),
                        "keys": KEYS.schema(),
                        "settings": ANY_OBJECT,
                    }
                )
            ),
        }
    ),
}
