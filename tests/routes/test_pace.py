"""How often does a phone look for new files, as the fleet grows?"""

from __future__ import annotations

import re

import pytest

from chalicelib import wiring
from chalicelib.routes.outbox import deliver
from tests.lambda_runtime.event import SCHEDULED
from tests.routes.installation import DEVICES, Installation, one_store
from tests.routes.rom import PHONE, register
from tools.deliver import deliver as deliver_here


@one_store
def test_fleet_that_grows_looks_at_another_pace(bare: Installation) -> None:
    bare.configure("server: {sip_host: pbx.example.com}\nfleet: {fetches_per_second: 1}\n")
    macs = [f"805ec00000{number:02x}" for number in range(80)]
    for number, mac in enumerate(macs):
        bare.create_extension(f"2{number:03d}")
        body = {"extension_number": f"2{number:03d}", "vendor": "yealink", "model": "t54w"}
        assert bare.send("PUT", f"{DEVICES}/{mac}", body).status_code == 201
    first = [bare.get(f"/provision/{mac}.cfg").body for mac in macs]

    bare.restart()
    register(bare)

    then = [bare.get(f"/provision/{mac}.cfg").body for mac in macs]
    assert wiring.offhook().pacing.tell({"yealink": 81}).level == 1
    # Sixteen slots in place of four: who stood in a slot of both stays there.
    assert 0 < sum(one == other for one, other in zip(first, then, strict=True)) < 40


@one_store
def test_phone_looks_at_the_pace_of_the_fleet(bare: Installation) -> None:
    register(bare)
    text = bare.get(f"/provision/{PHONE}.cfg").body.decode()
    bare.send("PATCH", f"{DEVICES}/{PHONE}", {"settings": {"resync": {"interval": 30}}})
    chosen = bare.get(f"/provision/{PHONE}.cfg").body.decode()

    found = re.search(r"^static\.auto_provision\.repeat\.minutes = (\d+)$", text, re.MULTILINE)
    assert found is not None
    assert 1440 <= int(found[1]) < 1444
    assert "static.auto_provision.repeat.minutes = 30\n" in chosen


def bring_in(site: Installation, numbers: range) -> None:
    rows = (f"805ec00000{number:02x},2{number:03d},Desk,yealink,t54w" for number in numbers)
    text = "\n".join(["mac,extension,name,vendor,model", *rows])
    path = "/api/provisioning/import?generate=1"
    answer = site.send("POST", path, text.encode(), headers={"Content-Type": "text/csv"})
    assert answer.json_body["counts"]["created"] == len(numbers)


def level() -> int:
    """As the next process will find it."""
    pace = wiring.offhook().records.pace()
    return pace.value.level if pace else 0


@one_store
def test_pace_is_that_of_the_fleet_after_an_import(bare: Installation) -> None:
    bare.configure("server: {sip_host: pbx.example.com}\nfleet: {fetches_per_second: 1}\n")

    bring_in(bare, range(10))
    before = level()
    bring_in(bare, range(10, 90))

    assert (before, level()) == (0, 1)


@one_store
@pytest.mark.parametrize("act", ["summary", "courier", "local courier", "summary of a site"])
def test_pace_follows_the_fleet_without_a_change(bare: Installation, act: str) -> None:
    bare.configure("server: {sip_host: pbx.example.com}\n")
    bring_in(bare, range(90))
    # As if the fleet had grown while nobody counted.
    bare.configure("server: {sip_host: pbx.example.com}\nfleet: {fetches_per_second: 1}\n")
    bare.restart()
    before = level()

    if act == "summary":
        assert bare.get("/api/provisioning/summary").json_body["pace"]["level"] == 1
    elif act == "summary of a site":
        assert bare.get("/api/provisioning/summary?site=default").json_body["pace"] is None
    elif act == "courier":
        deliver(SCHEDULED, None)
    else:
        deliver_here()

    assert (before, level()) == (0, 0 if act == "summary of a site" else 1)
