"""What is wrong with a template, before any phone asks for what it writes?"""

from __future__ import annotations

import shutil
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal

from chalicelib.catalog import Catalog
from chalicelib.domain.errors import Flaw, InexpressibleError, TemplateError
from chalicelib.domain.parameters import Parameter, is_one_of
from chalicelib.domain.server import Server
from chalicelib.domain.vendor import Model, Pack
from chalicelib.domain.vocabulary import SAMPLE, find_unsupported, speak
from chalicelib.rendering import Renderer
from cli.outcome import UsageError

Level = Literal["error", "warning"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Remark:
    """One thing that is wrong in a file; the line is 0 where it concerns the whole."""

    file: Path
    line: int
    level: Level
    says: str

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}" if self.line else str(self.file)
        return f"{place}: {self.level}: {self.says}"

    def describe(self) -> dict[str, Any]:
        """The same for JSON."""
        return {
            "file": str(self.file),
            "line": self.line,
            "level": self.level,
            "message": self.says,
        }


def find_templates(paths: Sequence[Path]) -> list[Path]:
    """The templates that are named, and those in the folders that are. Raises UsageError."""
    found: list[Path] = []
    for path in paths:
        if path.is_dir():
            inside = sorted(each for each in path.iterdir() if ".template" in each.name.lower())
            if not inside:
                raise UsageError(f"{path} holds no *.template")
            found += inside
        elif path.exists():
            found.append(path)
        else:
            raise UsageError(f"there is no {path}")
    return found


def lint(file: Path) -> list[Remark]:
    """All that is wrong with one template, as a custom one named vendor_model.template."""
    # The catalogue reads folders; a folder with this file alone keeps other files' flaws out.
    with tempfile.TemporaryDirectory(prefix="offhook-lint-") as name:
        copy = Path(name) / file.name
        shutil.copyfile(file, copy)
        try:
            pack, model = _load(copy)
            Renderer().usage(model.template)
        except TemplateError as error:
            return [_locate(file, copy, str(flaw.where), flaw.says) for flaw in error.flaws]
    model = replace(model, template=replace(model.template, path=str(file)))
    return list(_examine(file, pack, model))


def _load(copy: Path) -> tuple[Pack, Model]:
    for pack, model in Catalog(custom=copy.parent).custom_models():
        return pack, model
    says = "must be named vendor_model.template, in lower case, such as zip_t57w.template"
    raise TemplateError(Flaw(where=str(copy), says=says))


def _locate(file: Path, copy: Path, where: str, says: str) -> Remark:
    place = where.removeprefix(str(copy))
    line = place.rpartition("line ")[2]
    if copy.name in where and copy.name != file.name:
        says = f"{where}: {says}"
    return Remark(file=file, line=int(line) if line.isdecimal() else 0, level="error", says=says)


def _examine(file: Path, pack: Pack, model: Model) -> Iterator[Remark]:
    """What the file that it writes for a made-up device has in it."""
    source = model.template.source.split("\n")
    try:
        text = Renderer().render(model.template, _words(pack, model))
    except TemplateError as error:
        for flaw in error.flaws:
            yield _locate(file, file, str(flaw.where), flaw.says)
        return
    except InexpressibleError as error:
        yield Remark(file=file, line=0, level="error", says=str(error))
        return
    try:
        parameters = model.template.format.read(text)
    except ValueError as error:
        says = f"what it writes cannot be read as {model.template.format.name}: {error}"
        yield Remark(file=file, line=0, level="error", says=says)
        return
    yield from _examine_names(file, source, pack, parameters)


def _examine_names(
    file: Path, source: Sequence[str], pack: Pack, parameters: Sequence[Parameter]
) -> Iterator[Remark]:
    counts = Counter(parameter.name for parameter in parameters)
    for name, count in counts.items():
        lines = _lines_of(name, source)
        if is_one_of(name, pack.refused_parameters):
            says = f"real {pack.label} phones refuse {name}"
            yield Remark(file=file, line=lines[0], level="error", says=says)
        elif pack.parameters and not is_one_of(name, pack.parameters):
            says = f"{name} is none of the {pack.label} parameters that we know"
            yield Remark(file=file, line=lines[0], level="warning", says=says)
        if count > 1 and not is_one_of(name, pack.repeated_parameters):
            says = f"{name} is written {count} times"
            yield Remark(file=file, line=lines[-1], level="error", says=says)


def _lines_of(name: str, source: Sequence[str]) -> list[int]:
    """The lines of the template on which the name stands; 0 where a placeholder is part of it."""
    plain = name.partition("[")[0]
    found = []
    for number, line in enumerate(source, start=1):
        at = line.find(plain)
        following = line[at + len(plain) : at + len(plain) + 1]
        if at >= 0 and not (following.isalnum() or following in ("_", ".")):
            found.append(number)
    return found or [0]


def _words(pack: Pack, model: Model) -> dict[str, Any]:
    catalog = Catalog()
    server = Server(
        name="PBX",
        sip_host="pbx.example.com",
        sip_port=5060,
        timezone=catalog.time_zone("UTC"),
        ntp_servers=("pool.ntp.org",),
        codecs=("PCMU", "PCMA"),
    )
    if find_unsupported(pack, server, model):
        server = replace(server, timezone=catalog.time_zone("Europe/Berlin"))
    return speak(SAMPLE, server=server, pack=pack, model=model)
