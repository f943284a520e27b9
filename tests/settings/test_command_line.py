"""Does Chalice's command line stop at settings with mistakes, and only then?"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from chalicelib.domain.errors import Flaw
from chalicelib.settings import ROOT
from chalicelib.settings.command_line import check, check_at_command_line
from tests.settings.conftest import Project

CLI = {"HOME": "/home/of-nobody", "AWS_CHALICE_CLI_MODE": "true"}
APP = """\
from chalice import Chalice

from chalicelib.settings.command_line import check_at_command_line

check_at_command_line()
app = Chalice(app_name="tiny")


@app.route("/")
def index() -> dict[str, str]:
    return {}
"""


def test_every_mistake_stands_on_a_line_of_its_own(
    project: Project, capsys: pytest.CaptureFixture[str]
) -> None:
    project.write("server: {prot: 1, port: 0}")

    with pytest.raises(SystemExit) as caught:
        check_at_command_line(CLI, project.root)

    assert caught.value.code == 2
    assert capsys.readouterr().err == (
        "Offhook cannot start: 2 mistakes in config.yml or the environment.\n"
        "  server.prot: is not a known field; known are name, sip_host, sip_port, external_ip, "
        'port, timezone, ntp_servers, codecs; did you mean "port"?\n'
        "  server.port: 0 is not a whole number from 1 to 65535\n"
    )


def test_reloading_server_says_how_it_goes_on(
    project: Project, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit):
        check_at_command_line(CLI | {"CHALICE_WORKER": "true"}, project.root)

    assert capsys.readouterr().err.endswith(
        "\nchalice local starts again as soon as a file of the project changes.\n"
    )


def test_app_imported_by_anything_else_is_not_checked(project: Project) -> None:
    check_at_command_line({}, project.root)

    assert list(project.root.iterdir()) == []


def test_local_stage_packs_nothing(project: Project) -> None:
    project.write("")

    check_at_command_line(CLI, project.root)

    assert not (project.root / "vendor").exists()


def test_deployed_stage_must_name_the_pbx(
    project: Project, capsys: pytest.CaptureFixture[str]
) -> None:
    project.write("")

    with pytest.raises(SystemExit):
        check(CLI | {"OFFHOOK_STAGE": "prod"}, project.root)

    assert capsys.readouterr().err == (
        "Offhook cannot start: 1 mistake in config.yml or the environment.\n"
        "  server.sip_host: is required in stage prod: the address that phones call there is not "
        "that of the PBX\n"
    )


def test_samples_are_not_deployed(project: Project, capsys: pytest.CaptureFixture[str]) -> None:
    project.write(
        "server: {sip_host: pbx.example.com}\n"
        'extensions: [{number: "1001", password: "change-me-1001"}]\n'
    )

    with pytest.raises(SystemExit):
        check(CLI | {"OFFHOOK_STAGE": "prod"}, project.root)

    assert capsys.readouterr().err == (
        "Offhook cannot start: 2 mistakes in config.yml or the environment.\n"
        "  server.sip_host: pbx.example.com stands for your own PBX\n"
        "  extensions[0].password: begins with change-me, as the samples do; "
        "choose one of your own\n"
    )


def test_mistakes_that_the_rest_of_the_program_finds_are_told_too(
    project: Project, capsys: pytest.CaptureFixture[str]
) -> None:
    project.write("")

    with pytest.raises(SystemExit):
        check(CLI, project.root, lambda _: [Flaw(where="server.timezone", says="is unknown")])

    assert capsys.readouterr().err == (
        "Offhook cannot start: 1 mistake in config.yml or the environment.\n"
        "  server.timezone: is unknown\n"
    )


@pytest.fixture
def tiny_project(tmp_path: Path) -> Path:
    ignore = shutil.ignore_patterns("__pycache__", "console")
    shutil.copytree(ROOT / "chalicelib", tmp_path / "chalicelib", ignore=ignore)
    (tmp_path / "app.py").write_text(APP, encoding="utf-8")
    (tmp_path / "requirements.txt").touch()
    (tmp_path / ".chalice").mkdir()
    stage = {"api_gateway_stage": "api", "environment_variables": {"OFFHOOK_STAGE": "prod"}}
    config = {"version": "2.0", "app_name": "tiny", "stages": {"prod": stage}}
    (tmp_path / ".chalice" / "config.json").write_text(json.dumps(config), encoding="utf-8")
    return tmp_path


def package(project: Path) -> subprocess.CompletedProcess[str]:
    chalice = str(Path(sys.executable).with_name("chalice"))
    command = [chalice, "package", "--stage", "prod", "out"]
    environ = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    return subprocess.run(
        command,
        cwd=project,
        env=environ | {"AWS_DEFAULT_REGION": "eu-west-1"},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


def test_chalice_package_stops_at_a_mistake(tiny_project: Path) -> None:
    (tiny_project / "config.yml").write_text("server: {port: 0100}", encoding="utf-8")

    done = package(tiny_project)

    assert done.returncode == 2
    assert done.stderr == (
        "Offhook cannot start: 1 mistake in config.yml or the environment.\n"
        "  server.port: YAML read 0100 as 64; write it in plain decimal digits\n"
    )
    assert not (tiny_project / "out").exists()


def test_chalice_package_holds_config_and_custom_templates(tiny_project: Path) -> None:
    config = "provisioning: {custom_templates_dir: mine}\nserver: {sip_host: sip.example.org}\n"
    (tiny_project / "config.yml").write_text(config, encoding="utf-8")
    (tiny_project / "mine").mkdir()
    (tiny_project / "mine" / "zip_t57w.template").write_text("a = b\n", encoding="utf-8")

    done = package(tiny_project)

    assert done.returncode == 0, done.stderr
    with zipfile.ZipFile(tiny_project / "out" / "deployment.zip") as packed:
        assert packed.read("config.yml").decode() == config
        assert packed.read("mine/zip_t57w.template") == b"a = b\n"
