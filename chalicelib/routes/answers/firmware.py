"""What do answers show of firmware, and of how it is rolled out?"""

from __future__ import annotations

from collections.abc import Mapping

from chalicelib.domain.firmware.catalogue import FileState
from chalicelib.domain.firmware.decision import Verdict
from chalicelib.domain.firmware.rollout import WINDOW
from chalicelib.routes.answers.schema import (
    FLAG,
    MAC,
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
    "AssignedFirmware": record(
        {
            "mac_address": MAC,
            "reported": or_null(TEXT),
            "told": or_null(TEXT) | {"description": "by the file that it fetched last"},
            "version": or_null(TEXT) | {"description": "which it is to have now"},
            "by": or_null(TEXT) | {"description": "who says so"},
            "file": or_null(TEXT) | {"description": "null where the catalogue has none for it"},
            "firmware_url": or_null(TEXT),
            "rollouts": list_of(
                record(
                    {
                        "id": TEXT,
                        "version": TEXT,
                        "verdict": {"enum": [verdict.value for verdict in Verdict]},
                    }
                )
            ),
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
