"""Do the blocks of the product document load as they stand there?"""

from __future__ import annotations

from pathlib import Path

from chalicelib.domain.mac import Mac
from chalicelib.settings import DeclaredDevice
from tests.settings.conftest import Project

ENABLE = """\
provisioning:
  enabled: true
  url_format: "http://{{SERVER_IP}}:{{PORT}}/provision/{mac}.cfg"
  custom_templates_dir: ""  # Optional: custom templates directory
  devices: []  # Pre-configured devices
"""
DEVICES = """\
provisioning:
  enabled: true
  devices:
    - mac: "00:15:65:12:34:56"
      extension: "1001"
      vendor: "zip"
      model: "33g"
    
    - mac: "00:04:f2:ab:cd:ef"
      extension: "1002"
      vendor: "zip"
      model: "37g"
    
    - mac: "00:04:f2:ab:cd:ab"
      extension: "1003"
      vendor: "zip"
      model: "37g"
"""  # noqa: W293 -- verbatim
CUSTOM_TEMPLATES = """\
provisioning:
  enabled: true
  custom_templates_dir: "custom_templates"
"""
HTTPS = """\
provisioning:
  enabled: true
  use_https: true
  cert_file: "/path/to/cert.pem"
  key_file: "/path/to/key.pem"
  url_format: "https://{{SERVER_IP}}:{{PORT}}/provision/{mac}.cfg"
"""


def test_block_that_enables_provisioning_loads(project: Project) -> None:
    found = project.load(ENABLE)

    assert found.provisioning.enabled
    assert found.provisioning.url_format == "http://{{SERVER_IP}}:{{PORT}}/provision/{mac}.cfg"
    assert found.provisioning.custom_templates_dir is None
    assert found.devices == ()


def test_block_of_devices_loads_without_their_extensions(project: Project) -> None:
    found = project.load(DEVICES)

    assert found.devices == (
        DeclaredDevice(mac=Mac("001565123456"), extension="1001", vendor="zip", model="33g"),
        DeclaredDevice(mac=Mac("0004f2abcdef"), extension="1002", vendor="zip", model="37g"),
        DeclaredDevice(mac=Mac("0004f2abcdab"), extension="1003", vendor="zip", model="37g"),
    )


def test_block_of_custom_templates_loads_when_the_folder_is_there(project: Project) -> None:
    (project.root / "custom_templates").mkdir()

    found = project.load(CUSTOM_TEMPLATES)

    assert found.provisioning.custom_templates_dir == project.root / "custom_templates"


def test_block_of_https_loads_for_a_stage_that_is_deployed(project: Project) -> None:
    found = project.load(HTTPS, OFFHOOK_STAGE="prod")

    assert found.provisioning.use_https
    assert found.provisioning.cert_file == Path("/path/to/cert.pem")
    assert found.provisioning.key_file == Path("/path/to/key.pem")


def test_block_of_https_asks_for_its_files_on_the_operators_machine(project: Project) -> None:
    assert project.complaints(HTTPS) == [
        'provisioning.cert_file: there is no file "/path/to/cert.pem"',
        'provisioning.key_file: there is no file "/path/to/key.pem"',
    ]
