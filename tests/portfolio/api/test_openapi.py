"""The description is the truth: Schemathesis asks a running planner whatever it allows."""

import asyncio
import json
import sys
from pathlib import Path
from typing import Any

import pytest

from portfolio.api import OPERATIONS
from portfolio.api.openapi import document, problem_names
from portfolio.api.problems import PROBLEMS
from portfolio.messages import MESSAGES

EXAMPLES = 15
CONFIG = Path(__file__).with_name("schemathesis.toml")
# A socket is not a request and answer; these two would end the login that asks.
LEFT_OUT = ("/api/v1/live", "/api/v1/session", "/api/v1/tokens/{login_id}")


def described() -> dict[str, Any]:
    return document(OPERATIONS, "0.0.1", "pp_session_test")


def test_every_operation_is_described_once() -> None:
    names = [
        operation["operationId"]
        for path in described()["paths"].values()
        for operation in path.values()
    ]

    assert sorted(names) == sorted(operation.name for operation in OPERATIONS)
    assert len(names) == len(set(names))


def test_every_problem_that_an_operation_answers_is_documented_with_it() -> None:
    paths = described()["paths"]
    for operation in OPERATIONS:
        responses = paths["/api/v1" + operation.path][operation.method.lower()]["responses"]
        for name in problem_names(operation):
            assert f"`{name}`" in responses[str(PROBLEMS[name].status)]["description"]


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


@pytest.mark.timeout(120)
@pytest.mark.parametrize("with_login", [True, False])
async def test_schemathesis_finds_nothing(stand: Any, tmp_path: Path, *, with_login: bool) -> None:
    schema = tmp_path / "openapi.json"
    schema.write_text(json.dumps(described()))
    arguments = [
        "-m", "schemathesis.cli", "--config-file", str(CONFIG), "run", str(schema),
        "--url", f"http://127.0.0.1:{stand.client.port}",
        "--max-examples", str(EXAMPLES), "--seed", "1", "--no-color", "--workers", "1",
        "--phases", "examples,coverage,fuzzing",
    ]  # fmt: skip
    for path in LEFT_OUT:
        arguments += ["--exclude-path", path]
    if with_login:
        arguments += ["--header", f"Authorization: Bearer {stand.token}"]

    process = await asyncio.create_subprocess_exec(
        sys.executable, *arguments, cwd=tmp_path,
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT,
    )  # fmt: skip
    output = (await process.communicate())[0].decode()

    assert process.returncode == 0, output
    assert (await stand.call("GET", "/me")).status == 200  # still on its feet
