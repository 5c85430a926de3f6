"""The description is the truth: Schemathesis asks a running planner whatever it allows."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from portfolio.api import OPERATIONS
from portfolio.api.openapi import document, problem_names
from portfolio.api.problems import PROBLEMS
from portfolio.messages import MESSAGES
from tests.portfolio.shell.conftest import Served, run

EXAMPLES = 5
CONFIG = Path(__file__).with_name("schemathesis.toml")
LEFT_OUT = ("/api/v1/tokens/{login_id}",)  # it would end the login that asks


def described() -> dict[str, Any]:
    return document(OPERATIONS, "0.0.1", "pp_session_test")


def test_every_operation_is_described_once() -> None:
    found = described()
    names = [
        operation["operationId"]
        for path in (*found["paths"].values(), *found["x-live"].values())
        for operation in path.values()
    ]

    assert sorted(names) == sorted(operation.name for operation in OPERATIONS)
    assert len(names) == len(set(names))


def test_every_problem_that_an_operation_answers_is_documented_with_it() -> None:
    found = described()
    paths = found["paths"] | found["x-live"]
    for operation in OPERATIONS:
        responses = paths["/api/v1" + operation.path][operation.method.lower()]["responses"]
        for name in problem_names(operation):
            assert f"`{name}`" in responses[str(PROBLEMS[name].status)]["description"]


def test_bounds_of_parameters_are_said_in_words_of_json_schema() -> None:
    paths = described()["paths"]
    limit = next(
        one for one in paths["/api/v1/feed"]["get"]["parameters"] if one["name"] == "limit"
    )

    assert (limit["schema"]["minimum"], limit["schema"]["maximum"]) == (1, 200)
    for path in paths.values():
        for operation in path.values():
            for parameter in operation.get("parameters", ()):
                assert not {"ge", "gt", "le", "lt"} & parameter["schema"].keys()


def test_every_live_message_is_described() -> None:
    assert set(described()["x-live-messages"]) == set(MESSAGES)


def test_only_operations_that_say_why_are_open() -> None:
    paths = described()["paths"]

    assert paths["/api/v1/health"]["get"]["security"] == []
    assert paths["/api/v1/me"]["get"]["security"] == [{"bearer": []}, {"cookie": []}]


async def test_the_description_asks_for_a_login(stand: Any) -> None:
    answer = await stand.call("GET", "/openapi.json")

    assert (await answer.json())["openapi"] == "3.1.0"
    assert (await stand.client.get("/api/v1/openapi.json")).status == 401


@pytest.fixture(scope="module")
def planner(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Served, str]]:
    """A planner as a process of its own, and a token for it."""
    home = tmp_path_factory.mktemp("fuzzed") / "home"
    run("init", "--home", home, "--name", "Ann")
    token = run("token", "--home", home).last
    served = Served(home, "--log-level", "error")
    yield served.wait(), token
    served.end()


@pytest.mark.timeout(300)
@pytest.mark.parametrize("with_login", [True, False])
def test_schemathesis_finds_nothing(
    planner: tuple[Served, str], tmp_path: Path, *, with_login: bool
) -> None:
    served, token = planner
    schema = tmp_path / "openapi.json"
    schema.write_text(served.get("/api/v1/openapi.json", token)[1])
    arguments = [
        sys.executable, "-m", "schemathesis.cli", "--config-file", str(CONFIG),
        "run", str(schema), "--url", f"http://127.0.0.1:{served.port}",
        "--max-examples", str(EXAMPLES), "--seed", "1", "--no-color", "--workers", "2",
        "--phases", "examples,coverage,fuzzing", "--request-timeout", "60",
    ]  # fmt: skip
    for path in LEFT_OUT:
        arguments += ["--exclude-path", path]
    if with_login:
        arguments += ["--header", f"Authorization: Bearer {token}"]

    done = subprocess.run(arguments, cwd=tmp_path, capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stdout
    assert served.get("/api/v1/me", token)[0] == 200  # still on its feet
