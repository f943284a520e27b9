"""The Chalice application: creates it and registers the blueprints; nothing else."""

from chalice import Chalice

from chalicelib import wiring
from chalicelib.routes.access import access
from chalicelib.routes.audit import audit
from chalicelib.routes.bulk import bulk
from chalicelib.routes.contacts import contacts
from chalicelib.routes.devices import devices
from chalicelib.routes.discovered import discovered
from chalicelib.routes.edge import edge
from chalicelib.routes.explaining import explaining
from chalicelib.routes.extensions import extensions
from chalicelib.routes.firmware import firmware
from chalicelib.routes.layouts import layouts
from chalicelib.routes.local import tell_addresses
from chalicelib.routes.openapi import openapi
from chalicelib.routes.outbox import outbox
from chalicelib.routes.phones import phones
from chalicelib.routes.resyncs import resyncs
from chalicelib.routes.rollouts import rollouts
from chalicelib.routes.service import service
from chalicelib.routes.shared import shared
from chalicelib.routes.sites import sites
from chalicelib.routes.standing import standing
from chalicelib.routes.tokens import tokens
from chalicelib.routes.webhooks import webhooks

wiring.check_at_command_line()
tell_addresses()

app = Chalice(app_name="offhook")
for blueprint in (
    edge,
    phones,
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
    outbox,
    audit,
    firmware,
    rollouts,
    service,
    openapi,
):
    app.register_blueprint(blueprint)
