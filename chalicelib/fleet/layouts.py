"""How are layouts of keys made, changed, listed and removed?"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, Protocol

from chalicelib.domain.errors import Flaw, InputError, InUseError
from chalicelib.domain.extension import DEFAULT_SITE
from chalicelib.domain.layout import find_bad_placeholders
from chalicelib.domain.record import Listed, Stored
from chalicelib.domain.shared import Layout, Place
from chalicelib.domain.site import Site, no_site, other_site
from chalicelib.fleet.records import Expected, Scope, Trail, insist, is_hidden, is_shown, missing
from chalicelib.fleet.saving import Saving, stamp


class LayoutRecords(Protocol):
    """Where layouts are kept. See `storage/shared.py` for the errors."""

    def layout(self, name: str) -> Stored[Layout] | None: ...
    def list_layouts(self, *, limit: int, after: str | None) -> Listed[Stored[Layout]]: ...
    def save_layout(self, layout: Layout, *, was: Stored[Layout] | None) -> Stored[Layout]: ...
    def remove_layout(self, was: Stored[Layout], *, now: datetime) -> None: ...
    def site(self, name: str) -> Stored[Site] | None: ...


class Assignments(Protocol):
    """Whoever knows which settings name a layout."""

    def of_layout(self, layout: Layout, scope: Scope = None) -> Sequence[str]: ...


class Layouts:
    """The layouts of one installation."""

    def __init__(
        self,
        *,
        records: LayoutRecords,
        assignments: Assignments,
        clock: Callable[[], datetime],
        trail: Trail,
        on_change: Callable[[Place], None],
    ) -> None:
        """`on_change` is called with the place of a layout that is not as it was."""
        self._records = records
        self._assignments = assignments
        self._clock = clock
        self._saving = Saving(trail=trail, on_change=on_change)

    def show(self, name: str, *, scope: Scope = None) -> Stored[Layout]:
        """One layout. Raises NotFoundError."""
        found = self._records.layout(name)
        if found is None or not is_shown(found.value.site, scope):
            raise missing("layout", name)
        return found

    def list(self, *, limit: int, after: str | None, scope: Scope = None) -> Listed[Stored[Layout]]:
        """Layouts by name; a part may be shorter than its limit. Raises InputError."""
        page = self._records.list_layouts(limit=limit, after=after)
        shown = [each for each in page.values if is_shown(each.value.site, scope)]
        return Listed(shown, page.after)

    def put(
        self,
        name: str,
        wanted: Mapping[str, Any],
        *,
        expected: Expected = None,
        scope: Scope = None,
    ) -> tuple[Stored[Layout], bool]:
        """Make the layout, or set all of it anew but its site; also says whether it is new.

        Raises InputError, for another site than it has too, NotFoundError for a layout that is
        not the caller's to see, ChangedError and PreconditionError.
        """
        was = self._records.layout(name)
        if was is not None and not is_shown(was.value.site, scope):
            raise missing("layout", name)
        insist(was, expected)
        flaws = self.find_flaws(wanted, was=was, scope=scope)
        if flaws:
            raise InputError(*flaws)
        now = self._clock()
        site = was.value.site if was else wanted.get("site") or scope
        layout = Layout(
            name=name,
            label=wanted.get("label") or name,
            keys=tuple(wanted.get("keys") or ()),
            site=site,
            keys_at=now,
            created_at=was.value.created_at if was else now,
            updated_at=now,
        )
        return self._save(layout, was), was is None

    def change(
        self,
        name: str,
        patch: Mapping[str, Any],
        *,
        expected: Expected = None,
        scope: Scope = None,
    ) -> Stored[Layout]:
        """Change its label or its keys. Raises NotFoundError, else as `put`."""
        was = self.show(name, scope=scope)
        insist(was, expected)
        if not patch:
            raise InputError(Flaw(where="body", says="changes nothing; give label or keys"))
        flaws = self.find_flaws(patch, was=was, scope=scope)
        if flaws:
            raise InputError(*flaws)
        layout = replace(
            was.value,
            label=patch.get("label") or was.value.label,
            keys=tuple(patch["keys"]) if patch.get("keys") is not None else was.value.keys,
            updated_at=self._clock(),
        )
        return self._save(layout, was)

    def remove(self, name: str, *, expected: Expected = None, scope: Scope = None) -> None:
        """Forget the layout.

        Raises NotFoundError, InUseError while settings name it, a device's own ones too,
        ChangedError and PreconditionError.
        """
        was = self.show(name, scope=scope)
        insist(was, expected)
        users = self._assignments.of_layout(was.value, scope)
        if users:
            raise InUseError(f"layout {name}", users)
        self._saving.save(
            ("layout", name),
            "layout",
            name,
            old=_tell(was.value),
            new=None,
            write=lambda: self._records.remove_layout(was, now=self._clock()),
        )

    def find_flaws(
        self,
        wanted: Mapping[str, Any],
        *,
        was: Stored[Layout] | None = None,
        scope: Scope = None,
    ) -> Sequence[Flaw]:
        """What is wrong with what is wanted; `was` is what stands there."""
        flaws: list[Flaw] = []
        site = wanted.get("site") or (None if was else scope)
        if site is not None and not self._is_site(site, scope):
            flaws.append(no_site(site))
        elif site is not None and was is not None and was.value.site != site:
            flaws.append(other_site(site, was.value.site))
        keys = wanted.get("keys") or ()
        return [*flaws, *_find_repeated(keys), *find_bad_placeholders(keys)]

    def _is_site(self, name: str, scope: Scope) -> bool:
        if is_hidden(name, scope):
            return False
        return name == DEFAULT_SITE or self._records.site(name) is not None

    def _save(self, layout: Layout, was: Stored[Layout] | None) -> Stored[Layout]:
        keys_at = stamp(
            is_news=was is None or was.value.keys != layout.keys,
            before=was.value.keys_at if was else None,
            now=layout.updated_at,
        )
        layout = replace(layout, keys_at=keys_at)
        return self._saving.save(
            ("layout", layout.name),
            "layout",
            layout.name,
            old=_tell(was.value) if was else None,
            new=_tell(layout),
            write=lambda: self._records.save_layout(layout, was=was),
        )


def _find_repeated(keys: Sequence[Mapping[str, Any] | None]) -> Iterator[Flaw]:
    places = Counter((key["module"], key["position"]) for key in keys if key and key["position"])
    for (module, position), times in sorted(places.items()):
        if times > 1:
            of = f" of module {module}" if module else ""
            yield Flaw(where="keys", says=f"names key {position}{of} {times} times")


def _tell(layout: Layout) -> dict[str, Any]:
    return {"label": layout.label, "keys": list(layout.keys), "site": layout.site}
