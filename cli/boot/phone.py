"""Which phone is played: what does it ask for, under which name, and by which rules?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from chalicelib.catalog import Catalog
from chalicelib.domain.boot import Boot, fill_in
from chalicelib.domain.errors import InputError
from chalicelib.domain.file_name import read_file_name
from chalicelib.domain.mac import Mac
from chalicelib.domain.vendor import FileKind, FileRule, Model, Pack
from cli.boot.address import AddressRules, read_rules
from cli.outcome import UsageError


@dataclass(frozen=True, kw_only=True)
class Phone:
    """A phone of a model with a MAC address; `sends` takes the place of the known User-Agent."""

    pack: Pack
    model: Model
    mac: Mac
    rules: AddressRules
    sends: str | None = None

    @property
    def boot(self) -> Boot:
        return self.pack.boot

    @property
    def user_agent(self) -> str:
        """What it sends; a plain name where no pack says it."""
        if self.sends is not None:
            return self.sends
        known = self.boot.user_agent(self.model.name)
        return fill_in(known, self.mac) if known else self.pack.label

    @property
    def user_agent_is_known(self) -> bool:
        return self.sends is not None or self.boot.user_agent(self.model.name) is not None

    @property
    def files(self) -> Sequence[FileRule]:
        """What it asks for by itself, in order; what it only writes is left out."""
        return [
            rule
            for rule in self.pack.files
            if rule.at_boot
            and rule.serves(self.pack.vendor, self.model.name)
            and (rule.kind is not FileKind.UPLOAD or rule.keeps)
        ]

    def name_of(self, rule: FileRule) -> str:
        """The name of the file as this phone writes it."""
        return self.rules.names.get(rule.shape, rule.shape).replace("{mac}", self._spelled)

    def rule_for(self, name: str) -> FileRule | None:
        """The rule of the file of this name; None for one that no rule of the vendor names."""
        read = read_file_name(name)
        if read is None:
            return None
        return next(
            (
                rule
                for rule in self.pack.files
                if rule.shape == read.shape and rule.serves(self.pack.vendor, self.model.name)
            ),
            None,
        )

    @property
    def _spelled(self) -> str:
        return self.mac.digits.upper() if self.rules.upper else self.mac.digits


def find_phone(vendor: str, model: str, mac: Mac, *, sends: str | None = None) -> Phone:
    """The phone of these names. Raises UsageError with what there is."""
    try:
        pack, found = Catalog().find(vendor, model)
    except InputError as error:
        raise UsageError(str(error)) from error
    rules = read_rules(pack.vendor)
    return Phone(pack=pack, model=found, mac=mac, rules=rules, sends=sends)
