"""What do strangers get, who show neither a token nor a phone's own URL?"""

from __future__ import annotations

from collections.abc import Iterator

from chalicelib.domain.mac import Mac
from cli.doctor.files import Asking
from cli.doctor.finding import Finding, fail, ok, warn


def look_at_exposure(
    asking: Asking, base: str, *, public: bool, plain_file: str | None, mac: Mac | None
) -> Iterator[Finding]:
    """Does the API answer without a token, and does the plain path tell a device's file?"""
    api = asking.ask("GET", f"{base}/api/provisioning/devices?limit=1", {})
    if api.status in (401, 403):
        yield ok("api", "the API asks for a token")
    elif api.status == 200 and public:
        yield fail(
            "api",
            "the API answers without a token, and the address is public: anybody can read and "
            "change your phones",
            "Deploy a stage, or serve on a network address: both ask for tokens",
        )
    elif api.status == 200:
        yield ok("api", "the API answers without a token, as it does on the machine itself")
    else:
        yield warn("api", f"there is no API of Offhook beside it ({api.status})", "Is it Offhook?")
    if plain_file is None or mac is None:
        return
    plain = asking.ask("GET", f"{base}/provision/{plain_file}", {})
    if plain.status == 404:
        yield ok("plain path", f"/provision/{plain_file} is refused to who only knows the address")
    elif plain.status == 200 and public:
        yield fail(
            "plain path",
            f"anybody who guesses {mac} gets its SIP password at /provision/{plain_file}",
            'Set access: {policy: ["token"]} and give phones their own or their site\'s URL',
        )
    elif plain.status == 200:
        yield warn(
            "plain path",
            f"who is in this network and guesses {mac} gets its SIP password",
            'Set access: {policy: ["token"]}, or keep the network to the phones',
        )
