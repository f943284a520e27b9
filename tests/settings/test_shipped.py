"""Does what the project ships work as it is, and is every key and variable documented?"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from chalicelib import settings
from chalicelib.domain.shape import ListOf, Record, Shape
from chalicelib.settings.command_line import check
from chalicelib.settings.config_shape import CONFIG
from chalicelib.settings.environment import VARIABLES
from chalicelib.settings.spelling import CODECS

DOCUMENTATION = (settings.ROOT / "docs" / "configuration.md").read_text(encoding="utf-8")


def keys(shape: Shape[object], where: str = "") -> Iterator[str]:
    if isinstance(shape, Record):
        for name, field in shape.fields.items():
            path = f"{where}.{name}" if where else name
            yield path
            yield from keys(field.shape, path)
    elif isinstance(shape, ListOf):
        yield from keys(shape.item, f"{where}[]")


@pytest.mark.parametrize("key", list(keys(CONFIG)))
def test_key_of_config_yml_is_documented(key: str) -> None:
    assert f"`{key}`" in DOCUMENTATION


@pytest.mark.parametrize("variable", list(VARIABLES.fields))
def test_variable_is_documented(variable: str) -> None:
    assert f"`{variable}`" in DOCUMENTATION


@pytest.mark.parametrize("codec", CODECS)
def test_codec_is_documented(codec: str) -> None:
    assert f"`{codec}`" in DOCUMENTATION


def test_shipped_config_loads() -> None:
    found = settings.load({"HOME": "/home/of-nobody"})

    assert found.provisioning.enabled
    assert found.server.sip_host == "pbx.example.com"
    assert found.devices == ()


def test_shipped_config_is_not_deployed_until_its_samples_are_replaced(
    capsys: pytest.CaptureFixture[str],
) -> None:
    with pytest.raises(SystemExit):
        check({"HOME": "/home/of-nobody", "OFFHOOK_STAGE": "prod"})

    told = capsys.readouterr().err.splitlines()
    assert "  server.sip_host: pbx.example.com stands for your own PBX" in told


def test_package_of_a_fresh_clone_holds_the_config() -> None:
    assert (settings.ROOT / "vendor" / "config.yml").readlink() == Path("../config.yml")


def test_importing_the_settings_loads_no_yaml() -> None:
    program = (
        "import sys, chalicelib.settings.command_line; "
        "print([name for name in sys.modules if 'yaml' in name])"
    )

    done = subprocess.run(
        [sys.executable, "-c", program],
        cwd=settings.ROOT,
        env={},
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )

    assert done.stdout == "[]\n"
