"""May this request have the files of this device?

The answer's reason is for the log. Towards the phone every refusal looks the same; so that it also
takes the same time, nothing is skipped when the device is unknown or a requirement has failed.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from chalicelib.domain.access.basic import Credentials
from chalicelib.domain.access.certificate import (
    Certificate,
    CertificateRule,
    join,
    why_unproved,
)
from chalicelib.domain.access.network import is_within
from chalicelib.domain.access.policy import Policy, Requirement
from chalicelib.domain.access.state import AccessState
from chalicelib.domain.access.token import DeviceToken, SiteToken
from chalicelib.domain.device import Dossier
from chalicelib.domain.mac import Mac


@dataclass(frozen=True, kw_only=True, slots=True)
class Evidence:
    """What a request shows. The address is the gateway's word, never the client's."""

    token: DeviceToken | SiteToken | None = None
    address: str = ""
    basic: Credentials | None = None
    certificate: Certificate | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Effect:
    """What an admitted fetch changes in the device's access."""

    spends: bool = False
    """It uses up one fetch of the window. To be stored before the files are handed out."""
    confirms: int | None = None
    """It shows that the device has this own URL. May be stored later: nothing opens by it."""

    def __bool__(self) -> bool:
        return self.spends or self.confirms is not None

    def on(self, state: AccessState) -> AccessState:
        spent = state.spend() if self.spends else state
        return spent if self.confirms is None else spent.confirm(self.confirms)


NO_EFFECT = Effect()


@dataclass(frozen=True, kw_only=True, slots=True)
class Admission:
    """Whether the files may be handed out, why not, and what comes of it."""

    admitted: bool
    reason: str = ""
    effect: Effect = NO_EFFECT
    proved: bool = False
    """The request showed something that only the device, or its site's staff, can know."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A device whose phone was let in, and what comes of that."""

    dossier: Dossier
    effect: Effect


class _Case(NamedTuple):
    policy: Policy
    evidence: Evidence
    state: AccessState
    mac: Mac
    now: datetime
    site_keys: tuple[SiteToken, ...]
    vendor_rule: CertificateRule | None


_NOBODY = AccessState(generation=0, oldest=1)


def admit(
    policy: Policy,
    evidence: Evidence,
    state: AccessState | None,
    mac: Mac,
    now: datetime,
    *,
    site_keys: tuple[SiteToken, ...] = (),
    vendor_rule: CertificateRule | None = None,
) -> Admission:
    """Decide on a fetch. `state` is None when no device with this MAC address is registered.

    `site_keys` are those that the device's site accepts now; `vendor_rule` says what the device's
    vendor puts into client certificates.
    """
    case = _Case(
        policy=policy,
        evidence=evidence,
        state=_NOBODY if state is None else state,
        mac=mac,
        now=now,
        site_keys=site_keys,
        vendor_rule=vendor_rule,
    )
    complaints = [_COMPLAINT_BY_REQUIREMENT[wanted](case) for wanted in policy.requirements]
    if state is None:
        complaints.insert(0, "the device is not registered")
    else:
        complaints.insert(0, "the device is disabled" if state.disabled else "")
    failed = [complaint for complaint in complaints if complaint]
    if failed or not policy.requirements:
        return Admission(admitted=False, reason="; ".join(failed) or "the policy is empty")
    own = _own_generation(case)
    return Admission(admitted=True, effect=_effect(case, own), proved=_is_proved(policy, own))


def _why_not_armed(case: _Case) -> str:
    if case.state.is_armed(case.now):
        return ""
    if case.state.armed_until is None:
        return "the device is not armed"
    if case.now >= case.state.armed_until:
        return "the device's window is over"
    return "the fetches of the device's window are used up"


def _why_not_by_token(case: _Case) -> str:
    token = case.evidence.token
    if isinstance(token, DeviceToken):
        return _why_not_own(token, case)
    if isinstance(token, SiteToken):
        return _why_not_by_site_key(token, case)
    return "the URL holds no token of ours"


def _why_not_own(token: DeviceToken, case: _Case) -> str:
    if token.mac != case.mac:
        return "the URL is of another device"
    if not case.state.opens_by(token.generation):
        return "the URL was replaced by a newer one"
    return ""


def _why_not_by_site_key(token: SiteToken, case: _Case) -> str:
    if token not in case.site_keys:
        return "the site key is not one of the device's site, or was replaced"
    if case.state.awaits_contact(case.now):
        return ""
    if case.state.is_armed(case.now):
        return "the device has used its own URL, so the site key no longer opens it"
    return f"by site key: {_why_not_armed(case)}"


def _why_not_basic(case: _Case) -> str:
    given, expected = case.evidence.basic, case.policy.basic
    if given is None:
        return "no user and password were given"
    if expected is None or not expected.match(given):
        return "the user or the password is wrong"
    return ""


def _why_not_certificate(case: _Case) -> str:
    rule = join(case.policy.certificate, case.vendor_rule)
    return why_unproved(case.evidence.certificate, rule, case.mac)


def _why_not_within(case: _Case) -> str:
    if is_within(case.evidence.address, case.policy.networks):
        return ""
    return "the address is in none of the policy's networks"


def _why_not_open(_: _Case) -> str:
    return ""


_COMPLAINT_BY_REQUIREMENT: Mapping[Requirement, Callable[[_Case], str]] = {
    Requirement.OPEN: _why_not_open,
    Requirement.WINDOW: _why_not_armed,
    Requirement.TOKEN: _why_not_by_token,
    Requirement.BASIC: _why_not_basic,
    Requirement.CERTIFICATE: _why_not_certificate,
    Requirement.NETWORKS: _why_not_within,
}


def _own_generation(case: _Case) -> int | None:
    """The generation of the device's own URL, if it was used; also where no policy asks for it."""
    token = case.evidence.token
    if not isinstance(token, DeviceToken) or _why_not_own(token, case):
        return None
    return token.generation


def _effect(case: _Case, own: int | None) -> Effect:
    wanted = case.policy.requirements
    by_site_key = Requirement.TOKEN in wanted and own is None
    spends = by_site_key or Requirement.WINDOW in wanted
    confirms = own if own is not None and case.state.is_news(own) else None
    if not spends and confirms is None:
        return NO_EFFECT
    return Effect(spends=spends, confirms=confirms)


def _is_proved(policy: Policy, own: int | None) -> bool:
    """The site key is no proof: all phones of a site have it, and DHCP tells it to all who ask."""
    wanted = policy.requirements
    return own is not None or Requirement.BASIC in wanted or Requirement.CERTIFICATE in wanted
