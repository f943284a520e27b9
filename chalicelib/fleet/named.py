"""Which vendor and model do the words of a filter mean?"""

from __future__ import annotations

from typing import Protocol

from chalicelib.domain.vendor import Model, Pack


class Vendors(Protocol):
    """Who knows the names and aliases of vendors and models, in any case."""

    def named(self, vendor: str) -> Pack: ...
    def find(self, vendor: str, model: str) -> tuple[Pack, Model]: ...
    def find_model(self, model: str) -> tuple[Pack, Model]: ...


def own_names(
    vendor: str | None, model: str | None, vendors: Vendors
) -> tuple[str | None, str | None]:
    """The names by which devices are kept; a model alone tells its vendor, too.

    Raises InputError for what is not supported, and for a model that several vendors have.
    """
    if model is None:
        return (None if vendor is None else vendors.named(vendor).vendor), None
    pack, found = vendors.find_model(model) if vendor is None else vendors.find(vendor, model)
    return pack.vendor, found.name
