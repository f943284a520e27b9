"""How does a portion get the extensions that its lines need and that other portions give?

Their rows are laid at its end, after all of its own, with what they say of the extension alone.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Mapping, Sequence
from dataclasses import replace

from chalicelib.domain.bulk import column
from chalicelib.domain.bulk.cell import guard
from chalicelib.domain.bulk.column import read_header
from chalicelib.domain.bulk.portion import Portion
from chalicelib.domain.bulk.preset import Path, Preset

_PATHS: Mapping[str, Path] = {
    "number": column.NUMBER,
    "name": column.NAME,
    "password": column.PASSWORD,
    "site": column.SITE,
}

Given = Mapping[str, str]
"""What a row gives of an extension: `number`, and `name`, `password`, `site` as far as it says."""


def lend_rows(portion: Portion, extensions: Sequence[Given], preset: Preset | None) -> Portion:
    """The portion of a sheet with these extensions, too."""
    header = next(csv.reader(io.StringIO(portion.text, newline="")))
    paths = [each.path for each in read_header(header, preset).columns]
    name = next((path for path in _OF_NAME if path in paths), column.NAME)
    path_by_field = {**_PATHS, "name": name}
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    for given in extensions:
        cells = {path_by_field[field]: guard(text) for field, text in given.items()}
        writer.writerow([cells.get(path, "") if path else "" for path in paths])
    return replace(portion, text=portion.text + out.getvalue())


def lend_records(portion: Portion, extensions: Sequence[Given], preset: Preset | None) -> Portion:
    """The portion of a JSON file with these extensions, too."""
    own = {path: header for header, path in preset.columns.items()} if preset else {}
    names = {field: own.get(path, path[0]) for field, path in _PATHS.items()}
    end = "]}" if portion.text.startswith("{") else "]"
    begin = portion.text.removesuffix(end)
    lent = [
        json.dumps({names[field]: text for field, text in given.items()}) for given in extensions
    ]
    between = "" if begin.endswith("[") else ", "
    return replace(portion, text=begin + between + ", ".join(lent) + end)


_OF_NAME = (column.NAME, column.FIRST_NAME, column.LAST_NAME)
