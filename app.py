"""The Chalice application: creates it and registers the blueprints; nothing else."""

from collections.abc import Iterable

from chalice import Blueprint, Chalice

from chalicelib import wiring
from chalicelib.routes.edge import edge
from chalicelib.routes.later import register_later
from chalicelib.routes.local import tell_addresses
from chalicelib.routes.outbox import outbox
from chalicelib.routes.phones import phones


def load_api() -> Iterable[Blueprint]:
    from chalicelib.routes.api import API

    return API


wiring.check_at_command_line()
tell_addresses()

app = Chalice(app_name="offhook")
for blueprint in (edge, phones, outbox):
    app.register_blueprint(blueprint)
register_later(app, load_api)
