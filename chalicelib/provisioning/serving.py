"""How is a phone answered that asks for this file, once it is written or cannot be?"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import Protocol

from chalicelib.domain.answer import Answer, Outcome
from chalicelib.domain.draft import Draft
from chalicelib.domain.errors import InexpressibleError, InputError
from chalicelib.domain.file_name import find_placeholder
from chalicelib.domain.request import FetchRequest
from chalicelib.domain.vendor import FileKind, FileRule


class Blank(Protocol):
    """An answer in which stands already whose phone asks; it takes the other fields of Answer."""

    def __call__(
        self,
        *,
        outcome: Outcome,
        body: str = ...,
        content_type: str = ...,
        etag: str = ...,
        told: str | None = ...,
        reason: str = ...,
    ) -> Answer: ...


_NOT_THERE = (FileKind.ABSENT, FileKind.UPLOAD)


def refuse_name(name: str) -> Answer:
    """The answer to a name that no phone's file has."""
    placeholder = find_placeholder(name)
    if placeholder is None:
        reason = (
            "no phone's file is named so"
            if name
            else "the request ends in /provision/, without a file name"
        )
        return Answer(outcome=Outcome.UNKNOWN_FILE, reason=reason)
    return Answer(outcome=Outcome.PLACEHOLDER, reason=advise(placeholder))


def advise(placeholder: str) -> str:
    """What the installer has to mend of a URL with a placeholder in it."""
    return (
        f"the phone sent {placeholder} as it stands instead of its MAC address: "
        "let its provisioning URL end in /provision/ and it will add its own file name"
    )


def answer_rule(
    blank: Blank, rule: FileRule, request: FetchRequest, draft: Callable[[], Draft]
) -> Answer:
    """The answer that the kind of the file asks for."""
    if rule.kind in _NOT_THERE:
        reason = "optional, and not there: the phone goes on without it"
        return blank(outcome=Outcome.ABSENT, reason=reason)
    if rule.kind is FileKind.EMPTY:
        return serve(blank, Draft(text="", content_type=""), request)
    try:
        return serve(blank, draft(), request)
    except (InputError, InexpressibleError) as error:
        return blank(outcome=Outcome.FAILED, reason=str(error))


def serve(blank: Blank, draft: Draft, request: FetchRequest) -> Answer:
    """The written file, unless the phone has it already."""
    etag = hashlib.sha256(draft.text.encode()).hexdigest()[:32]
    if etag in request.known_etags or "*" in request.known_etags:
        return blank(outcome=Outcome.NOT_MODIFIED, etag=etag, told=draft.told)
    return blank(
        outcome=Outcome.SERVED,
        body=draft.text,
        content_type=draft.content_type,
        etag=etag,
        told=draft.told,
    )
