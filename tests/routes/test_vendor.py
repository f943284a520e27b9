"""What does the API tell of a vendor, and what does it guess of a device?"""

from __future__ import annotations

import re

import pytest
from chalice.test import HTTPResponse

from chalicelib.catalog import Catalog
from tests.routes.installation import DEVICES, Installation, one_store

pytestmark = one_store

VENDORS = "/api/provisioning/vendors"


@pytest.mark.parametrize("name", ["zip", "ZIP", "zultys", "%20Zultys"])
def test_vendor_tells_what_is_supported_and_by_what_proof(site: Installation, name: str) -> None:
    answer = site.get(f"{VENDORS}/{name}")

    assert answer.status_code == 200
    body = answer.json_body
    assert (body["vendor"], body["label"], body["aliases"]) == ("zip", "Zultys ZIP", ["zultys"])
    assert body["models"]["33g"]["label"] == "ZIP 33G"
    assert {"lines", "keys", "modules", "aliases"} <= set(body["models"]["33g"])
    assert body["files"][0] == {
        "name": "zip33g_common.cfg",
        "kind": "common",
        "at_boot": True,
        "answer": "the same file for all",
        "models": ["33g"],
    }
    assert [(file["name"], file["at_boot"]) for file in body["files"][1:]] == [
        ("zip37g_common.cfg", True),
        ("{mac}.cfg", True),
        ("cfg{mac}.cfg", False),
    ]
    assert body["models"]["37g"]["user_agent"] == "Zultys ZIP 37G - 27.71.132.29"
    assert body["boot"]["tries"] == {
        "value": 6,
        "confidence": "A",
        "source": "boot log of a ZIP 37G: an address that fails is asked for six times",
    }
    assert body["evidence"]["models"]["confidence"] == "A"
    assert body["evidence"]["models"]["source"]
    assert body["mac_prefixes"] == ["00:0b:ea"]
    assert body["format"] == "key_value"
    assert body["time_zone_form"] == "month_week_day_hour"


@pytest.mark.parametrize(
    ("vendor", "told", "beyond"),
    [
        ("zip", ["Europe/Berlin", "Asia/Kolkata"], ["Pacific/Chatham", "America/Havana"]),
        ("gigaset", ["Europe/Vienna"], ["America/Phoenix", "America/Havana"]),
        ("sangoma", ["Pacific/Chatham"], ["America/Havana"]),
    ],
)
def test_vendor_tells_which_time_zones_it_cannot_be_told(
    site: Installation, vendor: str, told: list[str], beyond: list[str]
) -> None:
    listed = site.get(f"{VENDORS}/{vendor}").json_body["time_zones_beyond"]

    assert set(beyond) <= set(listed)
    assert set(told).isdisjoint(listed)


def test_model_with_a_clock_of_its_own_tells_what_it_cannot_be_told(site: Installation) -> None:
    models = site.get(f"{VENDORS}/gigaset").json_body["models"]

    assert models["maxwell 3"]["time_zone_form"] == "olson_listed"
    assert "America/New_York" in models["maxwell 3"]["time_zones_beyond"]
    assert "Europe/Vienna" not in models["maxwell 3"]["time_zones_beyond"]
    assert "time_zone_form" not in models["n870"]


def test_vendor_that_is_told_no_time_zone_says_so(site: Installation) -> None:
    assert site.get(f"{VENDORS}/linphone").json_body["time_zones_beyond"] is None


def test_vendor_tells_what_stands_in_client_certificates(site: Installation) -> None:
    certificate = site.get(f"{VENDORS}/cisco").json_body["certificate"]

    assert {name: fact["value"] for name, fact in certificate.items()} == {
        "field": "ST",
        "generic": ["ciscogeneric"],
    }


@pytest.mark.parametrize("vendor", Catalog().vendors)
def test_every_vendor_tells_the_same_things(site: Installation, vendor: str) -> None:
    answer = site.get(f"{VENDORS}/{vendor}")

    assert answer.status_code == 200
    assert set(answer.json_body) == {
        "vendor",
        "label",
        "aliases",
        "models",
        "recognised_models",
        "files",
        "format",
        "time_zone_form",
        "time_zones_beyond",
        "codecs",
        "generations",
        "resync_event",
        "redirect_service",
        "mac_prefixes",
        "user_agents",
        "option_60",
        "address",
        "boot",
        "certificate",
        "version_field",
        "resync",
        "notes",
        "evidence",
    }


@pytest.mark.parametrize(("path", "shown"), [("acme", '"acme"'), ("%0A", '"\\\\n"')])
def test_unknown_vendor(site: Installation, path: str, shown: str) -> None:
    answer = site.get(f"{VENDORS}/{path}")

    assert answer.status_code == 404
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert (
        answer.json_body["error"] == f"there is no vendor {shown.encode().decode('unicode_escape')}"
    )


def test_vendor_of_custom_templates_alone(site: Installation) -> None:
    templates = site.folder / "custom_templates"
    templates.mkdir()
    (templates / "acme_x1.template").write_text("label = {{EXTENSION_NAME}}\n", "utf-8")
    site.configure("provisioning: {custom_templates_dir: custom_templates}\n")

    body = site.get(f"{VENDORS}/acme").json_body

    assert list(body["models"]) == ["x1"]
    assert body["evidence"] == {}


def register(site: Installation, mac: str, **more: str) -> HTTPResponse:
    return site.send("POST", DEVICES, {"mac_address": mac, "extension_number": "1001", **more})


def mistakes(answer: HTTPResponse) -> list[tuple[str, str]]:
    assert answer.status_code == 400
    return [(mistake["field"], mistake["message"]) for mistake in answer.json_body["errors"]]


def test_vendor_is_guessed_by_the_mac_prefix(site: Installation) -> None:
    answer = register(site, "00:0b:ea:12:34:56", model="33g")

    assert answer.status_code == 201
    body = answer.json_body
    assert (body["device"]["vendor"], body["device"]["model"]) == ("zip", "33g")
    assert body["guessed"] == {"vendor": "zip", "because": "MAC prefix 000bea: zip"}


def test_model_of_several_is_not_guessed(site: Installation) -> None:
    answer = register(site, "00:0b:ea:12:34:56")

    assert mistakes(answer) == [("model", "is required; zip has 33g, 37g")]


def test_models_too_many_to_read_are_named_by_their_place(site: Installation) -> None:
    answer = register(site, "02:00:00:12:34:56", vendor="yealink")

    [(field, message)] = mistakes(answer)
    assert field == "model"
    assert re.fullmatch(
        r"is required; yealink has \d+, which /api/provisioning/vendors/yealink lists", message
    )


def test_vendor_that_is_only_recognised_has_no_model(site: Installation) -> None:
    answer = register(site, "02:00:00:12:34:56", vendor="patton")

    assert mistakes(answer) == [
        (
            "model",
            "patton is only recognised: it has no model, unless a template adds one",
        )
    ]


def test_model_of_a_vendor_with_only_one_is_guessed(site: Installation) -> None:
    templates = site.folder / "custom_templates"
    templates.mkdir()
    (templates / "acme_x1.template").write_text("label = {{EXTENSION_NAME}}\n", "utf-8")
    site.configure("provisioning: {custom_templates_dir: custom_templates}\n")

    answer = register(site, "02:00:00:12:34:56", vendor="acme")

    assert answer.status_code == 201
    assert answer.json_body["device"]["model"] == "x1"
    assert answer.json_body["guessed"] == {"model": "x1", "because": "acme has one model"}


def test_nothing_is_guessed_of_what_was_said(site: Installation) -> None:
    answer = register(site, "00:0b:ea:12:34:56", vendor="yealink", model="t46s")

    assert answer.json_body["device"]["vendor"] == "yealink"
    assert "guessed" not in answer.json_body


def test_unknown_prefix_is_told(site: Installation) -> None:
    answer = register(site, "02:00:00:12:34:56", model="33g")

    assert mistakes(answer) == [
        ("vendor", "is required; the MAC address is of no vendor that is known")
    ]


def test_unknown_vendor_without_a_model_is_told(site: Installation) -> None:
    answer = register(site, "02:00:00:12:34:56", vendor="acme")

    [(field, message)] = mistakes(answer)
    assert (field, message[:35]) == ("vendor", '"acme" is not a supported vendor; s')


def test_patch_guesses_nothing(site: Installation) -> None:
    register(site, "00:0b:ea:12:34:56", model="33g")

    answer = site.send("PATCH", f"{DEVICES}/000bea123456", {"extension_number": "1002"})

    assert "guessed" not in answer.json_body
