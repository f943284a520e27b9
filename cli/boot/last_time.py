"""What did this phone send as User-Agent when it fetched last, as its server tells?"""

from __future__ import annotations

from dataclasses import replace

from chalicelib.catalog import Catalog
from cli.boot.phone import Phone
from cli.client import Client
from cli.outcome import CliError


def as_last_time(phone: Phone, client: Client) -> Phone:
    """The phone with the firmware that it told last; as it was where it told none, or not its own.

    Its file may depend on it: on a rollout, or on what an older generation can be told.
    """
    if phone.sends is not None:
        return phone
    catalog = Catalog()
    try:
        fetches = client.get(f"/api/provisioning/devices/{phone.mac}/fetches")
    except CliError:
        return phone
    for fetch in fetches if isinstance(fetches, list) else ():
        sent = str(fetch.get("user_agent", ""))
        seen = catalog.identify(sent)
        if (seen.vendor, seen.model) == (phone.pack.vendor, phone.model.name):
            return replace(phone, sends=sent)
    return phone
