"""What can go wrong, as one tree.

    OffhookError
    ├── InputError              something a person or a file said is wrong; carries every Flaw
    │   ├── ConfigError         ... in config.yml
    │   └── TemplateError       ... in a template
    ├── InexpressibleError      a file format has no way to write this value
    ├── UnauthorizedError       nobody knows who asks
    ├── ForbiddenError          who asks may not do this
    ├── NotFoundError           no such record
    ├── DisabledError           provisioning.enabled is false
    ├── ConflictError           the request does not fit what is stored now
    │   ├── ChangedError        somebody else changed the record in between
    │   ├── PreconditionError   the record is not the one that the caller had read
    │   ├── InUseError          other records still use it
    │   └── ExtensionInUseError devices still use the extension
    └── StoreError              the table cannot do what was asked
        ├── ConditionError      a condition of a write did not hold
        └── StoreDownError      unreachable, throttled, too slow or broken

No error text ever holds a secret.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from chalicelib.domain.mac import Mac


@dataclass(frozen=True, kw_only=True, slots=True)
class Flaw:
    """One mistake: where it stands, what was found there, what was expected.

    `where` is a path such as `provisioning.devices[2].mac` or a field name; `says` completes the
    sentence that begins with `where: `.
    """

    where: str
    says: str

    def __str__(self) -> str:
        return f"{self.where}: {self.says}" if self.where else self.says


class OffhookError(Exception):
    """The root of all errors that Offhook raises on purpose."""


class InputError(OffhookError):
    """Something said by a person or a file is wrong."""

    def __init__(self, *flaws: Flaw) -> None:
        super().__init__("; ".join(map(str, flaws)))
        self.flaws = flaws


class ConfigError(InputError):
    """config.yml cannot be used as it stands."""


class TemplateError(InputError):
    """A template cannot be used as it stands."""


class InexpressibleError(OffhookError):
    """A file format has no way to write this value; the text says why, never the value."""


class UnauthorizedError(OffhookError):
    """Nobody knows who asks: no API token, or one that is not good."""


class ForbiddenError(OffhookError):
    """Who asks may not do this."""


class NotFoundError(OffhookError):
    """There is no such record."""


class DisabledError(OffhookError):
    """Provisioning is switched off in config.yml."""


class ConflictError(OffhookError):
    """The request does not fit what is stored now."""


class ChangedError(ConflictError):
    """Somebody else changed the record since it was read."""


class PreconditionError(ConflictError):
    """The record is not the one that the caller had read, by its ETag."""


class InUseError(ConflictError):
    """Other records still use it."""

    def __init__(self, what: str, users: Sequence[str]) -> None:
        super().__init__(f"{what} is used by {', '.join(users)}")


class ExtensionInUseError(ConflictError):
    """Devices still use the extension."""

    def __init__(self, number: str, devices: Sequence[Mac]) -> None:
        listed = ", ".join(map(str, devices))
        super().__init__(f"extension {number} is used by {len(devices)} device(s): {listed}")
        self.devices = tuple(devices)


class StoreError(OffhookError):
    """The table cannot do what was asked."""


class ConditionError(StoreError):
    """A condition did not hold, so nothing of the write was done."""

    def __init__(self, failed: Sequence[int]) -> None:
        super().__init__(f"conditions did not hold for writes {list(failed)}")
        self.failed = tuple(failed)


class StoreDownError(StoreError):
    """The table is unreachable, throttled, too slow or broken."""
