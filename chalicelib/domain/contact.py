"""What is a contact: a name with numbers, shared by the phonebooks of a site?"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from chalicelib.domain.access.site import SITE
from chalicelib.domain.extension import DEFAULT_SITE
from chalicelib.domain.input import EXTENSION_NAME
from chalicelib.domain.profile import NUMBER
from chalicelib.domain.shape import Field, ListOf, Record


@dataclass(frozen=True, kw_only=True, slots=True)
class Contact:
    """A contact. Times are in UTC."""

    id: str
    name: str
    numbers: tuple[str, ...]
    site: str = DEFAULT_SITE
    created_at: datetime
    updated_at: datetime


CONTACT = Record(
    {
        "name": Field(EXTENSION_NAME, required=True),
        "numbers": Field(ListOf(NUMBER, min=1, max=5), required=True),
        "site": Field(SITE, doc="the site whose phones show it"),
    }
)
