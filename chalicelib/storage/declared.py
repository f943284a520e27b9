"""How is it kept what config.yml has brought in?"""

from __future__ import annotations

from chalicelib.domain.loaded import Loaded
from chalicelib.domain.record import Stored
from chalicelib.storage import item as items
from chalicelib.storage.keeping import Keeping, as_it_was, stored
from chalicelib.storage.table import Put


class DeclaredRecords(Keeping):
    """What config.yml has brought into one installation."""

    def loaded(self) -> Stored[Loaded] | None:
        """What was brought in last, if anything was."""
        return stored(self._get(items.LOADED_KEY), items.to_loaded)

    def save_loaded(self, loaded: Loaded, *, was: Stored[Loaded] | None) -> None:
        """Remember what was brought in. Raises ChangedError."""
        self._settle(lambda: [Put(item=items.loaded_item(loaded), when=as_it_was(was))])
