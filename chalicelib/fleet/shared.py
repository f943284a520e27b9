"""How are the settings of the server and of models shown and changed?

They are always there: empty as long as nothing was set, so that taking everything back is a change
that devices notice like any other.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from chalicelib.domain.audit import tell_settings
from chalicelib.domain.chosen import Join, merge
from chalicelib.domain.record import Stored
from chalicelib.domain.shared import SERVER_PLACE, Place, SharedSettings, place_of_model
from chalicelib.fleet.downgrade.settings import SettingsDowngrades
from chalicelib.fleet.records import Expected, Trail, insist
from chalicelib.fleet.saving import Saving, merge_in, set_anew, stamp
from chalicelib.fleet.trial import Trial


class SettingsRecords(Protocol):
    """Where they are kept. See `storage/shared.py` for the errors."""

    def settings_at(self, place: Place) -> Stored[SharedSettings] | None: ...
    def save_settings(
        self, settings: SharedSettings, *, was: Stored[SharedSettings] | None
    ) -> Stored[SharedSettings]: ...


@dataclass(frozen=True, kw_only=True, slots=True)
class SettingsView:
    """Settings with their revision; after a change, `warnings` tell what devices lose of them."""

    settings: Mapping[str, Any]
    revision: str
    updated_at: datetime | None
    warnings: tuple[str, ...] = ()


class Shared:
    """The settings of the server and of models.

    Its methods raise InputError for settings that cannot be or a model that is not known,
    ConflictError where devices would go back to an older firmware and `allow_downgrade` does not
    say that they may, ChangedError and PreconditionError.
    """

    def __init__(
        self,
        *,
        records: SettingsRecords,
        trial: Trial,
        downgrades: SettingsDowngrades,
        clock: Callable[[], datetime],
        trail: Trail,
        on_change: Callable[[Place], None],
    ) -> None:
        """`on_change` is called with the place of settings that are not as they were."""
        self._records = records
        self._trial = trial
        self._downgrades = downgrades
        self._clock = clock
        self._saving = Saving(trail=trail, on_change=on_change)

    def show(self, model: str | None) -> SettingsView:
        """What is set for a model such as `zip/33g`, or for all devices."""
        return _view(self._records.settings_at(self._place_of(model)))

    def put(
        self,
        model: str | None,
        given: Mapping[str, Any],
        *,
        allow_downgrade: bool = False,
        expected: Expected = None,
    ) -> SettingsView:
        """Set all of it anew; secrets that are left out stay."""
        place = self._place_of(model)
        was = self._records.settings_at(place)
        insist(was, expected)
        settings = set_anew(given, was.value.settings if was else {})
        return self._save(place, settings, was, allow_downgrade=allow_downgrade)

    def change(
        self,
        model: str | None,
        patch: Mapping[str, Any],
        *,
        join: Join = merge,
        allow_downgrade: bool = False,
        expected: Expected = None,
    ) -> SettingsView:
        """Bring what `patch` holds to what is there by `join`, and leave the rest."""
        place = self._place_of(model)
        was = self._records.settings_at(place)
        insist(was, expected)
        settings = merge_in(patch, was.value.settings if was else {}, join=join)
        return self._save(place, settings, was, allow_downgrade=allow_downgrade)

    def clear(
        self, model: str, *, allow_downgrade: bool = False, expected: Expected = None
    ) -> None:
        """Take back all that is set for a model."""
        place = self._place_of(model)
        was = self._records.settings_at(place)
        insist(was, expected)
        if was is not None:
            self._save(place, {}, was, allow_downgrade=allow_downgrade)

    def _place_of(self, model: str | None) -> Place:
        if model is None:
            return SERVER_PLACE
        return place_of_model(*self._trial.name_of(model, "model"))

    def _save(
        self,
        place: Place,
        settings: Mapping[str, Any],
        was: Stored[SharedSettings] | None,
        *,
        allow_downgrade: bool,
    ) -> SettingsView:
        now = self._clock()
        before = was.value if was else None
        said = before.settings if before else {}
        vendor, _, model = place[1].partition("/")
        if place == SERVER_PLACE:
            warnings = self._trial.try_server(settings)
        else:
            warnings = self._trial.try_model(vendor, model, settings)
        if place == SERVER_PLACE and not allow_downgrade:
            self._downgrades.refuse_server(said, settings)
        elif not allow_downgrade:
            self._downgrades.refuse_model(vendor, model, said, settings)
        settings_at = stamp(
            is_news=before is None or before.settings != settings,
            before=before.settings_at if before else None,
            now=now,
        )
        new = SharedSettings(
            place=place, settings=settings, settings_at=settings_at, updated_at=now
        )
        saved = self._saving.save(
            place,
            "settings",
            place[1] or "server",
            old=tell_settings(before.settings) if before else None,
            new=tell_settings(settings),
            write=lambda: self._records.save_settings(new, was=was),
        )
        return _view(saved, warnings)


def _view(stored: Stored[SharedSettings] | None, warnings: list[str] | None = None) -> SettingsView:
    if stored is None:
        return SettingsView(settings={}, revision="", updated_at=None)
    return SettingsView(
        settings=stored.value.settings,
        revision=stored.revision,
        updated_at=stored.value.updated_at,
        warnings=tuple(warnings or ()),
    )
