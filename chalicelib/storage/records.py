"""Where devices and extensions are kept, so that they always fit each other.

A device's extension exists; each device holds a current copy of it; an extension knows the devices
that hold one. Two writers cannot break this: every change is one transaction whose conditions name
all that it relied on. A collision over something that the caller did not ask about is tried again.
"""

from __future__ import annotations

from chalicelib.storage.audit import AuditRecords
from chalicelib.storage.firmware import FirmwareRecords
from chalicelib.storage.naming import NamingRecords
from chalicelib.storage.phone_records import PhoneRecords
from chalicelib.storage.resyncs import ResyncRecords
from chalicelib.storage.search import SearchRecords
from chalicelib.storage.sites import SiteRecords
from chalicelib.storage.texts import TextRecords
from chalicelib.storage.tokens import TokenRecords


class Records(
    PhoneRecords,
    NamingRecords,
    SearchRecords,
    SiteRecords,
    ResyncRecords,
    TextRecords,
    TokenRecords,
    AuditRecords,
    FirmwareRecords,
):
    """All records of one installation."""
