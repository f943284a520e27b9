"""Do the environment variables choose what they say?"""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.settings.conftest import Project


def test_nothing_set_gives_the_local_stage_with_the_embedded_store(project: Project) -> None:
    found = project.load("")

    assert (found.stage, found.store, found.table) == ("local", "sqlite", "offhook-local")
    assert found.state_dir == Path("/home/of-nobody/.local/state/offhook")
    assert found.config_path == project.root / "config.yml"
    assert (found.log_file, found.endpoint, found.region) == (None, None, None)


def test_every_variable_is_read(project: Project, tmp_path_factory: pytest.TempPathFactory) -> None:
    outside = tmp_path_factory.mktemp("outside")
    (outside / "mine.yml").write_text("server: {name: Mine}", encoding="utf-8")

    found = project.load_written(
        {
            "OFFHOOK_STAGE": "prod",
            "OFFHOOK_STORE": "sqlite",
            "OFFHOOK_TABLE": "phones",
            "OFFHOOK_CONFIG": str(outside / "mine.yml"),
            "OFFHOOK_STATE_DIR": str(outside / "state"),
            "OFFHOOK_LOG_FILE": str(outside / "pbx.log"),
            "AWS_ENDPOINT_URL_DYNAMODB": "http://127.0.0.1:8000",
            "AWS_REGION": "eu-central-1",
        }
    )

    assert (found.stage, found.store, found.table) == ("prod", "sqlite", "phones")
    assert found.server.name == "Mine"
    assert found.state_dir == outside / "state"
    assert found.log_file == outside / "pbx.log"
    assert (found.endpoint, found.region) == ("http://127.0.0.1:8000", "eu-central-1")


def test_other_stages_use_dynamodb_and_a_table_of_their_own(project: Project) -> None:
    found = project.load("", OFFHOOK_STAGE="prod")

    assert (found.store, found.table) == ("dynamodb", "offhook-prod")


def test_general_variables_of_aws_stand_in_for_the_special_ones(project: Project) -> None:
    found = project.load("", AWS_ENDPOINT_URL="http://a:1", AWS_DEFAULT_REGION="eu-west-1")

    assert (found.endpoint, found.region) == ("http://a:1", "eu-west-1")


def test_special_variables_of_aws_win(project: Project) -> None:
    found = project.load(
        "",
        AWS_ENDPOINT_URL_DYNAMODB="http://b:2",
        AWS_ENDPOINT_URL="http://a:1",
        AWS_REGION="eu-north-1",
        AWS_DEFAULT_REGION="eu-west-1",
    )

    assert (found.endpoint, found.region) == ("http://b:2", "eu-north-1")


def test_empty_variable_counts_as_absent(project: Project) -> None:
    found = project.load("", OFFHOOK_STORE="", OFFHOOK_CONFIG="", OFFHOOK_LOG_FILE="")

    assert (found.store, found.log_file) == ("sqlite", None)


@pytest.mark.parametrize(
    ("environ", "state_dir"),
    [
        ({"XDG_STATE_HOME": "/srv/state"}, "/srv/state/offhook"),
        ({"XDG_STATE_HOME": "relative"}, "/home/of-nobody/.local/state/offhook"),
        ({"HOME": ""}, "/var/lib/offhook"),
    ],
)
def test_state_stands_where_xdg_says(
    project: Project, environ: dict[str, str], state_dir: str
) -> None:
    project.write("")

    assert project.load_written(environ).state_dir == Path(state_dir)


def test_mistakes_of_variables_are_told_at_once(project: Project) -> None:
    found = project.complaints(
        "",
        OFFHOOK_STAGE="Prod!",
        OFFHOOK_STORE="mysql",
        OFFHOOK_TABLE="x",
        AWS_ENDPOINT_URL_DYNAMODB="localhost:8000",
        AWS_REGION="eu central 1",
    )

    assert found == [
        'OFFHOOK_STAGE: "Prod!" is not the name of a stage (small letters, digits and -)',
        'OFFHOOK_STORE: "mysql" is not one of sqlite, dynamodb',
        'OFFHOOK_TABLE: "x" has 1 character; at least 3 must be given',
        ('AWS_ENDPOINT_URL_DYNAMODB: "localhost:8000" is not an http:// or https:// address'),
        'AWS_REGION: "eu central 1" is not the name of an AWS region',
    ]


@pytest.mark.parametrize("name", ["OFFHOOK_STATE_DIR", "OFFHOOK_LOG_FILE"])
def test_files_that_change_cannot_lie_inside_the_project(project: Project, name: str) -> None:
    assert project.complaints("", **{name: "logs/pbx.log"}) == [
        f"{name}: lies inside the project; chalice local restarts at every write there"
    ]


def test_lambda_must_be_told_its_stage(project: Project) -> None:
    assert project.complaints("", AWS_LAMBDA_FUNCTION_NAME="offhook") == [
        "OFFHOOK_STAGE: is required inside AWS Lambda"
    ]


def test_lambda_cannot_use_the_embedded_store(project: Project) -> None:
    found = project.complaints(
        "", AWS_LAMBDA_FUNCTION_NAME="offhook", OFFHOOK_STAGE="prod", OFFHOOK_STORE="sqlite"
    )

    assert found == ["OFFHOOK_STORE: sqlite keeps nothing inside AWS Lambda; use dynamodb"]


def test_lambda_reads_the_packed_file_whatever_its_name_was(project: Project) -> None:
    found = project.load(
        "", AWS_LAMBDA_FUNCTION_NAME="offhook", OFFHOOK_STAGE="prod", OFFHOOK_CONFIG="prod.yml"
    )

    assert found.config_path == project.root / "config.yml"
