"""What has a vendor no way to express?"""

from __future__ import annotations

from chalicelib.domain.errors import Flaw
from chalicelib.domain.server import Server
from chalicelib.domain.time_forms import FORMS
from chalicelib.domain.timezone import TimeZoneError
from chalicelib.domain.vendor import Pack


def find_unsupported(pack: Pack, server: Server) -> list[Flaw]:
    """What of the server's settings the vendor cannot be told."""
    flaws = []
    if pack.time_zone_form:
        try:
            FORMS[pack.time_zone_form](server.timezone, pack.time_zones)
        except TimeZoneError as error:
            flaws.append(Flaw(where="server.timezone", says=f"{error}; needed for {pack.label}"))
    if pack.codecs and not any(codec in pack.codecs for codec in server.codecs):
        says = f"holds no codec of {pack.label}, which has {', '.join(pack.codecs)}"
        flaws.append(Flaw(where="server.codecs", says=says))
    return flaws
