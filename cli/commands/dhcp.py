"""`offhook dhcp`: what to write into the DHCP server?"""

from __future__ import annotations

import re
from urllib.parse import urlsplit

import click

from chalicelib.catalog import Catalog
from cli import dhcp as lines
from cli.client import segment
from cli.outcome import CliError, UsageError
from cli.session import Command, Session, pass_session

# Without what ends a text in the file of any DHCP server.
_ADDRESS = re.compile(
    r"(?:https?|tftp)://[A-Za-z0-9.:\[\]-]+(?:/[A-Za-z0-9._~:/@!&()*+=%-]*)?", re.ASCII
)


@click.command("dhcp", cls=Command)
@click.option("--site", help="Tell the key URL of this site; the token must be able to reveal.")
@click.option("--address", metavar="URL", help="Tell this address; no server is asked then.")
@click.option("--vendor", "vendors", multiple=True, help="Only for phones of this vendor.")
@click.option(
    "--server",
    type=click.Choice(lines.SERVERS),
    default="dnsmasq",
    show_default=True,
    help="What your DHCP server is.",
)
@pass_session
def dhcp(
    session: Session,
    /,
    site: str | None,
    address: str | None,
    vendors: tuple[str, ...],
    server: str,
) -> None:
    """Print what a DHCP server needs to send phones here."""
    url = _find_url(session, site, address)
    if urlsplit(url).hostname in ("127.0.0.1", "localhost", "::1"):
        says = "phones cannot reach this machine by that name; say --address http://HOST/provision/"
        session.screen.note(f"Warning: {says}", style="yellow")
    advices = lines.advise(url, [_find_vendor(name) for name in vendors])
    for says in lines.too_long(advices):
        session.screen.note(f"Warning: {says}", style="yellow")
    told = lines.write(server, advices, url)
    if session.as_json:
        listed = [
            {
                "vendor": advice.vendor,
                "option_60": list(advice.classes),
                "options": [
                    {"option": each.number, "part": each.part, "value": each.value}
                    for each in advice.options
                ],
            }
            for advice in advices
        ]
        session.screen.json({"url": url, "server": server, "lines": told, "vendors": listed})
        return
    for line in told:
        session.screen.line(line)


def _find_url(session: Session, site: str | None, address: str | None) -> str:
    """The folder that phones are to ask, with the slash at its end."""
    if site and address:
        raise UsageError("--site and --address exclude each other")
    if address:
        if not _ADDRESS.fullmatch(address):
            raise UsageError(f'"{address}" is not an address, such as https://host/provision/')
        return address if address.endswith("/") else f"{address}/"
    if site:
        found = session.client.get(f"/api/sites/{segment(site)}")
        if "key_url" not in found:
            raise CliError(
                f"the token may not see the key of {site}",
                "Use one that may reveal, or say --address.",
            )
        return str(found["key_url"])
    return f"{session.target.url}/provision/"


def _find_vendor(name: str) -> str:
    catalog = Catalog()
    pack = catalog.pack(name)
    if pack is None:
        raise UsageError(f'"{name}" is not a vendor; there are: {", ".join(catalog.vendors)}')
    return pack.vendor
