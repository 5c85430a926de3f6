"""Who gets in, and who does not."""

from typing import Any

import pytest

from portfolio.api import OPERATIONS

OPEN_BY_NAME = {"read_health", "log_in"}


def auth(stand: Any) -> dict[str, str]:
    return {"Authorization": f"Bearer {stand.token}"}


async def test_every_route_asks_for_a_login_unless_it_opts_out_by_name(
    stand: Any, problem: Any
) -> None:
    for operation in OPERATIONS:
        path = "/api/v1" + operation.path
        for parameter in operation.parameters:
            path = path.replace("{" + parameter.name + "}", "x")
        answer = await stand.client.request(operation.method, path)
        if operation.name in OPEN_BY_NAME:
            assert answer.status != 401 or await problem(answer) == "bad-code", operation.name
        else:
            assert answer.status == 401, operation.name
            assert await problem(answer) == "login-required"
            assert answer.headers["WWW-Authenticate"] == "Bearer"


async def test_metrics_at_the_root_need_a_login_too(stand: Any) -> None:
    assert (await stand.client.get("/metrics")).status == 401
    assert (await stand.client.get("/metrics", headers=auth(stand))).status == 200


async def test_a_token_gets_in(stand: Any) -> None:
    assert (await stand.call("GET", "/me")).status == 200


@pytest.mark.parametrize(
    "header", ["Bearer wrong", "Bearer ", "Basic abc", "bearer", "Bearer pp_session_test"]
)
async def test_a_wrong_token_does_not(stand: Any, header: str) -> None:
    answer = await stand.client.get("/api/v1/me", headers={"Authorization": header})

    assert answer.status == 401


async def test_a_wrong_token_is_refused_beside_a_good_cookie(stand: Any) -> None:
    cookie = await stand.cookie()

    good = await stand.client.get("/api/v1/me", headers=cookie)
    bad = await stand.client.get("/api/v1/me", headers={**cookie, "Authorization": "Bearer no"})

    assert (good.status, bad.status) == (200, 401)


async def test_the_secret_of_a_session_is_no_token(stand: Any) -> None:
    secret = (await stand.cookie())["Cookie"].partition("=")[2]

    answer = await stand.client.get("/api/v1/me", headers={"Authorization": f"Bearer {secret}"})

    assert answer.status == 401


async def test_a_login_code_is_no_token(stand: Any) -> None:
    code = await stand.admit("code")

    answer = await stand.client.get("/api/v1/me", headers={"Authorization": f"Bearer {code}"})

    assert answer.status == 401


@pytest.mark.parametrize(
    "host",
    ["127.0.0.1:1", "localhost", "localhost:8000", "[::1]:80", "planner.example", "LOCALHOST"],
)
async def test_its_own_names_are_answered(stand: Any, host: str) -> None:
    assert (await stand.client.get("/health", headers={"Host": host})).status == 200


@pytest.mark.parametrize(
    "host",
    ["evil.example", "127.0.0.1.evil.example", "localhost.evil.example:8000", "192.168.1.4", ""],
)
async def test_a_foreign_host_is_refused_even_where_all_is_open(
    stand: Any, problem: Any, host: str
) -> None:
    for path in ("/health", "/", "/api/v1/me", "/nothing"):
        answer = await stand.client.get(path, headers={"Host": host, **auth(stand)})
        assert answer.status == 403
        assert await problem(answer) == "foreign-host"


async def test_a_change_from_its_own_page_is_taken(stand: Any) -> None:
    origin = f"http://127.0.0.1:{stand.client.port}"

    answer = await stand.call("PATCH", "/me", json={"name": "Ann"}, headers={"Origin": origin})

    assert answer.status == 200


@pytest.mark.parametrize(
    "origin", ["http://evil.example", "null", "http://127.0.0.1:1", "https://localhost", ""]
)
async def test_a_change_from_a_foreign_page_is_refused(
    stand: Any, problem: Any, origin: str
) -> None:
    answer = await stand.call("PATCH", "/me", json={"name": "Ann"}, headers={"Origin": origin})

    assert answer.status == 403
    assert await problem(answer) == "foreign-origin"


async def test_a_foreign_page_cannot_log_in(stand: Any) -> None:
    code = await stand.admit("code")

    answer = await stand.client.post(
        "/api/v1/session", json={"code": code}, headers={"Origin": "http://evil.example"}
    )

    assert answer.status == 403


async def test_a_change_under_a_cookie_needs_the_csrf_header(stand: Any, problem: Any) -> None:
    cookie = await stand.cookie()
    with_header = {**cookie, "X-Requested-With": "planner"}

    refused = await stand.client.patch("/api/v1/me", json={"name": "Eve"}, headers=cookie)
    taken = await stand.client.patch("/api/v1/me", json={"name": "Ann"}, headers=with_header)

    assert refused.status == 403
    assert await problem(refused) == "csrf"
    assert (await taken.json())["name"] == "Ann"


async def test_every_answer_carries_the_security_headers(stand: Any) -> None:
    for path in ("/", "/health", "/api/v1/me", "/nothing"):
        answer = await stand.client.get(path)
        assert "default-src 'self'" in answer.headers["Content-Security-Policy"]
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["X-Frame-Options"] == "DENY"
    assert (await stand.call("GET", "/me")).headers["Cache-Control"] == "no-store"


async def test_what_there_is_below_the_api_is_not_told_to_strangers(stand: Any) -> None:
    for path in ("/api/v1/nothing", "/api/v1/friends/nobody", "/api/v1/positions/x/comments"):
        assert (await stand.client.get(path)).status == 401
        assert (await stand.client.get(path, headers=auth(stand))).status == 404
    assert (await stand.client.get("/nothing")).status == 404


async def test_a_path_that_is_none_is_404_and_a_method_that_is_none_405_with_allow(
    stand: Any, problem: Any
) -> None:
    nothing = await stand.call("GET", "/nothing")
    wrong = await stand.call("PUT", "/me")

    assert (nothing.status, await problem(nothing)) == (404, "not-found")
    assert (wrong.status, await problem(wrong)) == (405, "method-not-allowed")
    assert set(wrong.headers["Allow"].split(",")) == {"GET", "HEAD", "PATCH"}
