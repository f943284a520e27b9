"""What do answers show of the service itself, and of the vendors that it knows?"""

from __future__ import annotations

from collections.abc import Mapping

from chalicelib.routes.answers.schema import FLAG, TEXT, TRUE, WHOLE, Schema, list_of, record

SERVICE_SCHEMAS: Mapping[str, Schema] = {
    "Vendors": record(
        {
            "vendors": list_of(TEXT),
            "models": {"type": "object", "additionalProperties": list_of(TEXT)},
        }
    ),
    "Status": record(
        {"status": {"enum": ["ok", "degraded"]}},
        optional={
            "version": TEXT,
            "stage": TEXT,
            "provisioning": record({"enabled": FLAG}),
            "store": record(
                {"kind": TEXT, "reachable": FLAG},
                optional={"error": TEXT},
            ),
            "devices": WHOLE,
            "extensions": WHOLE,
        },
    ),
    "Message": record({"success": TRUE, "message": TEXT}),
}
