"""What do changes of devices and extensions tell the audit trail, and what open?"""

from __future__ import annotations

from chalicelib.domain.access.state import AccessState
from chalicelib.settings import DeclaredExtension
from tests.fleet.writer import FIRST, Writer

OPENED = {"vendor": "zip", "model": "33g", "keys": [], "settings": {}, "site": "default"}


def access_of(writer: Writer) -> AccessState:
    found = writer.records.access(FIRST)
    assert found is not None
    return found.value


def test_registered_device_is_told_and_armed(writer: Writer) -> None:
    writer.trail.changes.clear()

    writer.register()

    told = {**OPENED, "lines": [{"extension_number": "1001"}], "origin": "api"}
    assert writer.trail.changes == [("device", "001565123401", None, told)]
    assert (access_of(writer).awaited, access_of(writer).armed_left) == (True, 12)


def test_changed_device_is_told_as_it_was_and_is(writer: Writer) -> None:
    writer.register()
    before = access_of(writer)
    writer.trail.changes.clear()

    writer.devices.change(FIRST, {"model": "37g"})

    [(kind, name, old, new)] = writer.trail.changes
    assert (kind, name) == ("device", "001565123401")
    assert old is not None
    assert new is not None
    assert (old["model"], new["model"]) == ("33g", "37g")
    assert access_of(writer) == before


def test_device_that_comes_back_has_another_url(writer: Writer) -> None:
    writer.register()
    before = access_of(writer).generation
    writer.devices.remove(FIRST)

    writer.register()

    assert access_of(writer).oldest > before


def test_removed_device_and_extension_are_told(writer: Writer) -> None:
    writer.register()
    writer.trail.changes.clear()

    writer.devices.remove(FIRST)
    writer.extensions.remove("1001")

    told = [(kind, name, new) for kind, name, _, new in writer.trail.changes]
    assert told == [("device", "001565123401", None), ("extension", "1001", None)]
    assert writer.records.access(FIRST) is None


def test_password_is_told_as_changed_or_the_same(writer: Writer) -> None:
    writer.trail.changes.clear()

    writer.extensions.change("1001", password="another secret")
    writer.extensions.change("1001", name="Lobby")

    told = [new for _, _, _, new in writer.trail.changes]
    assert told == [
        {"name": "1001", "origin": "api", "password": "changed"},
        {"name": "Lobby", "origin": "api", "password": "the same"},
    ]


def test_trail_holds_no_secret(writer: Writer) -> None:
    own = {"user": "trunk", "password": "secret of line"}
    writer.register()
    patch = {"lines": [own], "settings": {"web": {"admin_password": "secret of web"}}}

    writer.devices.change(FIRST, patch)
    writer.extensions.put(number="1009", name=None, password=None, generate=True)
    writer.extensions.change("1001", password="another secret")
    revealed = writer.extensions.reveal("1001")

    told = repr(writer.trail.changes)
    assert revealed == "another secret"
    assert "secret" not in told
    assert ("password of extension", "1001", None, {"revealed": True}) in writer.trail.changes


def test_config_file_is_told_as_the_author_of_what_it_brings_and_takes(writer: Writer) -> None:
    desk = DeclaredExtension(number="1501", name="Desk", password="a secret of the file")
    writer.trail.changes.clear()

    writer.declare(digest="one", extensions=[desk]).load()
    writer.declare(digest="two").load()

    assert writer.trail.changes == [
        ("extension", "1501", None, {"name": "Desk", "origin": "config.yml"}),
        ("extension", "1501", {"name": "Desk", "origin": "config.yml"}, None),
    ]
    assert writer.trail.authors == [("config.yml", "", "")] * 2
