"""How does a phone get the file of its firmware?"""

from __future__ import annotations

import itertools

import boto3
import pytest
import requests

from tests.routes.installation import DEVICES, Installation, one_store
from tests.routes.rom import NEW, PHONE, ROM, SHA, announce, make_ready, register, told
from tests.routes.test_phone_access import own_folder

_numbers = itertools.count(1)


def test_phone_fetches_its_firmware(bare: Installation) -> None:
    make_ready(bare)
    register(bare)
    path = f"/provision/firmware/{PHONE}/T54W-96.86.0.75.rom"

    answer = bare.get(path)

    assert answer.status_code == 200
    assert answer.body == ROM
    assert answer.headers["Content-Type"] == "application/octet-stream"
    assert answer.headers["ETag"] == f'"{SHA[:32]}"'
    assert bare.get(path, if_none_match=f'"{SHA[:32]}"').status_code == 304
    head = bare.send("HEAD", path)
    assert (head.status_code, head.body) == (200, b"")
    assert bare.last_request["outcome"] == "served"
    assert bare.last_request["mac"] == PHONE


def test_phone_fetches_its_firmware_by_its_own_url(bare: Installation) -> None:
    bare.configure("server: {sip_host: pbx.example.com}\naccess: {policy: [token]}\n")
    make_ready(bare)
    register(bare)
    folder = own_folder(bare, PHONE)

    assert bare.get(f"{folder}firmware/T54W-96.86.0.75.rom").body == ROM
    assert bare.get(f"{folder}firmware/t54w-96.86.0.75.ROM").body == ROM
    assert bare.get(f"/provision/firmware/{PHONE}/T54W-96.86.0.75.rom").status_code == 404
    assert bare.get("/p/nonsense/firmware/T54W-96.86.0.75.rom").status_code == 404
    assert folder.split("/")[2] not in bare.log_text


@one_store
@pytest.mark.parametrize(
    ("path", "outcome"),
    [
        (f"/provision/firmware/{PHONE}/other.rom", "absent"),
        ("/provision/firmware/805ec0ffffff/T54W-96.86.0.75.rom", "unknown_device"),
        ("/provision/firmware/T54W-96.86.0.75.rom", "unknown_file"),
        (f"/provision/firmware/{PHONE}/..%2F..%2Foffhook.sqlite3", "absent"),
    ],
)
def test_firmware_that_is_not_there(bare: Installation, path: str, outcome: str) -> None:
    make_ready(bare)
    register(bare)

    answer = bare.get(path)

    assert (answer.status_code, answer.body) == (404, b"")
    assert bare.last_request["outcome"] == outcome


def test_setting_becomes_the_address_of_the_file(bare: Installation) -> None:
    make_ready(bare)
    register(bare, settings={"firmware": "96.86.0.75"})

    address = told(bare)

    assert address == f"http://192.168.1.14:8080/provision/firmware/{PHONE}/T54W-96.86.0.75.rom"
    assert bare.get(address.removeprefix("http://192.168.1.14:8080")).body == ROM


def test_address_is_below_the_own_url(bare: Installation) -> None:
    bare.configure("server: {sip_host: pbx.example.com}\naccess: {policy: [token]}\n")
    make_ready(bare)
    register(bare, settings={"firmware": "96.86.0.75"})
    folder = own_folder(bare, PHONE)

    text = bare.get(f"{folder}{PHONE}.cfg").body.decode()

    address = f"http://192.168.1.14:8080{folder}firmware/T54W-96.86.0.75.rom"
    assert f"static.firmware.url = {address}\n" in text


@one_store
def test_version_that_the_catalogue_has_not_is_told_when_the_device_is_registered(
    bare: Installation,
) -> None:
    bare.create_extension("1001")
    body = {
        "extension_number": "1001",
        "vendor": "yealink",
        "model": "t54w",
        "settings": {"firmware": "1.2.3"},
    }

    answer = bare.send("PUT", f"{DEVICES}/{PHONE}", body)

    assert answer.json_body["warnings"] == [
        "settings.firmware: the catalogue has no file of 1.2.3 for yealink t54w yet"
    ]
    assert told(bare) is None


@one_store
def test_phone_of_another_model_does_not_get_the_file(bare: Installation) -> None:
    make_ready(bare)
    register(bare, model="t46s")

    assert bare.get(f"/provision/firmware/{PHONE}/T54W-96.86.0.75.rom").status_code == 404


@pytest.fixture
def over_s3(bare: Installation, monkeypatch: pytest.MonkeyPatch) -> Installation:
    """An installation whose files lie in a bucket."""
    name = f"offhook-test-assets-{next(_numbers)}"
    boto3.client("s3").create_bucket(
        Bucket=name, CreateBucketConfiguration={"LocationConstraint": "eu-west-1"}
    )
    monkeypatch.setenv("OFFHOOK_ASSETS", name)
    monkeypatch.setenv("AWS_REGION", "eu-west-1")
    bare.restart()
    return bare


def make_ready_in_s3(site: Installation, **more: object) -> None:
    answer = announce(site, **more)
    upload = answer.json_body["upload"]
    assert requests.put(upload["url"], ROM, headers=upload["headers"], timeout=5).ok
    version = more.get("version", NEW["version"])
    vendor = str(more.get("vendor", NEW["vendor"])).lower()
    assert site.send("POST", f"/api/firmware/{vendor}/{version}/confirm").status_code == 200


@pytest.mark.parametrize("store", ["dynamodb"], indirect=True)
def test_phones_that_follow_are_sent_to_the_bucket(over_s3: Installation) -> None:
    rule = {"vendor": "cisco", "version": "11-3-1", "models": ["8841"], "file_name": "sip8.loads"}
    make_ready_in_s3(over_s3, **rule)
    register(over_s3, vendor="cisco", model="8841")

    answer = over_s3.get(f"/provision/firmware/{PHONE}/sip8.loads")

    assert answer.status_code == 302
    assert requests.get(answer.headers["Location"], timeout=5).content == ROM
    assert over_s3.get("/api/firmware/cisco/11-3-1").json_body["delivery"] == "redirect"
    assert "X-Amz-Signature" not in over_s3.log_text


@pytest.mark.parametrize("store", ["dynamodb"], indirect=True)
def test_other_phones_get_it_through_the_relay_alone(over_s3: Installation) -> None:
    announced = announce(over_s3)
    make_ready_in_s3(over_s3)
    register(over_s3)
    path = f"/provision/firmware/{PHONE}/T54W-96.86.0.75.rom"

    answer = over_s3.get(path)

    assert announced.json_body["firmware"]["delivery"] == "relay"
    [warning] = announced.json_body["warnings"]
    assert warning == (
        "phones of this vendor are not known to follow redirects: they get the file through the "
        "relay only, or from an address of your own (firmware_url)"
    )
    assert answer.status_code == 404
    assert b"let them ask through the relay" in answer.body
    assert over_s3.last_request["outcome"] == "needs_relay"
    relayed = over_s3.get(path, offhook_relay="1")
    assert relayed.status_code == 302
    assert requests.get(relayed.headers["Location"], timeout=5).content == ROM


@pytest.mark.parametrize("store", ["dynamodb"], indirect=True)
def test_relay_of_a_stranger_gets_nothing(over_s3: Installation) -> None:
    over_s3.configure("server: {sip_host: pbx.example.com}\naccess: {policy: [token]}\n")
    make_ready_in_s3(over_s3)
    register(over_s3)

    answer = over_s3.get(f"/provision/firmware/{PHONE}/T54W-96.86.0.75.rom", offhook_relay="1")

    assert answer.status_code == 404
    assert "Location" not in answer.headers
