"""Where devices and extensions are kept, so that they always fit each other.

A device's extension exists; each device holds a current copy of it; an extension knows the devices
that hold one. Two writers cannot break this: every change is one transaction whose conditions name
all that it relied on. A collision over something that the caller did not ask about is tried again.
"""

from __future__ import annotations

from chalicelib.storage.audit import AuditRecords
from chalicelib.storage.contacts import ContactRecords
from chalicelib.storage.declared import DeclaredRecords
from chalicelib.storage.devices import DeviceRecords
from chalicelib.storage.extensions import ExtensionRecords
from chalicelib.storage.firmware import FirmwareRecords
from chalicelib.storage.misses import MissRecords
from chalicelib.storage.naming import NamingRecords
from chalicelib.storage.notes import NoteRecords
from chalicelib.storage.outbox import OutboxRecords
from chalicelib.storage.resyncs import ResyncRecords
from chalicelib.storage.search import SearchRecords
from chalicelib.storage.shared import SharedRecords
from chalicelib.storage.sightings import SightingRecords
from chalicelib.storage.sites import SiteRecords
from chalicelib.storage.tokens import TokenRecords
from chalicelib.storage.uploads import UploadRecords
from chalicelib.storage.webhooks import WebhookRecords


class Records(
    DeviceRecords,
    ExtensionRecords,
    NoteRecords,
    NamingRecords,
    SearchRecords,
    UploadRecords,
    DeclaredRecords,
    SiteRecords,
    SharedRecords,
    MissRecords,
    SightingRecords,
    ResyncRecords,
    WebhookRecords,
    OutboxRecords,
    TokenRecords,
    AuditRecords,
    ContactRecords,
    FirmwareRecords,
):
    """All records of one installation."""
