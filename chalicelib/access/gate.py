"""May this phone have the files of this device, and by which URL should it come?"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from functools import cached_property
from typing import Any, Protocol

from chalicelib.domain.access.admission import Admission, Evidence, admit
from chalicelib.domain.access.certificate import CertificateRule
from chalicelib.domain.access.policy import ACCESS, Policy, Requirement
from chalicelib.domain.access.state import AccessState
from chalicelib.domain.access.token import DeviceToken, SiteToken, Tokens
from chalicelib.domain.device import Dossier
from chalicelib.domain.extension import DEFAULT_SITE
from chalicelib.domain.mac import Mac
from chalicelib.domain.record import Stored
from chalicelib.domain.sealing import Seal
from chalicelib.domain.site import Site

_SITE_SECONDS = 60.0
"""How long a process goes by what it last read of a site."""


class SiteRecords(Protocol):
    """Where sites are kept."""

    def site(self, name: str) -> Stored[Site] | None: ...


class Gate:
    """Decides on fetches."""

    def __init__(
        self,
        *,
        policy: Policy,
        sites: SiteRecords,
        seal: Seal,
        rules: Mapping[str, CertificateRule],
        timer: Callable[[], float],
    ) -> None:
        """`policy` is the server's; `rules` say what each vendor puts into client certificates."""
        self._policy = policy
        self._sites = sites
        self._seal = seal
        self._rules = rules
        self._timer = timer
        self._site_by_name: dict[str, tuple[float, Site | None]] = {}

    def read_token(self, text: str) -> DeviceToken | SiteToken | None:
        """What the token in a URL says; None when it is none of ours."""
        return self._tokens.read(text)

    def admit(
        self, evidence: Evidence, dossier: Dossier | None, mac: Mac, now: datetime
    ) -> Admission:
        """Decide on a fetch. `dossier` is None when no such device is registered."""
        name = dossier.device.site if dossier else DEFAULT_SITE
        site = self._site(name)
        state = self.state_of(dossier).value if dossier else None
        return admit(
            self._policy_of(site),
            evidence,
            state,
            mac,
            now,
            site_keys=(SiteToken(name, site.key_generation if site else 1),),
            vendor_rule=self._rules.get(dossier.device.vendor) if dossier else None,
        )

    def state_of(self, dossier: Dossier) -> Stored[AccessState]:
        """What opens the device; it is there since the device was registered."""
        if dossier.access is None:
            return Stored(AccessState.begin(dossier.device.created_at), "")
        return dossier.access

    def own_folder(self, dossier: Dossier) -> str | None:
        """The folder in the device's own URL, `p/TOKEN/`; None where its policy wants no token."""
        policy = self._policy_of(self._site(dossier.device.site))
        if Requirement.TOKEN not in policy.requirements:
            return None
        return self.folder_of(dossier.device.mac, self.state_of(dossier).value)

    def folder_of(self, mac: Mac, state: AccessState) -> str:
        """The folder in the own URL of a device in this state."""
        return f"p/{self._tokens.write_device(DeviceToken(mac, state.generation))}/"

    def folder_of_site(self, name: str, generation: int) -> str:
        """The folder in the URL of a site key: what stands in DHCP option 66."""
        return f"p/{self._tokens.write_site(SiteToken(name, generation))}/"

    def forget(self, name: str) -> None:
        """Read the site anew at its next fetch; other processes do within a minute."""
        self._site_by_name.pop(name, None)

    def _policy_of(self, site: Site | None) -> Policy:
        if site is None or site.access is None:
            return self._policy
        return read_policy(site.access)

    def _site(self, name: str) -> Site | None:
        known = self._site_by_name.get(name)
        if known is not None and self._timer() - known[0] < _SITE_SECONDS:
            return known[1]
        found = self._sites.site(name)
        site = found.value if found else None
        self._site_by_name[name] = (self._timer(), site)
        return site

    @cached_property
    def _tokens(self) -> Tokens:
        return Tokens(lambda message: self._seal.sign(message, purpose="url token"))


def read_policy(access: Mapping[str, Any]) -> Policy:
    """The policy in a section `access`. Raises InputError."""
    return ACCESS.read(access, "access")
