"""Does config.yml say what its author meant, and are all mistakes told at once?"""

from __future__ import annotations

from pathlib import Path

import pytest

from chalicelib.domain.errors import ConfigError
from chalicelib.domain.mac import Mac
from chalicelib.settings import DeclaredDevice, DeclaredExtension, Provisioning, ServerChoice
from tests.settings.conftest import Project

FULL = """
provisioning:
  enabled: false
  url_format: "https://{{SERVER_IP}}:{{PORT}}/provision/{mac}.cfg"
  custom_templates_dir: "templates"
  use_https: true
  cert_file: "cert.pem"
  key_file: "key.pem"
  devices:
    - mac: "00:15:65:12:34:56"
      extension: "1001"
      vendor: "zip"
      model: "33g"
server:
  name: "Head office"
  sip_host: "pbx.example.com"
  sip_port: 5070
  external_ip: "192.0.2.10"
  port: 8443
  timezone: "Europe/Berlin"
  ntp_servers: ["ntp.example.com", "2001:db8::1"]
  codecs: [g722, Pcma]
extensions:
  - number: "1001"
    name: "Front desk"
    password: "hunter2"
  - number: "1002"
    password_env: "PASSWORD_1002"
"""

ALL_WRONG = """
provisioning:
  enabled: "yes"
  url_format: "http://{{SERVER}}/provision/{mac}.cfg"
  devises: []
  devices:
    - mac: "00:15:65:12:34:56"
      extension: "1001"
      vendor: "zip"
      model: "33g"
    - mac: 10:04:02:10:20:30
      extension: 0100
      vendor: "zip"
      model:
    - mac: "00:15:65"
      extension: "10 01"
      model: "33g"
    - {mac: "0015.6512.3456", extension: "1002", vendor: "zip", model: "33g"}
  key_file: "key.pem"
server:
  sip_port: 05060
  timezone: "Berlin time"
  codecs: [PCMU, mp3]
extensions:
  - number: "1001"
    password: 0042
  - number: "1001"
    password: "hunter2"
    password_env: "PASSWORD"
  - number: 1.0e+3
  - number: "1003"
    password_env: "NOT_SET"
"""


def test_every_key_is_read(project: Project) -> None:
    (project.root / "templates").mkdir()
    (project.root / "cert.pem").touch()
    (project.root / "key.pem").touch()

    found = project.load(FULL, PASSWORD_1002="s3cret")

    assert found.provisioning == Provisioning(
        enabled=False,
        url_format="https://{{SERVER_IP}}:{{PORT}}/provision/{mac}.cfg",
        custom_templates_dir=project.root / "templates",
        use_https=True,
        cert_file=project.root / "cert.pem",
        key_file=project.root / "key.pem",
    )
    assert found.server == ServerChoice(
        name="Head office",
        sip_host="pbx.example.com",
        sip_port=5070,
        external_ip="192.0.2.10",
        port=8443,
        timezone="Europe/Berlin",
        ntp_servers=("ntp.example.com", "2001:db8::1"),
        codecs=("G722", "PCMA"),
    )
    assert found.extensions == (
        DeclaredExtension(number="1001", name="Front desk", password="hunter2"),
        DeclaredExtension(number="1002", name=None, password="s3cret"),
    )
    assert found.devices == (
        DeclaredDevice(mac=Mac("001565123456"), extension="1001", vendor="zip", model="33g"),
    )


@pytest.mark.parametrize(
    "text",
    ["", "# nothing\n", "provisioning:\nserver:\nextensions:\n", "server:\n  port:\n  name:\n"],
)
def test_what_is_empty_has_defaults(project: Project, text: str) -> None:
    found = project.load(text)

    assert found.provisioning == Provisioning(
        enabled=True,
        url_format=None,
        custom_templates_dir=None,
        use_https=False,
        cert_file=None,
        key_file=None,
    )
    assert found.server == ServerChoice(
        name="Offhook",
        sip_host=None,
        sip_port=5060,
        external_ip=None,
        port=None,
        timezone="UTC",
        ntp_servers=("pool.ntp.org",),
        codecs=("PCMU", "PCMA"),
    )
    assert (found.extensions, found.devices) == ((), ())


def test_sip_host_is_the_external_ip_when_absent(project: Project) -> None:
    found = project.load('server: {external_ip: "192.0.2.10"}')

    assert found.server.sip_host == "192.0.2.10"


def test_every_mistake_is_told_at_once_in_the_order_of_the_file(project: Project) -> None:
    assert project.complaints(ALL_WRONG) == [
        'provisioning.enabled: "yes" is a text, not a boolean (true or false)',
        (
            'provisioning.url_format: "http://{{SERVER}}/provision/{mac}.cfg" is not an http:// or '
            "https:// address that holds {mac}; the only other placeholders are {{SERVER_IP}} and "
            "{{PORT}}"
        ),
        (
            "provisioning.devises: is not a known field; known are enabled, url_format, "
            "custom_templates_dir, devices, use_https, cert_file, key_file; "
            'did you mean "devices"?'
        ),
        (
            "provisioning.devices[1].mac: YAML read 10:04:02:10:20:30 as a number; "
            'write it in quotes: "10:04:02:10:20:30"'
        ),
        (
            "provisioning.devices[1].extension: YAML read 0100 as a number; "
            'write it in quotes: "0100"'
        ),
        "provisioning.devices[1].model: has no value",
        'provisioning.devices[2].mac: "00:15:65" is not a MAC address (12 hex digits)',
        "provisioning.devices[2].vendor: is required",
        (
            'provisioning.devices[2].extension: "10 01" is not an extension number '
            "(1 to 32 letters, digits or * + . _ -)"
        ),
        (
            "provisioning.devices[3].mac: 001565123456 is declared already, "
            "in provisioning.devices[0]"
        ),
        "provisioning.key_file: needs provisioning.cert_file beside it",
        "provisioning.key_file: has no effect unless provisioning.use_https is true",
        'provisioning.key_file: there is no file "key.pem"',
        "server.sip_port: YAML read 05060 as 2608; write it in plain decimal digits",
        'server.timezone: "Berlin time" is not the name of a time zone, such as Europe/Berlin',
        (
            'server.codecs[1]: "mp3" is not one of PCMU, PCMA, G722, G722.1, G722.1C, G723, '
            "G726-16, G726-24, G726-32, G726-40, G729, GSM, iLBC, opus, Speex, AMR, AMR-WB"
        ),
        "extensions[0].password: YAML read the value as a number; write it in quotes",
        "extensions[1].number: 1001 is declared already, in extensions[0]",
        "extensions[1]: exactly one of password and password_env must be given; both are there",
        'extensions[2].number: YAML read 1.0e+3 as a number; write it in quotes: "1.0e+3"',
        "extensions[2]: exactly one of password and password_env must be given; neither is there",
        "extensions[3].password_env: the environment variable NOT_SET is not set",
    ]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("- a", "is a list, not an object"),
        ("hello", '"hello" is a text, not an object'),
        (
            "server:\n  url: {{SERVER_IP}}\n",
            "server.url: has a key on line 2 that is not a text; a value in braces needs quotes",
        ),
        (
            "server: {name: a, name: b}",
            "server.name: stands twice (lines 1 and 1)",
        ),
        (
            "extensions:\n  - number: yes\n    password: x\n",
            'extensions[0].number: YAML read yes as a boolean; write it in quotes: "yes"',
        ),
        (
            "server:\n  name: ~x\n  sip_host: !secret x\n",
            'server.sip_host: has the YAML tag "!secret", which is not known here',
        ),
        ("extensions:\n  -\n", "extensions[0]: has no value"),
        (
            "server: {ntp_servers: [~]}",
            'server.ntp_servers[0]: YAML read ~ as nothing; write it in quotes: "~"',
        ),
    ],
)
def test_traps_of_yaml_are_explained(project: Project, text: str, says: str) -> None:
    assert says in project.complaints(text)


@pytest.mark.parametrize("url", ["http://h/{mac}", "https://h:8080/{mac}.cfg", "http://{mac}"])
def test_url_format_may_name_the_host_itself(project: Project, url: str) -> None:
    found = project.load(f'provisioning: {{url_format: "{url}"}}')

    assert found.provisioning.url_format == url


@pytest.mark.parametrize(
    "url",
    [
        "http://h/x.cfg",
        "ftp://h/{mac}",
        "h/{mac}",
        "http://h/{mac}/{ext}",
        "http://h/{{mac}}",
        "http://h/{mac} ",
        "http://h/$mac",
        "http://{{server_ip}}/{mac}",
    ],
)
def test_url_format_that_no_phone_could_use_is_refused(project: Project, url: str) -> None:
    (says,) = project.complaints(f'provisioning: {{url_format: "{url}"}}')

    assert says.startswith(f'provisioning.url_format: "{url}" is not an http:// or https://')


def test_url_format_without_tls_contradicts_use_https(project: Project) -> None:
    text = 'provisioning: {use_https: true, url_format: "http://h/{mac}"}'

    assert project.complaints(text) == [
        "provisioning.url_format: begins with http:// although provisioning.use_https is true"
    ]


@pytest.mark.parametrize(
    "host", ["300.1.1.1", "1.2.3", "a b", "-a.example", "a..b", "http://a", "a:5060", "ü.example"]
)
def test_host_that_is_none_is_refused(project: Project, host: str) -> None:
    assert project.complaints(f'server: {{sip_host: "{host}"}}') == [
        f'server.sip_host: "{host}" is not a host name or an IP address'
    ]


def test_missing_template_folder_is_told(project: Project) -> None:
    assert project.complaints("provisioning: {custom_templates_dir: nowhere}") == [
        (
            'provisioning.custom_templates_dir: there is no folder "nowhere" '
            "(a relative path starts beside config.yml)"
        )
    ]


def test_certificates_need_not_be_there_where_the_gateway_does_tls(project: Project) -> None:
    text = "provisioning: {use_https: true, cert_file: /no/c.pem, key_file: /no/k.pem}"

    found = project.load(text, OFFHOOK_STAGE="prod")

    assert found.provisioning.cert_file == Path("/no/c.pem")


def test_absolute_template_folder_cannot_be_deployed(project: Project) -> None:
    text = f'provisioning: {{custom_templates_dir: "{project.root}"}}'

    (says,) = project.complaints(text, OFFHOOK_STAGE="prod")

    assert says.endswith(
        "is an absolute path, which stage prod does not have; move the folder into the project "
        'and give its name, such as "custom_templates"'
    )


def test_missing_file_is_told_with_the_way_out(project: Project) -> None:
    with pytest.raises(ConfigError) as caught:
        project.load_written({})

    assert str(caught.value) == (
        f"{project.root}/config.yml: there is no such file; "
        "copy the project's config.yml or set OFFHOOK_CONFIG"
    )


def test_folder_in_place_of_the_file_is_told(project: Project) -> None:
    (project.root / "config.yml").mkdir()

    with pytest.raises(ConfigError, match="cannot be read: Is a directory"):
        project.load_written({})


@pytest.mark.parametrize(
    ("value", "says"),
    [
        ("", "has 0 characters; at least 1 must be given"),
        ("tell-no-one\n", "holds a line break (U+000A) as character 12"),
        ("\udcff", "holds half of a surrogate pair (U+DCFF) as character 1"),
    ],
)
def test_password_variable_that_is_no_password_is_told(
    project: Project, value: str, says: str
) -> None:
    text = 'extensions: [{number: "1", password_env: "PW"}]'

    assert project.complaints(text, PW=value) == [
        f"extensions[0].password_env: the value of the environment variable PW {says}"
    ]


def test_no_password_stands_in_a_message_or_in_the_settings(project: Project) -> None:
    text = 'extensions: [{number: "1", password: "hunter2"}, {number: "2", password_env: "PW"}]'
    wrong = text.replace('"hunter2"', f'"{"hunter2" * 30}"').replace('"2"', "2")

    found = project.load(text, PW="s3cret")
    told = " ".join(project.complaints(wrong, PW="s3cret\n"))

    assert "hunter2" not in repr(found) + told
    assert "s3cret" not in repr(found) + told


def test_digest_changes_with_the_file_and_with_the_passwords_it_names(project: Project) -> None:
    text = 'extensions: [{number: "1", password_env: "PW"}]'

    first = project.load(text, PW="a", OTHER="b").digest

    assert first == project.load(text, PW="a", OTHER="c").digest
    assert len(first) == 64
    assert first != project.load(text, PW="b").digest
    assert first != project.load(text + " # x", PW="a").digest


def test_too_many_devices_are_told_by_their_number(project: Project) -> None:
    text = "provisioning: {devices: [" + "x," * 5001 + "]}"

    assert project.complaints(text) == [
        "provisioning.devices: has 5001 items; at most 5000 are allowed"
    ]
