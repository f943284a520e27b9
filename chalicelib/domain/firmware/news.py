"""Since when do devices get of their vendor's firmware what they get now?

A rollout counts for all devices of its site and models that can fetch its version, in its
percentage or not, and a file for those that are to have its version. That a window opens is no
news: it would make all of these devices look outdated every night, and `GET /api/rollouts` tells
which version they have.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

MOST = 60
"""Of one vendor; older ones count for all of its devices."""


@dataclass(frozen=True, kw_only=True, slots=True)
class News:
    """A change of what some devices get. The time is in UTC.

    Without `models` it is one for all of them, without a `site` for every site. With a `version` it
    is one for the devices that are to have that version.
    """

    at: datetime
    models: tuple[str, ...] = ()
    site: str | None = None
    version: str | None = None

    def concerns(self, *, model: str, site: str, versions: Collection[str]) -> bool:
        """Whether it is one for devices of this model and site, which may get these versions."""
        return (
            (not self.models or model in self.models)
            and self.site in (None, site)
            and (self.version is None or self.version in versions)
        )


def newest(
    news: Iterable[News], *, model: str, site: str, versions: Collection[str]
) -> datetime | None:
    """When such devices last had news; None: never."""
    times = (each.at for each in news if each.concerns(model=model, site=site, versions=versions))
    return max(times, default=None)


def add(news: Sequence[News], *new: News) -> tuple[News, ...]:
    """The news with these at their end; what they repeat, and what is too much, is left out."""
    said = {(each.models, each.site, each.version) for each in new}
    kept = [each for each in news if (each.models, each.site, each.version) not in said]
    all_ = [*kept, *new]
    if len(all_) <= MOST:
        return tuple(all_)
    # None is forgotten: what devices have fetched since must not look newer than what there is.
    oldest, rest = all_[: 1 - MOST], all_[1 - MOST :]
    return (News(at=max(each.at for each in oldest)), *rest)
