"""What has a vendor no way to express?"""

from __future__ import annotations

from chalicelib.domain.errors import Flaw
from chalicelib.domain.server import Server
from chalicelib.domain.time_forms import FORMS
from chalicelib.domain.timezone import TimeZoneError
from chalicelib.domain.vendor import Model, Pack


def find_unsupported(pack: Pack, server: Server, model: Model | None = None) -> list[Flaw]:
    """What of the server's settings the vendor, or one of its models, cannot be told."""
    flaws = []
    form, codes = pack.time_zone_facts(model)
    if form:
        try:
            FORMS[form](server.timezone, codes)
        except TimeZoneError as error:
            label = model.label if model else pack.label
            flaws.append(Flaw(where="server.timezone", says=f"{error}; needed for {label}"))
    if pack.codecs and not any(codec in pack.codecs for codec in server.codecs):
        says = f"holds no codec of {pack.label}, which has {', '.join(pack.codecs)}"
        flaws.append(Flaw(where="server.codecs", says=says))
    return flaws
