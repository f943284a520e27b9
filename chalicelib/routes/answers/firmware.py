"""What do answers show of firmware, and of how it is rolled out?"""

from __future__ import annotations

from collections.abc import Mapping

from chalicelib.domain.firmware.catalogue import FileState
from chalicelib.domain.firmware.rollout import WINDOW
from chalicelib.routes.answers.schema import (
    FLAG,
    SITE,
    TEXT,
    TIMES,
    WHOLE,
    Schema,
    list_of,
    or_null,
    record,
)

FIRMWARE_SCHEMAS: Mapping[str, Schema] = {
    "Firmware": record(
        {
            "vendor": TEXT,
            "version": TEXT,
            "state": {"enum": [state.value for state in FileState]},
            "notes": or_null(TEXT),
            "delivery": {
                "enum": ["direct", "redirect", "relay"],
                "description": "how phones of this vendor get the file",
            },
            "files": list_of(
                record(
                    {
                        "name": TEXT,
                        "models": list_of(TEXT),
                        "size": WHOLE,
                        "sha256": TEXT,
                        "state": {"enum": [state.value for state in FileState]},
                    }
                )
            ),
            "devices": {
                "type": "object",
                "additionalProperties": WHOLE,
                "description": "how many devices of each model report this version",
            },
            **TIMES,
        }
    ),
    "Rollout": record(
        {
            "id": TEXT,
            "vendor": TEXT,
            "version": TEXT,
            "models": list_of(TEXT),
            "site": or_null(SITE),
            "percent": WHOLE,
            "paused": FLAG,
            "window": or_null(WINDOW.schema()),
            "allow_downgrade": or_null(FLAG),
            "progress": record(
                {
                    "devices": WHOLE,
                    "updated": WHOLE,
                    "by_version": {"type": "object", "additionalProperties": WHOLE},
                }
            ),
            **TIMES,
        }
    ),
}
