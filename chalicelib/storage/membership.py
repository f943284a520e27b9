"""Which records belong to which site, as its roll counts them?"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping

from chalicelib.domain.extension import DEFAULT_SITE
from chalicelib.storage.roll import roll_item
from chalicelib.storage.table import Item

Members = Mapping[str, int]
"""How many records of each kind."""

_KIND_BY_SORT = {
    "DEVICE": "device",
    "EXTENSION": "extension",
    "CONTACT": "contact",
    "TOKEN": "API token",
    "LAYOUT": "layout",
}


def members_of(item: Item) -> list[tuple[str, str]]:
    """The site and the kind of each record in the item that a roll counts."""
    return [
        (site, kind)
        for site, kind in _belongings(item)
        if site is not None and site != DEFAULT_SITE
    ]


def find_lacking_rolls(found: Iterable[Item]) -> Iterator[Item]:
    """The rolls of those sites that have none, of all items of a table."""
    members: dict[str, Counter[str]] = defaultdict(Counter)
    sites: set[str] = set()
    rolls: set[str] = set()
    for item in found:
        for site, kind in members_of(item):
            members[site][kind] += 1
        if item.key.sort == "SITE":
            sites.add(item.body["name"])
        elif item.key.sort.startswith("ROLL#"):
            rolls.add(item.key.partition.partition("#")[2])
    for site in sorted((sites - rolls) & {*members}):
        yield roll_item(site, 0, members[site], None)


def _belongings(item: Item) -> list[tuple[str | None, str]]:
    """The same, with the default site, and none for a record that somebody broke."""
    body, kind = item.body, _KIND_BY_SORT.get(item.key.sort)
    if kind is not None and not body.get("is_removed"):
        return [(body.get("site"), kind)]
    if item.key.partition == "WEBHOOKS":
        return [(body.get("site"), "webhook")]
    if item.key.sort == "FIRMWARE":
        return [(rollout["site"], "rollout") for rollout in body.get("rollouts", ())]
    return []
