"""May this phone have the files of this device, and by which URL should it come?"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any, Protocol

from chalicelib.domain.access.admission import Admission, Evidence, admit
from chalicelib.domain.access.certificate import CertificateRule
from chalicelib.domain.access.policy import ACCESS, Policy, Requirement
from chalicelib.domain.access.state import AccessState
from chalicelib.domain.access.threshold import Threshold
from chalicelib.domain.access.token import DeviceToken, SiteToken, Tokens
from chalicelib.domain.device import Dossier
from chalicelib.domain.extension import DEFAULT_SITE
from chalicelib.domain.mac import Mac
from chalicelib.domain.record import Stored
from chalicelib.domain.sealing import Seal
from chalicelib.domain.site import Site


class KnownSites(Protocol):
    """Who remembers sites for a while, so that a fetch does not read them."""

    def site(self, name: str) -> Stored[Site] | None: ...


@dataclass(frozen=True, kw_only=True, slots=True)
class _Known:
    """What a revision of a site says."""

    revision: str | None
    policy: Policy
    key: SiteToken


class Gate:
    """Decides on fetches."""

    def __init__(
        self,
        *,
        policy: Policy,
        sites: KnownSites,
        seal: Seal,
        rule_of: Callable[[str], CertificateRule | None],
    ) -> None:
        """`policy` is the server's; `rule_of` tells what a vendor puts into certificates."""
        self._policy = policy
        self._sites = sites
        self._seal = seal
        self._rule_of = rule_of
        self._known_by_site: dict[str, _Known] = {}

    def read_token(self, text: str) -> DeviceToken | SiteToken | None:
        """What the token in a URL says; None when it is none of ours."""
        return self._tokens.read(text)

    def is_current(self, key: SiteToken) -> bool:
        """Is this the key of its site, and none that was replaced?"""
        return self._look_up(key.site).key == key

    def admit(
        self, evidence: Evidence, threshold: Threshold | None, mac: Mac, now: datetime
    ) -> Admission:
        """Decide on a fetch. `threshold` is None when no such device is registered."""
        known = self._look_up(threshold.site if threshold else DEFAULT_SITE)
        shows = evidence.certificate is not None
        return admit(
            known.policy,
            evidence,
            threshold.access if threshold else None,
            mac,
            now,
            site_keys=(known.key,),
            vendor_rule=self._rule_of(threshold.vendor if threshold else "") if shows else None,
        )

    def state_of(self, dossier: Dossier) -> Stored[AccessState]:
        """What opens the device; it is there since the device was registered."""
        if dossier.access is None:
            return Stored(AccessState.begin(dossier.device.created_at), "")
        return dossier.access

    def own_folder(self, dossier: Dossier) -> str | None:
        """The folder in the device's own URL, `p/TOKEN/`; None where its policy wants no token."""
        policy = self._look_up(dossier.device.site).policy
        if Requirement.TOKEN not in policy.requirements:
            return None
        return self.folder_of(dossier.device.mac, self.state_of(dossier).value)

    def folder_of(self, mac: Mac, state: AccessState) -> str:
        """The folder in the own URL of a device in this state."""
        return f"p/{self._tokens.write_device(DeviceToken(mac, state.generation))}/"

    def folder_of_site(self, name: str, generation: int) -> str:
        """The folder in the URL of a site key: what stands in DHCP option 66."""
        return f"p/{self._tokens.write_site(SiteToken(name, generation))}/"

    def _look_up(self, name: str) -> _Known:
        found = self._sites.site(name)
        revision = found.revision if found else None
        known = self._known_by_site.get(name)
        if known is not None and known.revision == revision:
            return known
        access = found.value.access if found else None
        known = self._known_by_site[name] = _Known(
            revision=revision,
            # Read once: a long list of networks takes milliseconds.
            policy=self._policy if access is None else read_policy(access),
            key=SiteToken(name, found.value.key_generation if found else 1),
        )
        return known

    @cached_property
    def _tokens(self) -> Tokens:
        return Tokens(lambda message: self._seal.sign(message, purpose="url token"))


def read_policy(access: Mapping[str, Any]) -> Policy:
    """The policy in a section `access`. Raises InputError."""
    return ACCESS.read(access, "access")
