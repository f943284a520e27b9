"""How does one row of a file become an extension and a device, as a whole or not at all?

A row is done as a whole: its extension, its device, and the extensions of other rows that its lines
need are one change. What a row says of a record already is no change, so that a file can be brought
in again and again.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from chalicelib.domain.bulk.entry import Entry, GivenDevice, GivenExtension
from chalicelib.domain.bulk.file import BulkFile
from chalicelib.domain.bulk.outcome import Outcome
from chalicelib.domain.chosen import overlay
from chalicelib.domain.device import Device
from chalicelib.domain.errors import ConflictError, Flaw, InputError, NotFoundError
from chalicelib.domain.extension import DEFAULT_SITE
from chalicelib.domain.mac import Mac
from chalicelib.domain.wording import field_of
from chalicelib.fleet.bulk_report import RowReport, cut_flaws, cut_texts, flaw_of
from chalicelib.fleet.choice import Choice, keep_passwords, tell_unknown
from chalicelib.fleet.extensions import IS_REQUIRED
from chalicelib.fleet.guess import Vendors
from chalicelib.fleet.records import Scope, is_hidden, missing
from chalicelib.fleet.workbench import Workbench

_IS_REQUIRED = "is required for a new extension; or ask for generate=1 (--generate)"
_NO_SITE = re.compile(r'(".*" is not a site; create it first) \(PUT .*\)', re.DOTALL)
_MAKE_SITE = ", or ask for sites=1 (--sites)"


@dataclass(frozen=True, kw_only=True, slots=True)
class Wishes:
    """How an import is to be done: `generate` passwords, `make_sites`, `allow_downgrade`s."""

    dry_run: bool = False
    generate: bool = False
    make_sites: bool = False
    allow_downgrade: bool = False


@dataclass(kw_only=True, slots=True)
class Rows:
    """Does the rows of one file."""

    file: BulkFile
    wishes: Wishes
    bench: Workbench
    vendors: Vendors
    scope: Scope
    made_extensions: bool = False
    _ahead: dict[int, Entry] = field(default_factory=dict)

    def read_ahead(self, indexes: range) -> None:
        macs: set[Mac] = set()
        numbers: set[str] = set()
        sites: set[str] = set()
        self._ahead = {index: self.file.entry(index) for index in indexes}
        for entry in self._ahead.values():
            if entry.extension:
                numbers.add(entry.extension.number)
                sites.add(entry.extension.site or DEFAULT_SITE)
            if entry.device:
                macs.add(entry.device.mac)
                numbers |= _numbers(entry.device)
                sites.add(entry.device.changes.get("site", DEFAULT_SITE))
        self.bench.records.fetch(
            macs=sorted(macs), numbers=sorted(numbers), sites=sorted(sites - {DEFAULT_SITE})
        )

    def do(self, index: int) -> RowReport:
        """Do the row: what it changes is not kept yet. Raises StoreDownError."""
        entry = self._entry(index)
        flaws = [*entry.flaws, *self._find_conflicts(index, entry), *self._find_unknown(entry)]
        try:
            report = self._bring_in(index, entry)
        except InputError as error:
            known = {field_of(flaw.where) for flaw in flaws}
            flaws += (_say_sites(flaw) for flaw in error.flaws if field_of(flaw.where) not in known)
        except (NotFoundError, ConflictError) as error:
            flaws.append(flaw_of(error))
        else:
            if not flaws:
                return report
        self.drop()
        return self.refuse(index, *flaws)

    def _entry(self, index: int) -> Entry:
        return self._ahead.get(index) or self.file.entry(index)

    def _bring_in(self, index: int, entry: Entry) -> RowReport:
        parts: dict[str, Outcome] = {}
        warnings = list(entry.warnings)
        guessed: Mapping[str, str] = {}
        flaws: list[Flaw] = []
        refused: str | None = None
        if entry.extension:
            try:
                parts["extension"] = self._put_extension(entry.extension)
            except InputError as error:
                refused = entry.extension.number
                flaws += error.flaws
        if entry.device:
            try:
                parts["device"], lost, guessed = self._put_device(entry.device, but=refused)
            except InputError as error:
                flaws += (flaw for flaw in error.flaws if not _is_of(flaw, refused))
            else:
                warnings += lost
        if flaws:
            raise InputError(*dict.fromkeys(flaws))
        outcome = parts.get("device", Outcome.UNCHANGED)
        if outcome is Outcome.UNCHANGED:
            outcome = parts.get("extension", outcome)
        row = self.file.rows[index]
        return RowReport(
            number=row.number,
            place=row.place,
            outcome=outcome,
            mac=entry.device.mac if entry.device else None,
            extension=_number(entry),
            parts=parts,
            warnings=cut_texts(warnings),
            guessed=guessed,
        )

    def _put_extension(self, given: GivenExtension) -> Outcome:
        was = self.bench.records.extension(given.number)
        if was is not None and is_hidden(was.value.site, self.scope):
            raise missing("extension", given.number)
        wanted = (given.name, given.password, given.site)
        if was is not None:
            now = (was.value.name, was.value.password, was.value.site)
            if all(new in (None, old) for new, old in zip(wanted, now, strict=True)):
                return Outcome.UNCHANGED
        self._make_site(given.site)
        try:
            self.bench.extensions.put(
                number=given.number,
                name=given.name or (was.value.name if was else None),
                password=given.password,
                generate=self.wishes.generate and was is None and given.password is None,
                site=given.site,
                scope=self.scope,
            )
        except InputError as error:
            raise InputError(*map(_say_here, error.flaws)) from error
        self.made_extensions |= was is None
        return Outcome.UPDATED if was else Outcome.CREATED

    def _put_device(
        self, given: GivenDevice, *, but: str | None
    ) -> tuple[Outcome, Sequence[str], Mapping[str, str]]:
        """Put the device; the extension `but` is refused already."""
        was = self.bench.records.device(given.mac)
        if was is not None and is_hidden(was.value.site, self.scope):
            raise missing("device", given.mac)
        before = was.value if was else None
        lines = given.place_lines(before.lines if before else ())
        changes = {**given.changes, "lines": lines}
        changes["allow_downgrade"] = self.wishes.allow_downgrade
        new = Choice(vendor=None, model=None, lines=(), site=self.scope or DEFAULT_SITE)
        choice = (Choice.of(before) if before else new).changed(changes, join=overlay)
        if before is not None and self._is_so_already(before, choice):
            return Outcome.UNCHANGED, (), {}
        self._make_site(changes.get("site"))
        self._put_needed(lines, but=but)
        view, is_new = self.bench.devices.register(given.mac, choice, scope=self.scope)
        return Outcome.CREATED if is_new else Outcome.UPDATED, view.warnings, view.guessed

    def _is_so_already(self, device: Device, choice: Choice) -> bool:
        now = Choice.of(device)
        wanted = keep_passwords(choice, device)
        if (wanted.vendor, wanted.model) != (now.vendor, now.model):
            pack, model = self.vendors.find(wanted.vendor or "", wanted.model or "")
            if (pack.vendor, model.name) != (now.vendor, now.model):
                return False
        return _text_of(wanted) == _text_of(now)

    def _put_needed(self, lines: Sequence[Mapping[str, Any]], *, but: str | None) -> None:
        """Make the extensions of other rows that the lines need and that are not there yet."""
        needed = {line["extension_number"] for line in lines if "extension_number" in line} - {but}
        there = self.bench.records.extensions(sorted(needed))
        for number in sorted(needed - there.keys()):
            index = self.file.first_by_number.get(number)
            entry = self.file.entry(index) if index is not None else None
            if index is None or entry is None or entry.flaws or entry.extension is None:
                continue  # the device says so
            try:
                self._put_extension(entry.extension)
            except InputError as error:
                says = (
                    f'"{number}" is what {self.file.rows[index].place} gives, and that is refused'
                )
                raise InputError(Flaw(where="extension_number", says=f"{says}: {error}")) from error

    def _make_site(self, name: str | None) -> None:
        if name is None or name == DEFAULT_SITE or not self.wishes.make_sites:
            return
        if self.bench.records.site(name) is None:
            self.bench.sites.put(name, label=None, access=None, scope=self.scope)

    def _find_unknown(self, entry: Entry) -> Sequence[Flaw]:
        """What is wrong with the vendor and model of a device of which no more can be read."""
        if entry.kind is None:
            return ()
        try:
            self.vendors.find(*entry.kind)
        except InputError as error:
            return error.flaws
        return ()

    def _find_conflicts(self, index: int, entry: Entry) -> Iterable[Flaw]:
        """What another row of the file says differently."""
        if entry.device:
            first = self.file.first_by_mac.get(str(entry.device.mac), index)
            if first != index:
                place = self.file.rows[first].place
                yield Flaw(where="mac_address", says=f"is that of {place} already")
        if entry.extension:
            first = self.file.first_by_number.get(entry.extension.number, index)
            other = self.file.entry(first).extension if first != index else None
            for name in ("name", "password", "site"):
                here, there = getattr(entry.extension, name), getattr(other, name, None)
                if here is not None and there is not None and here != there:
                    says = f"is not what {self.file.rows[first].place} says of the same extension"
                    yield Flaw(where=name, says=says)

    def refuse(self, index: int, *flaws: Flaw) -> RowReport:
        """The report of a row that was not done."""
        row = self.file.rows[index]
        entry = self._entry(index)
        return RowReport(
            number=row.number,
            place=row.place,
            outcome=Outcome.REFUSED,
            mac=entry.device.mac if entry.device else None,
            extension=_number(entry),
            flaws=cut_flaws(flaws),
        )

    def drop(self) -> None:
        """Forget what the last row would have changed."""
        self.bench.records.drop()


def _is_of(flaw: Flaw, refused: str | None) -> bool:
    """Whether the flaw is that an extension is not there which the row gives, but is refused."""
    return refused is not None and flaw.says == tell_unknown(refused)


def _say_here(flaw: Flaw) -> Flaw:
    """The flaw with what helps in an import."""
    return replace(flaw, says=_IS_REQUIRED) if flaw.says == IS_REQUIRED else flaw


def _say_sites(flaw: Flaw) -> Flaw:
    """The flaw; that of a site which is not there with what makes it in an import."""
    named = _NO_SITE.fullmatch(flaw.says) if flaw.where == "site" else None
    return replace(flaw, says=named[1] + _MAKE_SITE) if named else flaw


def _number(entry: Entry) -> str | None:
    if entry.extension:
        return entry.extension.number
    return entry.device.number if entry.device else None


def _numbers(device: GivenDevice) -> set[str]:
    lines = (*device.changes.get("lines", ()), *device.line_fields.values())
    found = {line["extension_number"] for line in lines if "extension_number" in line}
    return found | ({device.number} if device.number else set())


def _text_of(choice: Choice) -> str:
    """What was chosen beside vendor and model, in one form: a list or a tuple is the same."""
    parts = [choice.lines, choice.keys, choice.settings, choice.site]
    return json.dumps(parts, sort_keys=True)
