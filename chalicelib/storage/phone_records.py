"""Which records does the request of a phone touch, and what config.yml brings in?"""

from __future__ import annotations

from chalicelib.storage.contacts import ContactRecords
from chalicelib.storage.declared import DeclaredRecords
from chalicelib.storage.devices import DeviceRecords
from chalicelib.storage.extensions import ExtensionRecords
from chalicelib.storage.misses import MissRecords
from chalicelib.storage.notes import NoteRecords
from chalicelib.storage.outbox import OutboxRecords
from chalicelib.storage.shared import SharedRecords
from chalicelib.storage.sightings import SightingRecords
from chalicelib.storage.uploads import UploadRecords
from chalicelib.storage.webhooks import WebhookRecords


class PhoneRecords(
    DeviceRecords,
    ExtensionRecords,
    NoteRecords,
    UploadRecords,
    DeclaredRecords,
    SharedRecords,
    MissRecords,
    SightingRecords,
    WebhookRecords,
    OutboxRecords,
    ContactRecords,
):
    """The records that every process works with."""
