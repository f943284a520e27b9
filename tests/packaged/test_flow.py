"""Does the packaged function serve the product document's whole flow, as phones and people see it?

The zip runs in the real Lambda runtime client, behind a look-alike of API Gateway, over moto.
"""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from urllib.parse import urljoin, urlsplit

import boto3
import pytest
import requests

from chalicelib.storage.dynamodb import DynamoTable
from tests.lambda_runtime.deployment import Deployment
from tests.packaged.conftest import OPERATOR, PROJECT

ZIP_33G = {"User-Agent": "Zultys ZIP 33G - 47.80.132.4"}
MAC = "001565123456"
FRONT_DESK = {
    "mac_address": "00:15:65:12:34:56",
    "extension_number": "1001",
    "vendor": "zip",
    "model": "33g",
}


@dataclass(frozen=True, kw_only=True)
class Deployed:
    """The deployment and its first administrator."""

    url: str
    token: str

    def call(self, method: str, path: str, body: object = None) -> requests.Response:
        """Ask the API as that administrator."""
        headers = {"Authorization": f"Bearer {self.token}"}
        return requests.request(method, f"{self.url}{path}", json=body, headers=headers)

    def own_folder(self, mac: str = MAC) -> str:
        """Where the device's own files are, as the test reaches the deployment."""
        access = self.call("GET", f"/api/provisioning/devices/{mac}/access").json()
        return str(urljoin(self.url, urlsplit(access["own_url"]).path))

    def fetch(self, file: str = f"{MAC}.cfg", mac: str = MAC, **headers: str) -> requests.Response:
        """Ask for a file by the device's own URL."""
        return requests.get(self.own_folder(mac) + file, headers={**ZIP_33G, **headers})


@pytest.fixture(scope="module")
def offhook(deployed: Deployment, aws_url: str) -> Iterator[Deployed]:
    """The deployment with its table, its key, a first token and a first device."""
    kms = boto3.client("kms", endpoint_url=aws_url, region_name="eu-west-1")
    key = kms.create_key()["KeyMetadata"]["KeyId"]
    kms.create_alias(AliasName="alias/offhook-dev", TargetKeyId=key)
    table = DynamoTable("offhook-dev", endpoint_url=aws_url, region="eu-west-1", now=lambda: 0)
    table.create()
    made = subprocess.run(
        [sys.executable, "-m", "tools.token", "--stage", "dev", "--reveal"],
        cwd=PROJECT,
        env={
            **os.environ,
            "AWS_ENDPOINT_URL": aws_url,
            "AWS_REGION": "eu-west-1",
            "OFFHOOK_CONFIG": str(OPERATOR / "config.yml"),
        },
        capture_output=True,
        text=True,
    )
    assert made.returncode == 0, made.stderr
    offhook = Deployed(url=deployed.url, token=made.stdout.split()[0])
    registered = offhook.call("POST", "/api/provisioning/devices", FRONT_DESK)
    assert registered.status_code == 201, registered.text
    yield offhook
    for line in deployed.function.log().splitlines():
        assert "canary-of-" not in line
        assert offhook.token not in line


def test_stranger_is_told_nothing(offhook: Deployed) -> None:
    devices = requests.get(f"{offhook.url}/api/provisioning/devices")
    plain = requests.get(f"{offhook.url}/provision/{MAC}.cfg", headers=ZIP_33G)

    assert devices.status_code == 401
    assert (plain.status_code, plain.text) == (404, "")


def test_first_contact_by_the_site_key_leads_home(offhook: Deployed) -> None:
    site = offhook.call("GET", "/api/sites/default").json()
    folder = urljoin(offhook.url, urlsplit(site["key_url"]).path)

    first = requests.get(f"{folder}0004f2abcdab.cfg")

    home = f"auto_provision.server.url = {urlsplit(offhook.own_folder('0004f2abcdab')).path}"
    assert first.status_code == 200
    assert home.rpartition(" = ")[2] in first.text


def test_device_of_config_yml_is_there(offhook: Deployed) -> None:
    device = offhook.call("GET", "/api/provisioning/devices/0004f2abcdab").json()

    assert device["extension_number"] == "1003"
    assert device["origin"] == "config.yml"


def test_own_url_is_one_that_the_phone_can_reach(offhook: Deployed) -> None:
    access = offhook.call("GET", f"/api/provisioning/devices/{MAC}/access").json()

    address = urlsplit(access["own_url"])
    assert address.scheme == "https"
    assert str(address.hostname).endswith(".execute-api.eu-west-1.amazonaws.com")
    assert address.path.startswith("/api/p/")


def test_mac_is_accepted_percent_encoded(offhook: Deployed) -> None:
    answer = offhook.call("GET", "/api/provisioning/devices/00%3A15%3A65%3A12%3A34%3A56")

    assert answer.json()["mac_address"] == MAC


def test_phone_gets_its_file_and_the_list_says_when(offhook: Deployed) -> None:
    config = offhook.fetch()

    assert config.headers["Content-Type"] == "text/plain; charset=utf-8"
    assert config.text.splitlines()[0] == "#!version:1.0.0.1"
    assert "account.1.password = canary-of-1001" in config.text.splitlines()
    listed = offhook.call("GET", "/api/provisioning/devices").json()
    by_mac = {device["mac_address"]: device for device in listed}
    assert by_mac[MAC]["last_provisioned"] is not None


def test_phone_that_has_the_file_gets_304(offhook: Deployed) -> None:
    etag = offhook.fetch().headers["ETag"]

    again = offhook.fetch(**{"If-None-Match": etag})

    assert (again.status_code, again.content) == (304, b"")


def test_two_cold_starts_render_the_same_bytes(offhook: Deployed, deployed: Deployment) -> None:
    url = f"{offhook.own_folder()}{MAC}.cfg"
    with ThreadPoolExecutor(4) as phones:
        files = phones.map(requests.get, [url] * 12)

    assert len({file.content for file in files}) == 1
    assert deployed.function.cold_starts == 2


@pytest.mark.parametrize("file", ["zip33g_common.cfg", "zip37g_common.cfg"])
def test_common_files_are_served(offhook: Deployed, file: str) -> None:
    answer = offhook.fetch(file)

    assert answer.status_code == 200
    assert answer.text.startswith("#!version:1.0.0.1\n")


def test_head_has_no_body(offhook: Deployed) -> None:
    answer = requests.head(f"{offhook.own_folder()}{MAC}.cfg")

    assert (answer.status_code, answer.content) == (200, b"")


def test_unknown_device_is_404_without_html(offhook: Deployed) -> None:
    answer = requests.get(f"{offhook.url}/provision/001565999999.cfg")

    assert (answer.status_code, answer.text) == (404, "")
    assert answer.headers["Content-Type"] == "text/plain; charset=utf-8"


def test_placeholder_gets_advice(offhook: Deployed) -> None:
    answer = requests.get(f"{offhook.url}/provision/%7Bmac%7D.cfg")

    assert answer.status_code == 404
    assert "end in /provision/" in answer.text


def test_custom_template_of_the_package_serves_its_model(offhook: Deployed) -> None:
    device = {**FRONT_DESK, "mac_address": "00:15:65:00:57:00", "extension_number": "1005"}
    offhook.call("POST", "/api/provisioning/devices", {**device, "model": "t57w"})

    config = offhook.fetch("001565005700.cfg", "001565005700")

    assert "account.1.label = Workshop" in config.text.splitlines()
    assert "wifi.enable = 1" in config.text.splitlines()


def test_mistake_is_a_problem_that_names_the_field(offhook: Deployed) -> None:
    answer = offhook.call("POST", "/api/provisioning/devices", {"mac_address": "00:15:65"})

    assert answer.status_code == 400
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.json()["success"] is False
    assert "mac_address" in answer.json()["error"]


def test_log_has_one_json_line_per_fetch(offhook: Deployed, deployed: Deployment) -> None:
    offhook.fetch("00-15-65-12-34-56.cfg?once")

    lines = [line for line in deployed.function.log().splitlines() if "00-15-65-12" in line]
    assert len(lines) == 1
    line = json.loads(lines[0])
    assert line["event"] == "provision"
    assert line["outcome"] == "served"
    assert line["mac"] == MAC
    assert line["user_agent"] == "Zultys ZIP 33G - 47.80.132.4"
    assert line["path"] == "/api/p/***/00-15-65-12-34-56.cfg"


def test_unregistered_device_is_gone(offhook: Deployed) -> None:
    device = {**FRONT_DESK, "mac_address": "00:15:65:00:00:99", "extension_number": "1002"}
    offhook.call("POST", "/api/provisioning/devices", device)
    folder = offhook.own_folder("001565000099")

    answer = offhook.call("DELETE", "/api/provisioning/devices/00:15:65:00:00:99")

    assert answer.json() == {"success": True, "message": "Device unregistered"}
    assert requests.get(f"{folder}001565000099.cfg").status_code == 404


def test_table_holds_no_password(offhook: Deployed, aws_url: str) -> None:
    client = boto3.client("dynamodb", endpoint_url=aws_url, region_name="eu-west-1")

    items = client.scan(TableName="offhook-dev")["Items"]

    assert offhook.token not in json.dumps(items)
    assert "EXTENSION#1001" in json.dumps(items)
    assert "canary-of-" not in json.dumps(items)
