"""Which routes has the API?"""

from chalicelib.routes.access import access
from chalicelib.routes.audit import audit
from chalicelib.routes.bulk import bulk
from chalicelib.routes.contacts import contacts
from chalicelib.routes.devices import devices
from chalicelib.routes.discovered import discovered
from chalicelib.routes.explaining import explaining
from chalicelib.routes.extensions import extensions
from chalicelib.routes.firmware import firmware
from chalicelib.routes.layouts import layouts
from chalicelib.routes.openapi import openapi
from chalicelib.routes.resyncs import resyncs
from chalicelib.routes.rollouts import rollouts
from chalicelib.routes.service import service
from chalicelib.routes.shared import shared
from chalicelib.routes.sites import sites
from chalicelib.routes.standing import standing
from chalicelib.routes.tokens import tokens
from chalicelib.routes.webhooks import webhooks

API = (
    devices,
    standing,
    discovered,
    resyncs,
    bulk,
    extensions,
    contacts,
    access,
    sites,
    shared,
    layouts,
    explaining,
    tokens,
    webhooks,
    audit,
    firmware,
    rollouts,
    service,
    openapi,
)
