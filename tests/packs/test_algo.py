"""Is what Algo speakers and door stations get what their guides and production files say?"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from chalicelib.domain.vendor import FileKind
from tests.packs.sample import CATALOG, COMMON_FILES, DEVICES, render_common, render_for

PACK = CATALOG.packs["algo"]


def minimal(model: str = "8180", **changes: Any) -> dict[str, str]:  # noqa: ANN401 - JSON
    """The parameters for the minimal device with these lines, keys or settings."""
    dossier, server = DEVICES["minimal"]
    dossier = replace(dossier, device=replace(dossier.device, **changes))
    text = render_for(PACK, PACK.models[model], dossier, server)
    return {parameter.name: parameter.value for parameter in PACK.format.read(text)}


def test_device_has_its_file_under_both_names() -> None:
    own = [rule.shape for rule in PACK.files if rule.kind is FileKind.DEVICE]

    assert own == ["algom{mac}.conf", "algo{mac}.conf"]


@pytest.mark.parametrize("model", PACK.models)
def test_file_of_a_model_is_there_for_each(model: str) -> None:
    rules = [rule for pack, rule in COMMON_FILES if pack is PACK and rule.models == (model,)]

    assert [rule.shape for rule in rules] == [f"algop{model}.conf"]
    assert f"every Algo {model};" in render_common(PACK, rules[0], "maximal")


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ({"backup_server": "b.example.com"}, {"sip.bkproxy1": "b.example.com"}),
        (
            {"backup_server": "b.example.com", "backup_port": 5080},
            {"sip.bkproxy1": "b.example.com:5080"},
        ),
        ({"outbound_proxy": "o.example.com"}, {"sip.obproxy": "o.example.com"}),
        ({"outbound_proxy_port": 5070}, {}),
        ({"transport": "tls"}, {"sip.transp": "tls"}),
        ({"expires": 600}, {"sip.regexp": "600"}),
        ({"auth_user": "x"}, {"sip.u1.auth": "x"}),
    ],
)
def test_line_is_the_page_extension(line: dict[str, Any], told: dict[str, str]) -> None:
    usual = {
        "sip.proxy": "192.0.2.1:5060",
        "sip.transp": "auto",
        "sip.register.use": "1",
        "sip.page.use": "1",
        "prov.use": "1",
        "prov.server.method": "static",
        "prov.server.static": "phones.example.com",
        "prov.download.method": "https",
        "prov.download.cfgpath": "p/TOKEN",
        "sip.u1.user": "1",
        "sip.u1.auth": "1",
        "sip.u1.pwd": "p",
        "sip.u1.dname": "1",
        "audio.codec.g722": "0",
        "admin.timezone": "UTC",
    }

    assert minimal(lines=({"extension_number": "1", **line},)) == usual | told


@pytest.mark.parametrize(("model", "dialled"), [("8201", "2000"), ("8028", "2000"), ("8180", None)])
def test_button_of_a_door_station_dials_its_first_key(model: str, dialled: str | None) -> None:
    keys = (
        {"position": 1, "module": 0, "type": "speed_dial", "value": "2000", "line": 1},
        {"position": 2, "module": 0, "type": "speed_dial", "value": "3000", "line": 1},
    )

    assert minimal(model, keys=keys).get("dp.dest") == dialled


@pytest.mark.parametrize(("codecs", "switch"), [(["PCMA"], "0"), (["G722", "PCMU"], "1")])
def test_wideband_has_a_switch(codecs: list[str], switch: str) -> None:
    assert minimal(settings={"codecs": codecs})["audio.codec.g722"] == switch


def test_vlan_is_switched_on_beside_its_number() -> None:
    told = minimal(settings={"vlan": {"phone": 7}})

    assert (told["net.vlan.use"], told["net.vlan.id"]) == ("1", "7")
    assert "net.vlan.priority" not in told
