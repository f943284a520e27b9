"""Does the look-alike of Lambda and API Gateway show what a deployed app would?"""

import dataclasses
import http.client
import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import requests

from tests.lambda_runtime.aws_packages import find_aws_packages
from tests.lambda_runtime.deployment import Deployment, deploy
from tests.lambda_runtime.message import Request
from tests.lambda_runtime.packaging import Package, PackagingError, package

SAMPLE = Path(__file__).with_name("sample_app")


@pytest.fixture(scope="module")
def aws_packages(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return find_aws_packages(tmp_path_factory.mktemp("aws-packages"))


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Package:
    return package(SAMPLE, stage="dev", into=tmp_path_factory.mktemp("sample"))


@pytest.fixture(scope="module")
def deployed(sample: Package, aws_packages: Path) -> Iterator[Deployment]:
    with deploy(sample, aws_packages=aws_packages, environment={"GIVEN": "yes"}) as deployment:
        yield deployment


@pytest.fixture
def fresh(sample: Package, aws_packages: Path) -> Iterator[Deployment]:
    """A deployment of its own, for what breaks or counts processes."""
    with deploy(sample, aws_packages=aws_packages, environment={}) as deployment:
        yield deployment


def test_function_runs_from_the_zip(deployed: Deployment) -> None:
    response = requests.get(deployed.url + "/greeting")

    assert response.status_code == 200
    assert response.text == "hello from the zip\n"


@pytest.mark.parametrize(
    ("module", "importable"),
    [
        ("boto3", True),
        ("awslambdaric", True),
        ("yaml", False),
        ("jinja2", False),
        ("pytest", False),
    ],
)
def test_function_imports_only_what_lambda_has(
    deployed: Deployment, module: str, importable: bool
) -> None:
    response = requests.get(f"{deployed.url}/importable/{module}")

    assert response.json() == {"importable": importable}


def test_function_sees_lambdas_environment_only(
    deployed: Deployment, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LEAK", "of the machine that tests")

    environment = requests.get(deployed.url + "/environment").json()

    assert environment["SAMPLE_STAGE"] == "dev"
    assert environment["GIVEN"] == "yes"
    assert environment["AWS_LAMBDA_FUNCTION_MEMORY_SIZE"] == "128"
    assert "LEAK" not in environment
    assert "HOME" not in environment


def test_function_log_is_kept(deployed: Deployment) -> None:
    requests.get(deployed.url + "/greeting")

    assert "greeting was asked for" in deployed.function.log()


def test_event_carries_all_values_of_headers_and_query(deployed: Deployment) -> None:
    request = Request(
        method="GET",
        target="/api/event/a?q=1&q=2&empty=",
        headers=(("X-One", "1"), ("X-One", "2"), ("User-Agent", "phone"), ("Host", "ignored")),
        source_ip="192.0.2.7",
    )

    event = _event(deployed, request)

    assert event["headers"]["X-One"] == "2"
    assert event["multiValueHeaders"]["X-One"] == ["1", "2"]
    assert event["queryStringParameters"] == {"q": "2", "empty": ""}
    assert event["multiValueQueryStringParameters"] == {"q": ["1", "2"], "empty": [""]}
    assert event["headers"]["Host"] == "abcde12345.execute-api.eu-west-1.amazonaws.com"
    assert event["headers"]["X-Forwarded-Proto"] == "https"
    assert event["requestContext"]["domainName"] == event["headers"]["Host"]
    assert event["requestContext"]["identity"]["sourceIp"] == "192.0.2.7"
    assert event["requestContext"]["identity"]["userAgent"] == "phone"


def test_event_tells_the_path_with_and_without_the_stage(deployed: Deployment) -> None:
    event = _event(deployed, Request(method="GET", target="/api/event/a"))

    assert event["resource"] == "/event/{name}"
    assert event["path"] == "/event/a"
    assert event["requestContext"]["path"] == "/api/event/a"
    assert event["requestContext"]["stage"] == "api"


def test_custom_domain_has_no_stage_in_its_paths(deployed: Deployment) -> None:
    gateway = dataclasses.replace(deployed.gateway, custom_domain="pbx.example.net")

    response = gateway.handle(Request(method="GET", target="/event/a"))

    event = json.loads(response.body)["event"]
    assert event["requestContext"]["path"] == "/event/a"
    assert event["requestContext"]["domainName"] == "pbx.example.net"
    assert event["headers"]["Host"] == "pbx.example.net"


@pytest.mark.parametrize(("decodes", "argument"), [(True, "a b/c"), (False, "a%20b%2Fc")])
def test_path_parameter_is_decoded_when_told_so(
    deployed: Deployment, decodes: bool, argument: str
) -> None:
    gateway = dataclasses.replace(deployed.gateway, decodes_path_parameters=decodes)

    response = gateway.handle(Request(method="GET", target="/api/event/a%20b%2Fc"))

    assert json.loads(response.body)["argument"] == argument


def test_text_body_travels_as_text(deployed: Deployment) -> None:
    headers = (("Content-Type", "text/plain; charset=utf-8"),)
    request = Request(method="POST", target="/api/text", headers=headers, body=b"\xc3\xbc")

    event = _event(deployed, request)

    assert (event["body"], event["isBase64Encoded"]) == ("ü", False)


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/nothing"),
        ("GET", "/event/a/b"),
        ("GET", "/event//a"),
        ("GET", "/event/"),
        ("DELETE", "/event/a"),
        ("HEAD", "/event/a"),
    ],
)
def test_what_the_api_does_not_have_is_refused_by_the_gateway(
    deployed: Deployment, method: str, path: str
) -> None:
    response = deployed.gateway.handle(Request(method=method, target="/api" + path))

    assert response.status == 403
    assert response.body == b'{"message": "Missing Authentication Token"}'
    assert response.header("x-amzn-ErrorType") == "MissingAuthenticationTokenException"


def test_another_stage_is_forbidden(deployed: Deployment) -> None:
    response = deployed.gateway.handle(Request(method="GET", target="/apiary/event/a"))

    assert (response.status, response.body) == (403, b'{"message": "Forbidden"}')


@pytest.mark.parametrize(("path", "body"), [("/event/fixed", "fixed"), ("/greeting/", None)])
def test_literal_and_trailing_slash_reach_their_resource(
    deployed: Deployment, path: str, body: str | None
) -> None:
    response = requests.get(deployed.url + path)

    assert response.status_code == 200
    assert body is None or response.text == body


def test_headers_that_the_gateway_keeps_for_itself_are_renamed(deployed: Deployment) -> None:
    response = deployed.gateway.handle(Request(method="GET", target="/api/challenge"))

    assert response.status == 401
    assert response.header("WWW-Authenticate") is None
    assert response.header("x-amzn-Remapped-WWW-Authenticate") == "Basic realm=x"
    assert [value for name, value in response.headers if name == "X-Two"] == ["a", "b"]


@pytest.mark.parametrize(
    ("accept", "body"),
    [
        ("application/octet-stream", b"\x00\xff"),
        ("application/octet-stream, */*", b"\x00\xff"),
        ("*/*", b"AP8="),
    ],
)
def test_bytes_arrive_only_when_accept_names_their_type_first(
    deployed: Deployment, accept: str, body: bytes
) -> None:
    response = requests.get(deployed.url + "/bytes", headers={"Accept": accept})

    assert (response.status_code, response.content) == (200, body)


def test_bytes_in_a_text_response_are_a_bad_gateway(deployed: Deployment) -> None:
    response = requests.get(deployed.url + "/gzip")

    assert (response.status_code, response.json()) == (502, {"message": "Internal server error"})


@pytest.mark.parametrize(("megabytes", "status"), [(5, 200), (6, 502)])
def test_large_response_is_a_bad_gateway(deployed: Deployment, megabytes: int, status: int) -> None:
    response = requests.get(f"{deployed.url}/large/{megabytes}")

    assert response.status_code == status


def test_large_request_is_refused(deployed: Deployment) -> None:
    body = b"x" * 6 * 1024 * 1024

    response = requests.post(
        deployed.url + "/text", data=body, headers={"Content-Type": "text/plain"}
    )

    assert (response.status_code, response.json()) == (413, {"message": "Request Too Long"})


def test_chunked_request_arrives_whole(deployed: Deployment) -> None:
    response = requests.post(
        deployed.url + "/text", data=iter([b"ab", b"c"]), headers={"Content-Type": "text/plain"}
    )

    assert response.json()["event"]["body"] == "abc"


def test_connection_stays_in_step_after_answers_without_a_body(deployed: Deployment) -> None:
    connection = http.client.HTTPConnection(urlsplit(deployed.url).netloc)
    statuses = []

    for method, path in [("GET", "/not-modified"), ("HEAD", "/not-modified"), ("GET", "/greeting")]:
        connection.request(method, "/api" + path)
        answer = connection.getresponse()
        statuses.append((answer.status, answer.read()))
    connection.close()

    assert statuses == [(304, b""), (304, b""), (200, b"hello from the zip\n")]


def test_process_is_kept_between_requests(fresh: Deployment) -> None:
    ages = [requests.get(fresh.url + "/sleep/0").json()["age"] for _ in range(2)]

    assert ages[1] > ages[0]
    assert fresh.function.cold_starts == 1


def test_requests_at_the_same_time_get_processes_of_their_own(fresh: Deployment) -> None:
    with ThreadPoolExecutor() as pool:
        responses = list(pool.map(requests.get, [fresh.url + "/sleep/0.5"] * 2))

    assert [response.status_code for response in responses] == [200, 200]
    assert fresh.function.cold_starts == 2


@pytest.mark.parametrize("path", ["/exit", "/sleep/3"])
def test_function_comes_back_after_it_died_or_timed_out(fresh: Deployment, path: str) -> None:
    broken = requests.get(fresh.url + path)

    whole = requests.get(fresh.url + "/greeting")

    assert (broken.status_code, broken.json()) == (502, {"message": "Internal server error"})
    assert whole.status_code == 200


def test_function_that_cannot_start_is_a_bad_gateway(tmp_path: Path, aws_packages: Path) -> None:
    (tmp_path / "project" / ".chalice").mkdir(parents=True)
    config = (SAMPLE / ".chalice" / "config.json").read_text()
    (tmp_path / "project" / ".chalice" / "config.json").write_text(config)
    # yaml is at hand where the app is packaged, and missing on Lambda.
    source = "import yaml\nfrom chalice import Chalice\napp = Chalice(app_name='sample')\n"
    route = "@app.route('/')\ndef index():\n    return {}\n"
    (tmp_path / "project" / "app.py").write_text(source + route)
    broken = package(tmp_path / "project", stage="dev", into=tmp_path / "out")

    with deploy(broken, aws_packages=aws_packages, environment={}) as deployment:
        response = requests.get(deployment.url + "/")
        log = deployment.function.log()

    assert (response.status_code, response.json()) == (502, {"message": "Internal server error"})
    assert "No module named 'yaml'" in log


def test_project_that_chalice_refuses_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "project").mkdir()

    with pytest.raises(PackagingError, match="config"):
        package(tmp_path / "project", stage="dev", into=tmp_path / "out")


def _event(deployment: Deployment, request: Request) -> dict[str, Any]:
    response = deployment.gateway.handle(request)
    event: dict[str, Any] = json.loads(response.body)["event"]
    return event
