"""Of what do the packs and custom templates make files, in a few digits for each vendor?

`digests.json`, beside the packs' folders, has those of the packs: no phone waits for all templates
to be read. `make packs` writes the file.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from pathlib import Path

DIGESTS = "digests.json"
TIME_ZONES = "timezones.json"
"""Its digest stands among those of the vendors."""


def read_digests(folder: Path) -> Mapping[str, str]:
    """The digest of each pack, and of the time zones; nothing where there is no file."""
    try:
        text = (folder / DIGESTS).read_text("utf-8")
    except FileNotFoundError:
        return {}
    found: dict[str, str] = json.loads(text)
    return found


def write_digests(folder: Path) -> str:
    """What digests.json is to hold."""
    packs = sorted(path.parent for path in folder.glob("*/vendor.yml"))
    found = {pack.name: digest_of(sorted(pack.iterdir())) for pack in packs}
    zones = folder / TIME_ZONES
    if zones.exists():
        found[TIME_ZONES] = digest_of([zones])
    return json.dumps(found, indent=0) + "\n"


def digest_of(paths: Iterable[Path]) -> str:
    """Of these files, their names and their content; one that cannot be read has none."""
    digest = hashlib.sha256()
    for path in paths:
        content = _read(path)
        digest.update(f"{path.name} {len(content)}\n".encode() + content)
    return digest.hexdigest()[:16]


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError:
        return b""  # told by whoever needs the file
