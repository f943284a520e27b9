"""Does `offhook template lint` find what is wrong with a template?"""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.conftest import Terminal

GOOD = """\
#!version:1.0.0.1
account.1.user_name = {{EXTENSION_NUMBER}}
account.1.password = {{EXTENSION_PASSWORD}}
"""


def write(folder: Path, text: str, name: str = "zip_t57w.template") -> Path:
    file = folder / name
    file.write_text(text)
    return file


def test_good_template(offline: Terminal, tmp_path: Path) -> None:
    file = write(tmp_path, GOOD)

    run = offline.run("template", "lint", str(file))

    assert run.code == 0
    assert run.out == ""
    assert run.err == "1 looked at: 0 errors, 0 warnings\n"


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("a = {{ NOBODY }}\n", "1: error: {{NOBODY}} is not known; known are EXTENSION_NUMBER"),
        ("x = 1\n{% if %}\n", "2: error: Expected an expression, got 'end of statement block'"),
        (
            f"{GOOD}account.1.password = again\n",
            "4: error: account.1.password is written 2 times",
        ),
        (
            "ldap.server = x\n",
            "1: error: real Zultys ZIP phones refuse ldap.server",
        ),
        (
            "wifi.enable = 1\n",
            "1: warning: wifi.enable is none of the Zultys ZIP parameters that we know",
        ),
        ("user = {{ lines[7].number }}\n", "1: error: the list has only 1 entries"),
    ],
)
def test_what_is_wrong_is_told_with_its_line(
    offline: Terminal, tmp_path: Path, text: str, says: str
) -> None:
    file = write(tmp_path, text)

    run = offline.run("template", "lint", str(file))

    assert f"{file}:{says}" in run.out
    assert run.code == ("error" in says)


def test_warning_fails_when_strict(offline: Terminal, tmp_path: Path) -> None:
    file = write(tmp_path, "wifi.enable = 1\n")

    assert offline.run("template", "lint", "--strict", str(file)).code == 1


def test_wrong_name_is_told(offline: Terminal, tmp_path: Path) -> None:
    file = write(tmp_path, GOOD, "T57W.template")

    run = offline.run("template", "lint", str(file))

    assert run.code == 1
    assert f"{file}: error: must be named vendor_model.template" in run.out


def test_xml_that_is_none(offline: Terminal, tmp_path: Path) -> None:
    file = write(tmp_path, "<a>{{ EXTENSION_NAME }}</b>\n", "acme_x1.template")

    run = offline.run("template", "lint", str(file))

    assert run.code == 1
    assert "what it writes cannot be read as xml: is not XML: mismatched tag" in run.out


def test_folder_is_looked_through(offline: Terminal, tmp_path: Path) -> None:
    write(tmp_path, GOOD)
    write(tmp_path, "a = {{ NOBODY }}\n", "acme_x1.template")

    told = offline.run("template", "lint", str(tmp_path), "--json").json

    assert [Path(file).name for file in told["files"]] == ["acme_x1.template", "zip_t57w.template"]
    [remark] = told["remarks"]
    assert (Path(remark["file"]).name, remark["line"], remark["level"]) == (
        "acme_x1.template",
        1,
        "error",
    )
    assert told["good"] is False


def test_nothing_to_look_at(offline: Terminal, tmp_path: Path) -> None:
    assert offline.run("template", "lint", str(tmp_path)).code == 2
    assert offline.run("template", "lint", str(tmp_path / "none")).code == 2
