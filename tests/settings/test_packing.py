"""Will the deployment package hold config.yml and the custom templates?"""

from __future__ import annotations

from pathlib import Path

import pytest

from chalicelib.domain.errors import ConfigError
from chalicelib.settings.packing import link_into_package
from tests.settings.conftest import Project

TEMPLATES = 'provisioning: {custom_templates_dir: "custom_templates"}'


def pack(project: Project, text: str, **environ: str) -> None:
    settings = project.load(text, OFFHOOK_STAGE="prod", **environ)
    link_into_package(settings, project.root)


def refusal(project: Project, text: str, **environ: str) -> str:
    with pytest.raises(ConfigError) as caught:
        pack(project, text, **environ)
    return str(caught.value)


def test_missing_links_are_made(project: Project) -> None:
    (project.root / "custom_templates").mkdir()

    pack(project, TEMPLATES)

    vendor = project.root / "vendor"
    assert (vendor / "config.yml").readlink() == Path("../config.yml")
    assert (vendor / "custom_templates").readlink() == Path("../custom_templates")


def test_folder_deeper_in_the_project_keeps_its_place(project: Project) -> None:
    (project.root / "site" / "templates").mkdir(parents=True)

    pack(project, 'provisioning: {custom_templates_dir: "./site/templates/"}')

    link = project.root / "vendor" / "site" / "templates"
    assert link.readlink() == Path("../../site/templates")


def test_right_links_stay(project: Project) -> None:
    (project.root / "custom_templates").mkdir()
    pack(project, TEMPLATES)
    before = (project.root / "vendor" / "config.yml").lstat().st_mtime_ns

    pack(project, TEMPLATES)

    assert (project.root / "vendor" / "config.yml").lstat().st_mtime_ns == before


@pytest.mark.parametrize("wrong", ["../other.yml", "nowhere"])
def test_wrong_link_is_replaced(project: Project, wrong: str) -> None:
    (project.root / "other.yml").touch()
    (project.root / "vendor").mkdir()
    (project.root / "vendor" / "config.yml").symlink_to(wrong)

    pack(project, "")

    assert (project.root / "vendor" / "config.yml").readlink() == Path("../config.yml")


def test_file_in_use_is_packed_under_the_name_that_lambda_reads(
    project: Project, tmp_path_factory: pytest.TempPathFactory
) -> None:
    mine = tmp_path_factory.mktemp("outside") / "mine.yml"
    mine.write_text("server: {name: Mine}", encoding="utf-8")

    pack(project, "", OFFHOOK_CONFIG=str(mine))

    assert (project.root / "vendor" / "config.yml").readlink() == mine


def test_copy_of_the_same_bytes_is_as_good_as_a_link(project: Project) -> None:
    (project.root / "vendor").mkdir()
    (project.root / "vendor" / "config.yml").write_text("# same", encoding="utf-8")

    pack(project, "# same")

    assert not (project.root / "vendor" / "config.yml").is_symlink()


def test_other_file_in_the_way_is_kept_and_told(project: Project) -> None:
    (project.root / "vendor").mkdir()
    (project.root / "vendor" / "config.yml").write_text("# other", encoding="utf-8")

    assert refusal(project, "") == (
        "vendor/config.yml: is in the way: the deployment package must hold config.yml "
        "in its place; move or delete it"
    )
    assert (project.root / "vendor" / "config.yml").read_text(encoding="utf-8") == "# other"


def test_folder_in_the_way_is_kept_and_told(project: Project) -> None:
    (project.root / "custom_templates").mkdir()
    (project.root / "vendor" / "custom_templates").mkdir(parents=True)

    assert refusal(project, TEMPLATES) == (
        "vendor/custom_templates: is in the way: the deployment package must hold "
        "custom_templates in its place; move or delete it"
    )


def test_templates_outside_the_project_are_refused(project: Project) -> None:
    (project.root / ".." / "outside").resolve().mkdir()

    assert refusal(project, 'provisioning: {custom_templates_dir: "../outside"}') == (
        'provisioning.custom_templates_dir: "../outside" lies outside the project, so it cannot '
        "be deployed; move the folder into the project and give its name, such as "
        '"custom_templates"'
    )


@pytest.mark.parametrize("name", [".", "vendor", "vendor/mine", "chalicelib/templates", "chalice"])
def test_names_that_the_package_uses_itself_are_refused(project: Project, name: str) -> None:
    (project.root / name).mkdir(parents=True, exist_ok=True)

    assert refusal(project, f'provisioning: {{custom_templates_dir: "{name}"}}') == (
        f'provisioning.custom_templates_dir: "{name}" belongs to the program in the deployment '
        'package; give the folder another name, such as "custom_templates"'
    )


def test_templates_beside_a_config_outside_the_project_are_refused(
    project: Project, tmp_path_factory: pytest.TempPathFactory
) -> None:
    outside = tmp_path_factory.mktemp("outside")
    (outside / "custom_templates").mkdir()
    (outside / "mine.yml").write_text(TEMPLATES, encoding="utf-8")

    assert refusal(project, "", OFFHOOK_CONFIG=str(outside / "mine.yml")) == (
        "provisioning.custom_templates_dir: needs a config.yml in the project's own folder "
        "when Offhook is deployed"
    )
