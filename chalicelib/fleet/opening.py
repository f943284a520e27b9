"""How is a device opened, closed, and given another URL?"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from enum import Enum

from chalicelib.domain.access.state import ARMED_COUNT, ARMED_SECONDS, AccessState
from chalicelib.domain.audit import tell_access
from chalicelib.domain.device import Device
from chalicelib.domain.mac import Mac
from chalicelib.domain.record import Change, Stored
from chalicelib.fleet.records import DeviceRecords, Scope, Trail, is_hidden, missing


class Step(Enum):
    """What can be done to what opens a device."""

    ARM = "arm"
    DISARM = "disarm"
    ROTATE = "rotate"
    REVOKE = "revoke"
    DISABLE = "disable"
    ENABLE = "enable"


class Opening:
    """Changes what opens devices."""

    def __init__(
        self, *, records: DeviceRecords, clock: Callable[[], datetime], trail: Trail
    ) -> None:
        self._records = records
        self._clock = clock
        self._trail = trail

    def show(self, mac: Mac, *, scope: Scope = None) -> tuple[Device, Stored[AccessState]]:
        """The device, and what opens it. Raises NotFoundError."""
        device = self._records.device(mac)
        state = self._records.access(mac)
        if device is None or state is None or is_hidden(device.value.site, scope):
            raise missing("device", mac)
        return device.value, state

    def take(
        self,
        mac: Mac,
        step: Step,
        *,
        seconds: int | None = None,
        count: int | None = None,
        scope: Scope = None,
    ) -> tuple[Device, Stored[AccessState]]:
        """Take a step; `seconds` and `count` are those of a window.

        Raises NotFoundError and ChangedError.
        """
        device, was = self.show(mac, scope=scope)
        state = self._after(was.value, step, seconds or ARMED_SECONDS, count or ARMED_COUNT)
        told = tell_access(state) | {"step": step.value}
        with self._trail.change("access of device", mac, tell_access(was.value), told):
            return device, self._records.save_access(mac, Change(was, state))

    def _after(self, state: AccessState, step: Step, seconds: int, count: int) -> AccessState:
        match step:
            case Step.ARM:
                return state.arm(self._clock(), seconds=seconds, count=count)
            case Step.DISARM:
                return state.disarm()
            case Step.ROTATE:
                return state.rotate()
            case Step.REVOKE:
                return state.revoke()
            case Step.DISABLE:
                return replace(state, disabled=True)
            case Step.ENABLE:
                return replace(state, disabled=False)
