"""How often does a phone look for new files, as the fleet grows?"""

from __future__ import annotations

import re

from chalicelib import wiring
from tests.routes.installation import DEVICES, Installation, one_store
from tests.routes.rom import PHONE, register


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
