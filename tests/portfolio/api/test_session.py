"""Login links, cookies and tokens."""

from typing import Any

COOKIE = "pp_session_test"


async def test_a_code_buys_a_cookie_that_scripts_and_other_sites_do_not_get(stand: Any) -> None:
    code = await stand.admit("code")

    answer = await stand.client.post("/api/v1/session", json={"code": code})

    assert answer.status == 201
    cookie = answer.cookies[COOKIE]
    assert cookie["httponly"]
    assert cookie["samesite"] == "Strict"
    assert not cookie["secure"]
    assert cookie.value not in await answer.text()


async def test_behind_tls_the_cookie_is_secure(stand: Any) -> None:
    code = await stand.admit("code")
    headers = {"Host": "planner.example", "Origin": "https://planner.example"}

    answer = await stand.client.post("/api/v1/session", json={"code": code}, headers=headers)

    assert answer.cookies[COOKIE]["secure"]


async def test_a_code_works_once(stand: Any, problem: Any) -> None:
    code = await stand.admit("code")

    first = await stand.client.post("/api/v1/session", json={"code": code})
    second = await stand.client.post("/api/v1/session", json={"code": code})

    assert first.status == 201
    assert second.status == 401
    assert await problem(second) == "bad-code"
    assert COOKIE not in second.cookies


async def test_a_code_works_for_ten_minutes(stand: Any) -> None:
    early, late = await stand.admit("code"), await stand.admit("code")

    stand.clock.advance(minutes=9, seconds=59)
    in_time = await stand.client.post("/api/v1/session", json={"code": early})
    stand.clock.advance(seconds=1)
    too_late = await stand.client.post("/api/v1/session", json={"code": late})

    assert (in_time.status, too_late.status) == (201, 401)


async def test_an_unknown_code_is_refused(stand: Any) -> None:
    answer = await stand.client.post("/api/v1/session", json={"code": "unknown"})

    assert answer.status == 401


async def test_a_token_is_no_code(stand: Any) -> None:
    answer = await stand.client.post("/api/v1/session", json={"code": stand.token})

    assert answer.status == 401


async def test_a_session_ends_after_thirty_days(stand: Any) -> None:
    cookie = await stand.cookie()

    stand.clock.advance(days=30, seconds=-1)
    before = await stand.client.get("/api/v1/me", headers=cookie)
    stand.clock.advance(seconds=1)
    after = await stand.client.get("/api/v1/me", headers=cookie)

    assert (before.status, after.status) == (200, 401)


async def test_logging_out_ends_the_session(stand: Any) -> None:
    cookie = {**await stand.cookie(), "X-Requested-With": "planner"}

    answer = await stand.client.delete("/api/v1/session", headers=cookie)
    after = await stand.client.get("/api/v1/me", headers=cookie)

    assert answer.status == 204
    assert answer.cookies[COOKIE]["max-age"] == "0"
    assert after.status == 401


async def test_the_commands_make_tokens_and_codes(stand: Any) -> None:
    headers = {"Authorization": f"Bearer {stand.control()}"}

    made = await stand.client.post("/api/v1/tokens", json={"label": "cron"}, headers=headers)
    token = (await made.json())["secret"]
    code = await (await stand.client.post("/api/v1/session/codes", headers=headers)).json()
    login = await stand.client.post("/api/v1/session", json={"code": code["secret"]})
    me = await stand.client.get("/api/v1/me", headers={"Authorization": f"Bearer {token}"})

    assert (made.status, login.status, me.status) == (201, 201, 200)


async def test_a_token_makes_no_further_tokens(stand: Any, problem: Any) -> None:
    token = await stand.call("POST", "/tokens", json={})
    code = await stand.call("POST", "/session/codes")

    assert (token.status, code.status) == (403, 403)
    assert await problem(token) == "forbidden"


async def test_a_token_is_no_session_to_log_out_of(stand: Any, problem: Any) -> None:
    answer = await stand.call("DELETE", "/session")

    assert (answer.status, await problem(answer)) == (409, "conflict")
    assert (await stand.call("GET", "/me")).status == 200


async def test_a_token_taken_back_no_longer_works(stand: Any) -> None:
    listed = (await (await stand.call("GET", "/tokens")).json())["items"]

    gone = await stand.call("DELETE", f"/tokens/{listed[0]['id']}")
    after = await stand.call("GET", "/me")

    assert "secret" not in listed[0]
    assert (gone.status, after.status) == (204, 401)


async def test_a_token_that_is_none_cannot_be_taken_back(stand: Any) -> None:
    answer = await stand.call("DELETE", "/tokens/01JD0000000000000000000000")

    assert answer.status == 404


async def test_secrets_are_not_in_the_database(stand: Any, tmp_path: Any) -> None:
    cookie = (await stand.cookie())["Cookie"].partition("=")[2]

    stored = b"".join(file.read_bytes() for file in tmp_path.glob("planner.db*"))

    assert stand.token.encode() not in stored
    assert cookie.encode() not in stored
