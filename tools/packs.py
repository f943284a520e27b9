"""What is made from the vendor packs and their shape: write it anew (`make packs`)."""

from __future__ import annotations

import json
from pathlib import Path

from chalicelib.catalog import BUILT_IN
from chalicelib.catalog.digests import DIGESTS, write_digests
from chalicelib.catalog.facts import COMPILED, compile_facts
from chalicelib.catalog.pack_shape import schema

SCHEMA = Path(__file__).parents[1] / "docs" / "vendor.schema.json"


def write() -> None:
    """Write the compiled facts, the digests and the JSON Schema of vendor.yml."""
    (BUILT_IN / COMPILED).write_text(compile_facts(BUILT_IN), "utf-8")
    (BUILT_IN / DIGESTS).write_text(write_digests(BUILT_IN), "utf-8")
    SCHEMA.write_text(json.dumps(schema(), indent=2) + "\n", "utf-8")


if __name__ == "__main__":
    write()
