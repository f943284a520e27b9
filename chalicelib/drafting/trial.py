"""What can the files of a device not say, of all that is set for it?"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from chalicelib.domain.chosen import find_missing, find_texts
from chalicelib.domain.errors import Flaw, InexpressibleError, InputError
from chalicelib.domain.profile import SETTINGS
from chalicelib.domain.vendor import Pack, Template
from chalicelib.drafting.effective import Effective


def refuse_unfit(effective: Effective, pack: Pack) -> None:
    """Raise InputError for settings that are no whole ones, or leave no codec to speak with."""
    missing = list(find_missing(SETTINGS, effective.settings))
    if missing:
        raise InputError(*(effective.flaw("is required", *path) for path in missing))
    chosen = effective.settings.get("codecs", ())
    if chosen and pack.codecs and not any(codec in pack.codecs for codec in chosen):
        says = f"holds no codec of {pack.label}, which has {', '.join(pack.codecs)}"
        raise InputError(effective.flaw(says, "codecs"))


def find_unwritable(effective: Effective, template: Template) -> Iterator[Flaw]:
    """A flaw for each text from another layer than the own that the file's format cannot write."""
    for given in effective.given:
        if given.word.layer is effective.own or given.value is None:
            continue
        for _, text in find_texts(given.value):
            try:
                template.format.escape(text)
            except InexpressibleError as error:
                yield effective.flaw(str(error), *given.path)


def find_ineffective(
    text: str, template: Template, words: Mapping[str, Any], effective: Effective
) -> list[Flaw]:
    """A flaw for each raw parameter that the file does not say just once, as it was given."""
    raw = {setting["name"]: setting["value"] for setting in words["vendor_settings"]}
    if not raw:
        return []
    try:
        parameters = template.format.read(text)
    except ValueError:
        says = "is not a name that the vendor's files can write"
        strange = [name for name in sorted(raw) if not template.format.can_name(name)]
        named = [effective.flaw(says, "vendor_settings", name) for name in strange]
        # Which of several names it is may also be seen in their company alone.
        says = "holds a name that the vendor's files cannot write"
        return named or [effective.flaw(says, "vendor_settings")]
    counts = Counter(parameter.name for parameter in parameters)
    told = {(parameter.name, parameter.value) for parameter in parameters}
    flaws = []
    for name, value in sorted(raw.items()):
        if counts[name] > 1:
            # Phones would take either one.
            says = "is already in the file, from another setting or the template"
            flaws.append(effective.flaw(says, "vendor_settings", name))
        elif (name, value) not in told:
            says = "cannot be written so in the vendor's files"
            flaws.append(effective.flaw(says, "vendor_settings", name))
    return flaws
