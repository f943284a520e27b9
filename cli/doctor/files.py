"""What would phones get there: files with good headers, and 404 without a page?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from email.utils import parsedate_to_datetime
from typing import Protocol

from cli.boot.knock import Answer
from cli.boot.rehearsal import NOTHING
from cli.doctor.finding import Finding, fail, ok, warn

_REDIRECTS = (301, 302, 303, 307, 308)
_MOST_SECONDS_APART = 300


class Asking(Protocol):
    """Sends one request; redirects are not followed."""

    def ask(self, method: str, url: str, headers: Mapping[str, str]) -> Answer:
        """The answer, whatever its status. Raises UnreachableError."""


def look_at_place(asking: Asking, folder: str, places: Sequence[str]) -> Iterator[Finding]:
    """Is anything served below this folder? If not, one of `places` may be meant."""
    if not asking.ask("GET", f"{folder}{NOTHING}", {}).is_no_place:
        return
    for place in places:
        answer = asking.ask("GET", f"{place}{NOTHING}", {})
        if answer.status == 404 and not (answer.is_no_place or answer.is_page):
            says = "the server serves nothing there; phones fetch below /provision/"
            yield fail("place", says, f"Write {place}")
            return
    yield fail(
        "place",
        "a gateway answers that nothing is served there",
        "Write the address that `make deploy` told, with /provision/ at its end",
    )


def look_at_missing(
    asking: Asking, folder: str, *, follows: bool | None, vendor: str | None
) -> Iterator[Finding]:
    """What is answered for a file that is not there?"""
    answer = asking.ask("GET", f"{folder}{NOTHING}", {})
    if answer.status in _REDIRECTS:
        yield _redirected(answer, follows=follows, vendor=vendor)
        return
    if answer.status == 200:
        yield fail(
            "missing file",
            "a file that is not there is answered by 200; phones take what comes for settings",
            "Answer 404, without a body",
        )
    elif answer.is_page:
        yield fail(
            "missing file",
            f"{answer.status} comes with a web page; some phones read it as settings",
            "Answer 404 without a body; look at the error pages of the proxy",
        )
    elif answer.status == 404:
        yield ok("missing file", "404 without a page")
    elif answer.status in (401, 403):
        yield warn(
            "missing file",
            f"{answer.status} for an optional file; phones may stop there instead of going on",
            "Answer 404 to what is not there",
        )
    else:
        yield fail("missing file", f"{answer.status} in place of 404", "Look into the server's log")
    yield from _look_at_clock(answer, asking_at=_now())


def look_at_file(
    asking: Asking, url: str, *, follows: bool | None, vendor: str | None
) -> Iterator[Finding]:
    """Is this file served as phones need it?"""
    first = asking.ask("GET", url, {})
    if first.status in _REDIRECTS:
        yield _redirected(first, follows=follows, vendor=vendor)
        return
    name = url.rpartition("/")[2]
    if first.status != 200:
        yield fail("file", f"{name} is answered by {first.status}", _MENDS.get(first.status, _LOG))
        return
    if first.is_page:
        says = f"{name} is a web page; a phone would read it as its settings"
        yield fail("file", says, "Is this the address of Offhook, and not of a portal before it?")
        return
    yield ok("file", f"{name} is served: {len(first.body)} bytes")
    yield from _look_at_headers(first)
    yield from _look_at_repetition(asking, url, first)


_LOG = "Look into the server's log"
_MENDS = {
    401: "Give phones the user and password, or their own URL",
    403: "Look at the rules of the firewall or the CDN before it",
    404: "Is the device registered, its window open, and is this its own or its site's URL?",
    429: "Too many misses came from here; wait for the end of the hour",
    503: "Is provisioning switched on, and the table reachable?",
}


def _redirected(answer: Answer, *, follows: bool | None, vendor: str | None) -> Finding:
    to = answer.headers.get("location", "nowhere")
    says = f"{answer.status} leads to {to}"
    mend = f"Give phones {to.rpartition('/')[0] or to}/ itself"
    if follows:
        return warn("redirect", f"{says}; {vendor} phones follow it, others may not", mend)
    who = f"{vendor} phones do not" if follows is False else "many phones do not"
    return fail("redirect", f"{says}; {who} follow redirects", mend)


def _look_at_headers(answer: Answer) -> Iterator[Finding]:
    kind = answer.headers.get("content-type", "")
    if kind.startswith(("text/plain", "text/xml", "application/xml", "application/octet-stream")):
        yield ok("content type", kind)
    else:
        says = f"the content type is {kind or 'missing'}"
        yield warn("content type", says, "Send text/plain, or text/xml for XML")
    encoding = answer.headers.get("content-encoding")
    if encoding and encoding != "identity":
        says = f"the file is sent as {encoding}, which nobody asked for; phones cannot unpack it"
        yield fail("encoding", says, "Switch compression off for this address")
    elif "chunked" in answer.headers.get("transfer-encoding", ""):
        says = "the file comes in chunks, without its length; old phones wait for ever"
        yield warn("encoding", says, "Send Content-Length")


def _look_at_repetition(asking: Asking, url: str, first: Answer) -> Iterator[Finding]:
    """Is it the same file again, and does the server say so cheaply?"""
    etag = first.headers.get("etag", "")
    if not etag:
        says = "there is no ETag: each poll carries the whole file"
        yield warn("etag", says, "Let the ETag of the server through")
    elif asking.ask("GET", url, {"If-None-Match": etag}).status == 304:
        yield ok("etag", "an unchanged file is answered by 304")
    else:
        says = "the ETag that was just given is not known again; phones apply the file at each poll"
        yield warn("etag", says, "Look at what changes the file, or the header, on the way")
    if asking.ask("GET", url, {}).body == first.body:
        yield ok("same bytes", "asked twice, the file is the same")
    else:
        says = "asked twice, the file differs: phones apply it, or restart, at each poll"
        yield fail("same bytes", says, "Take dates and random numbers out of the template")
    head = asking.ask("HEAD", url, {})
    if head.status == 200 and not head.body:
        yield ok("head", "HEAD is answered as GET is")
    else:
        says = f"HEAD is answered by {head.status}; some phones ask so before they fetch"
        yield warn("head", says, "Let HEAD through to the server")


def _look_at_clock(answer: Answer, *, asking_at: datetime) -> Iterator[Finding]:
    try:
        told = parsedate_to_datetime(answer.headers.get("date", ""))
    except ValueError:
        return
    apart = abs((told - asking_at).total_seconds())
    if apart > _MOST_SECONDS_APART:
        yield warn(
            "clock",
            f"the server's clock and this machine's are {apart / 60:.0f} minutes apart; windows "
            "and certificates go by the clock",
            "Set both by NTP, and give phones an NTP server that they reach before https",
        )
    else:
        yield ok("clock", "the server's clock is right")


def _now() -> datetime:
    from cli.doctor.tls import utc_now

    return utc_now()
