"""Is the difference of every vendor's file right for who may not see secrets, and without any?"""

from __future__ import annotations

from dataclasses import replace

import pytest

from chalicelib.domain.chosen import veil
from chalicelib.domain.difference import Told, compare_veiled
from chalicelib.domain.profile import SETTINGS
from chalicelib.domain.vendor import Model, Pack, Template
from tests.packs.sample import DEVICES, FILES, render_for, server_for

MARK = "********"
PASSWORD, ANOTHER = "0123-of-then", "4567-of-now"

# One model stands for all that share its template.
PARTS = {template: (pack, model, template) for pack, model, template in reversed(FILES)}
every_file = pytest.mark.parametrize(
    ("pack", "model", "template"), PARTS.values(), ids=lambda part: getattr(part, "name", None)
)


def write(
    pack: Pack, model: Model, template: Template, password: str, *, veiled: bool = False
) -> str:
    dossier, _ = DEVICES["maximal"]
    first, *others = dossier.lines
    lines = [replace(first, password=password), *others]
    device = dossier.device
    if veiled:
        lines = [replace(line, password=MARK) for line in lines]
        device = replace(device, settings=veil(SETTINGS, device.settings, MARK))
    dossier = replace(dossier, device=device, lines=tuple(lines))
    return render_for(pack, model, dossier, server_for(pack, "maximal", model), template=template)


def compare(pack: Pack, model: Model, template: Template, old: str, new: str) -> Told:
    whole = write(pack, model, template, new)
    veiled = write(pack, model, template, new, veiled=True)
    before = write(pack, model, template, old)
    return compare_veiled(before, whole, veiled, "x.cfg", mark=MARK)


@every_file
def test_phone_that_has_its_file_has_no_difference(
    pack: Pack, model: Model, template: Template
) -> None:
    assert compare(pack, model, template, PASSWORD, PASSWORD).diff == ""


@every_file
def test_password_that_is_another_one_is_told_and_not_shown(
    pack: Pack, model: Model, template: Template
) -> None:
    says_it = PASSWORD in write(pack, model, template, PASSWORD)

    found = compare(pack, model, template, PASSWORD, ANOTHER)

    changed = [line for line in found.diff.splitlines()[2:] if line[0] in "+-"]
    assert PASSWORD not in found.diff
    assert ANOTHER not in found.diff
    if says_it:
        assert {line[0] for line in changed} == {"+", "-"}
        assert all(MARK in line for line in changed)
        assert all(" (another)" in line for line in changed if line[0] == "+")
