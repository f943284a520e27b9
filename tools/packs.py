"""Are the vendor packs in shape? Then what is made from them is written anew (`make packs`)."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path

from chalicelib.catalog import BUILT_IN
from chalicelib.catalog.digests import DIGESTS, write_digests
from chalicelib.catalog.facts import COMPILED, compile_facts, read_yaml
from chalicelib.domain.errors import InputError
from tools.pack_shape import check_pack, schema

SCHEMA = Path(__file__).parents[1] / "docs" / "vendor.schema.json"


def main() -> None:
    """Write it, unless a pack has not the shape of one."""
    mistakes = list(find_mistakes(BUILT_IN))
    if mistakes:
        sys.exit("\n".join(mistakes))
    write()


def find_mistakes(folder: Path) -> Iterator[str]:
    """What is wrong with the facts of the packs in a folder, a line each."""
    for path in sorted(folder.glob("*/vendor.yml")):
        try:
            check_pack(read_yaml(path))
        except InputError as error:
            yield from (f"{path.relative_to(folder)}: {flaw}" for flaw in error.flaws)


def write() -> None:
    """Write the compiled facts, the digests and the JSON Schema of vendor.yml."""
    (BUILT_IN / COMPILED).write_text(compile_facts(BUILT_IN), "utf-8")
    (BUILT_IN / DIGESTS).write_text(write_digests(BUILT_IN), "utf-8")
    SCHEMA.write_text(json.dumps(schema(), indent=2) + "\n", "utf-8")


if __name__ == "__main__":
    main()
