"""What happens when this phone boots against this address, step by step?"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any, Literal
from urllib.parse import unquote, urlsplit

from chalicelib.domain.vendor import FileKind, FileRule
from cli.boot.address import join, names_a_file
from cli.boot.knock import Answer, Door
from cli.boot.phone import Phone
from cli.boot.reference import find_references
from cli.outcome import UnreachableError

_REDIRECTS = (301, 302, 303, 307, 308)
_MOST_REDIRECTS = 5
_MOST_FILES = 60

Result = Literal["served", "absent", "failed"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Step:
    """One file that was asked for: what came, and what the phone makes of it."""

    file: str
    url: str
    kind: FileKind
    status: int | None
    tries: int
    size: int
    result: Result
    says: str

    @property
    def is_bad(self) -> bool:
        """Whether the phone is worse off for it."""
        return self.result == "failed"

    def describe(self) -> dict[str, Any]:
        """The same for JSON."""
        return {
            "file": self.file,
            "kind": self.kind.value,
            "status": self.status,
            "tries": self.tries,
            "bytes": self.size,
            "result": self.result,
            "phone": self.says,
        }


@dataclass(frozen=True, kw_only=True, slots=True)
class Verdict:
    """How the boot ended."""

    configured: bool
    says: str


def play(phone: Phone, address: str, door: Door) -> Iterator[Step]:
    """The steps of a boot from this address, a folder or a file, with its macros replaced."""
    waiting = list(_begin(phone, address))
    asked: set[str] = set()
    while waiting and len(asked) < _MOST_FILES:
        url, rule = waiting.pop(0)
        if url.lower() in asked:
            continue
        asked.add(url.lower())
        kind = rule.kind if rule else FileKind.DEVICE
        step, text = _ask(phone, url, kind, rule, door)
        yield step
        if step.status is None:
            return
        if step.result == "served":
            named = [join(url, name) for name in find_references(text, kind, phone.mac)]
            expanded = [
                phone.rules.expand(each, mac=phone.mac, model=phone.model.name) for each in named
            ]
            waiting = [(each, phone.rule_for(_file(each))) for each in expanded] + waiting


def judge(phone: Phone, steps: list[Step]) -> Verdict:
    """Whether the phone came up with its own settings."""
    own = [step for step in steps if step.kind is FileKind.DEVICE]
    failed = [step for step in own if step.result != "served"]
    if own and not failed:
        return Verdict(configured=True, says=f"the phone comes up configured, by {own[-1].file}")
    if not own:
        last = steps[-1] if steps else None
        why = last.says if last and last.status is None else "it never came to ask for its own file"
        return Verdict(configured=False, says=f"the phone stays unconfigured: {why}")
    return Verdict(
        configured=False,
        says=f"the phone stays unconfigured: {failed[0].file}: {failed[0].says}{_again(phone)}",
    )


def _begin(phone: Phone, address: str) -> Iterator[tuple[str, FileRule | None]]:
    if names_a_file(address):
        yield address, phone.rule_for(_file(address))
        return
    files = phone.files[:1] if phone.rules.chained else phone.files
    for rule in files:
        yield join(address, phone.name_of(rule)), rule


def _ask(
    phone: Phone, url: str, kind: FileKind, rule: FileRule | None, door: Door
) -> tuple[Step, str]:
    """Ask for one file as often as the phone does; also gives its text."""
    tries = phone.boot.tries or 1
    number = 1
    step, text = _ask_once(phone, url, kind, rule, door)
    while step.result != "served" and number < tries:
        number += 1
        step, text = _ask_once(phone, url, kind, rule, door)
    return replace(step, tries=number), text


def _ask_once(
    phone: Phone, url: str, kind: FileKind, rule: FileRule | None, door: Door
) -> tuple[Step, str]:
    step = Step(
        file=_file(url), url=url, kind=kind, status=None, tries=1, size=0, result="failed", says=""
    )
    try:
        answer, refused = _follow(phone, url, door)
    except UnreachableError as error:
        return replace(step, says=error.says), ""
    text = answer.body.decode("utf-8", "replace")
    result, says = _make_of(phone, answer, refused, kind, rule, text)
    size = len(answer.body)
    return replace(step, status=answer.status, size=size, result=result, says=says), text


def _follow(phone: Phone, url: str, door: Door) -> tuple[Answer, str]:
    """The answer after the redirects that the phone follows, and why it followed no further."""
    answer = door.get(url, phone.user_agent)
    for _ in range(_MOST_REDIRECTS):
        to = answer.headers.get("location")
        if answer.status not in _REDIRECTS or not to:
            return answer, ""
        follows = phone.boot.follows_redirects
        target = _origin(join(url, to))
        if follows is False:
            return answer, f"it does not follow the redirect to {target}"
        if follows is None:
            says = "nobody knows whether it follows redirects"
            return answer, f"{says}; this one leads to {target}"
        url = join(url, to)
        answer = door.get(url, phone.user_agent)
    return answer, f"it gives up after {_MOST_REDIRECTS} redirects"


def _make_of(
    phone: Phone, answer: Answer, refused: str, kind: FileKind, rule: FileRule | None, text: str
) -> tuple[Result, str]:
    """What the phone makes of an answer."""
    if refused:
        return "failed", refused
    if answer.status == 200:
        return _make_of_file(phone, answer, kind, rule, text)
    if answer.is_no_place:
        return "failed", "the server serves nothing there; does the address lack /provision/?"
    if answer.status == 404 and kind is not FileKind.DEVICE:
        return "absent", "optional: it goes on without"
    return "failed", _REASONS.get(answer.status, f"it takes {answer.status} for a failure")


_REASONS = {
    401: "the server wants a user and a password",
    403: "the server refuses it",
    404: "there is no such file for it",
    429: "the server has had too many requests from its network",
    500: "the server failed",
    502: "the server behind the gateway failed",
    503: "the server is down for now",
    504: "the server behind the gateway is too slow",
}


def _make_of_file(
    phone: Phone, answer: Answer, kind: FileKind, rule: FileRule | None, text: str
) -> tuple[Result, str]:
    if answer.is_page:
        return "failed", "a web page: it may read it as its settings"
    if not answer.body:
        return ("failed", "empty") if kind is FileKind.DEVICE else ("served", "empty, as it wants")
    if kind not in (FileKind.DEVICE, FileKind.COMMON):
        return "served", "it reads the file"
    template = (rule.template if rule else None) or phone.model.template
    try:
        count = len(template.format.read(text))
    except ValueError as error:
        return "failed", f"it cannot read the file: {error}"
    if count == 0 and kind is FileKind.DEVICE and not list(find_references(text, kind, phone.mac)):
        return "failed", "the file sets nothing"
    settings = "1 setting" if count == 1 else f"{count} settings"
    return "served", f"it takes {settings}"


def _again(phone: Phone) -> str:
    """When the phone begins anew."""
    seconds = phone.boot.retry_seconds
    if not seconds:
        return "; it keeps what it had until its next start or poll"
    spoken = f"{seconds // 3600} h" if seconds % 3600 == 0 else f"{seconds // 60} min"
    return f"; it waits {spoken} before it begins anew"


def _file(url: str) -> str:
    return unquote(urlsplit(url).path.rpartition("/")[2])


def _origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"
