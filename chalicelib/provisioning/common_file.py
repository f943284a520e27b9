"""What does a file say that is no device's own?"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Protocol

from chalicelib.domain.access.token import DeviceToken, SiteToken
from chalicelib.domain.answer import Answer, Outcome
from chalicelib.domain.draft import Circumstances, Draft
from chalicelib.domain.evidence import Evidence as Identity
from chalicelib.domain.request import FetchRequest
from chalicelib.domain.vendor import FileRule
from chalicelib.provisioning.serving import answer_rule


class CommonRules(Protocol):
    """What common files need of the catalogue."""

    def rules(self, shape: str, vendor: str) -> Sequence[FileRule]: ...
    def identify(self, user_agent: str, *, first: str | None = None) -> Identity: ...


class CommonDrafter(Protocol):
    """What common files need of whoever writes them."""

    def common_file(self, rule: FileRule, circumstances: Circumstances) -> Draft: ...


class CommonFiles:
    """Answers for files that many devices share."""

    def __init__(self, *, catalog: CommonRules, drafter: CommonDrafter) -> None:
        self._catalog = catalog
        self._drafter = drafter

    def answer(
        self,
        request: FetchRequest,
        shape: str,
        vendors: Sequence[str],
        token: DeviceToken | SiteToken | None,
    ) -> Answer:
        """The file as the vendor of the phone has it, else as the first of these vendors."""
        first = vendors[0] if len(vendors) == 1 else None
        seen = self._catalog.identify(request.user_agent, first=first)
        vendor = next((each for each in vendors if each == seen.vendor), vendors[0])
        rules = self._catalog.rules(shape, vendor)
        rule = next((rule for rule in rules if seen.model in rule.models), rules[0])
        if rule.kind.is_own:
            reason = "neither the name nor the URL says which device it is"
            return Answer(outcome=Outcome.UNKNOWN_FILE, seen=seen, reason=reason)
        model = rule.models[0] if len(rule.models) == 1 else ""
        blank = partial(Answer, vendor=vendor, model=model, seen=seen)
        # A token that is not ours may be any text: it does not get into a file.
        folder = f"p/{request.token}/" if token else "provision/"
        circumstances = Circumstances(
            host=request.host,
            version=seen.version if seen.vendor == vendor else None,
            provisioning_url=f"{request.base_url}/{folder}",
        )
        return answer_rule(
            blank, rule, request, lambda: self._drafter.common_file(rule, circumstances)
        )
