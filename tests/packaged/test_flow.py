"""Does the packaged function serve the product document's whole flow, as phones and people see it?

The zip runs in the real Lambda runtime client, behind a look-alike of API Gateway, over moto.
"""

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urljoin, urlsplit

import pytest
import requests

from chalicelib.storage.dynamodb import DynamoTable
from tests.lambda_runtime.deployment import Deployment

ZIP_33G = {"User-Agent": "Zultys ZIP 33G - 47.80.132.4"}


@pytest.fixture(scope="module")
def url(deployed: Deployment, dynamodb_url: str) -> Iterator[str]:
    """Where the deployment answers, its table made and its first device registered."""
    table = DynamoTable("offhook-dev", endpoint_url=dynamodb_url, region="eu-west-1", now=lambda: 0)
    table.create()
    registered = requests.post(
        f"{deployed.url}/api/provisioning/devices",
        json={
            "mac_address": "00:15:65:12:34:56",
            "extension_number": "1001",
            "vendor": "zip",
            "model": "33g",
        },
    )
    assert registered.status_code == 201, registered.text
    yield deployed.url
    for line in deployed.function.log().splitlines():
        assert "canary-of-" not in line


def test_device_of_config_yml_is_there(url: str) -> None:
    device = requests.get(f"{url}/api/provisioning/devices/0004f2abcdab").json()

    assert device["extension_number"] == "1003"
    assert device["origin"] == "config.yml"


def test_registered_device_shows_the_url_that_its_phone_can_fetch(url: str) -> None:
    device = requests.get(f"{url}/api/provisioning/devices/00:15:65:12:34:56").json()

    address = urlsplit(device["config_url"])
    config = requests.get(urljoin(url, address.path), headers=ZIP_33G)

    assert address.scheme == "https"
    assert str(address.hostname).endswith(".execute-api.eu-west-1.amazonaws.com")
    assert address.path == "/api/provision/001565123456.cfg"
    assert config.status_code == 200
    assert "account.1.password = canary-of-1001" in config.text.splitlines()


def test_mac_is_accepted_percent_encoded(url: str) -> None:
    answer = requests.get(f"{url}/api/provisioning/devices/00%3A15%3A65%3A12%3A34%3A56")

    assert answer.json()["mac_address"] == "001565123456"


def test_phone_gets_its_file_and_the_list_says_when(url: str) -> None:
    config = requests.get(f"{url}/provision/001565123456.cfg", headers=ZIP_33G)

    assert config.headers["Content-Type"] == "text/plain; charset=utf-8"
    assert config.text.splitlines()[0] == "#!version:1.0.0.1"
    listed = requests.get(f"{url}/api/provisioning/devices").json()
    by_mac = {device["mac_address"]: device for device in listed}
    assert by_mac["001565123456"]["last_provisioned"] is not None
    assert by_mac["0004f2abcdab"]["last_provisioned"] is None


def test_phone_that_has_the_file_gets_304(url: str) -> None:
    etag = requests.get(f"{url}/provision/001565123456.cfg").headers["ETag"]

    again = requests.get(f"{url}/provision/001565123456.cfg", headers={"If-None-Match": etag})

    assert (again.status_code, again.content) == (304, b"")


def test_two_cold_starts_render_the_same_bytes(url: str, deployed: Deployment) -> None:
    with ThreadPoolExecutor(4) as phones:
        files = phones.map(requests.get, [f"{url}/provision/001565123456.cfg"] * 12)

    assert len({file.content for file in files}) == 1
    assert deployed.function.cold_starts == 2


@pytest.mark.parametrize("file", ["zip33g_common.cfg", "zip37g_common.cfg"])
def test_common_files_are_served(url: str, file: str) -> None:
    answer = requests.get(f"{url}/provision/{file}")

    assert answer.status_code == 200
    assert answer.text.startswith("#!version:1.0.0.1\n")


def test_head_has_no_body(url: str) -> None:
    answer = requests.head(f"{url}/provision/001565123456.cfg")

    assert (answer.status_code, answer.content) == (200, b"")


def test_unknown_device_is_404_without_html(url: str) -> None:
    answer = requests.get(f"{url}/provision/001565999999.cfg")

    assert (answer.status_code, answer.text) == (404, "")
    assert answer.headers["Content-Type"] == "text/plain; charset=utf-8"


def test_placeholder_gets_advice(url: str) -> None:
    answer = requests.get(f"{url}/provision/%7Bmac%7D.cfg")

    assert answer.status_code == 404
    assert "end in /provision/" in answer.text


def test_custom_template_of_the_package_serves_its_model(url: str) -> None:
    device = {
        "mac_address": "00:15:65:00:57:00",
        "extension_number": "1005",
        "vendor": "zip",
        "model": "t57w",
    }
    requests.post(f"{url}/api/provisioning/devices", json=device)

    config = requests.get(f"{url}/provision/001565005700.cfg")

    assert "account.1.label = Workshop" in config.text.splitlines()
    assert "wifi.enable = 1" in config.text.splitlines()


def test_mistake_is_a_problem_that_names_the_field(url: str) -> None:
    answer = requests.post(f"{url}/api/provisioning/devices", json={"mac_address": "00:15:65"})

    assert answer.status_code == 400
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.json()["success"] is False
    assert "mac_address" in answer.json()["error"]


def test_log_has_one_json_line_per_fetch(url: str, deployed: Deployment) -> None:
    requests.get(f"{url}/provision/00-15-65-12-34-56.cfg?once", headers=ZIP_33G)

    lines = [line for line in deployed.function.log().splitlines() if "00-15-65-12" in line]
    assert len(lines) == 1
    line = json.loads(lines[0])
    assert line["event"] == "provision"
    assert line["outcome"] == "served"
    assert line["mac"] == "001565123456"
    assert line["user_agent"] == "Zultys ZIP 33G - 47.80.132.4"


def test_unregistered_device_is_gone(url: str) -> None:
    device = {
        "mac_address": "00:15:65:00:00:99",
        "extension_number": "1002",
        "vendor": "zip",
        "model": "33g",
    }
    requests.post(f"{url}/api/provisioning/devices", json=device)

    answer = requests.delete(f"{url}/api/provisioning/devices/00:15:65:00:00:99")

    assert answer.json() == {"success": True, "message": "Device unregistered"}
    assert requests.get(f"{url}/provision/001565000099.cfg").status_code == 404
