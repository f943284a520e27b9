"""Begin a vendor pack: `make vendor NAME=acme`."""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Sequence
from pathlib import Path

from chalicelib.catalog import BUILT_IN

_NAME = re.compile(r"[a-z][a-z0-9]{1,39}")
_FACTS = """\
# {label}: say what phones these are, and what is peculiar to them.
#
# confidence: A  seen in a real phone's log, or stated by the vendor
#             B  used by a production open-source template set
vendor: "{name}"
label: "{label}"
format: "key_value"

models:
  "x1": {{label: "{label} X1", template: "phone"}}

files:
  - {{name: "{{mac}}.cfg", kind: "device"}}

parameters: ["account.{{n}}.user", "account.{{n}}.password", "account.{{n}}.server"]

evidence:
  format: {{confidence: "B", source: "say where it stands"}}
  models: {{confidence: "B", source: "say where it stands"}}
  files: {{confidence: "B", source: "say where it stands"}}
  parameters: {{confidence: "B", source: "say where it stands"}}
"""
_TEMPLATE = """\
{% for line in lines %}
account.{{ line.position }}.user = {{ line.number }}
account.{{ line.position }}.password = {{ line.password }}
account.{{ line.position }}.server = {{ line.server }}
{% endfor %}
"""


def scaffold(name: str, folder: Path) -> list[Path]:
    """Write the first files of a pack; ValueError for a name that cannot be."""
    if not _NAME.fullmatch(name):
        raise ValueError(f'"{name}" is not a name in lower case, such as acme')
    pack = folder / name
    if pack.exists():
        raise ValueError(f"there is a pack already: {pack}")
    pack.mkdir()
    text_by_path = {
        pack / "vendor.yml": _FACTS.format(name=name, label=name.capitalize()),
        pack / "phone.template": _TEMPLATE,
    }
    for path, text in text_by_path.items():
        path.write_text(text, "utf-8")
    return list(text_by_path)


def main(arguments: Sequence[str]) -> None:
    parser = argparse.ArgumentParser(prog="make vendor", description=__doc__)
    parser.add_argument("name", metavar="NAME", help="the vendor, in lower case")
    try:
        paths = scaffold(parser.parse_args(arguments).name, BUILT_IN)
    except ValueError as error:
        parser.error(str(error))
    for path in paths:
        print(f"wrote {path}")
    print("go on as docs/adding-a-vendor.md says")


if __name__ == "__main__":
    main(sys.argv[1:])
