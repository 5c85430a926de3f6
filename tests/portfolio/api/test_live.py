"""The live socket: what changed, in order, once, and resumable."""

import asyncio
import contextlib
from typing import Any

import aiohttp
import pytest
from pydantic import ValidationError

from portfolio import live
from portfolio.live import announce, announce_all

COMMENT = {"id": "c1", "who": "did:key:bob", "position_id": "p1"}


async def connect(stand: Any, query: str = "", **headers: str) -> aiohttp.ClientWebSocketResponse:
    sent = headers or {"Authorization": f"Bearer {stand.token}"}
    socket: aiohttp.ClientWebSocketResponse = await stand.client.ws_connect(
        f"/api/v1/live{query}", headers=sent
    )
    return socket


async def say(stand: Any, count: int = 1) -> None:
    for _ in range(count):
        await stand.writer.run(lambda tx: announce(tx, "comment_added", COMMENT))


async def heard(socket: aiohttp.ClientWebSocketResponse, count: int) -> list[dict[str, Any]]:
    async with asyncio.timeout(2):
        return [await socket.receive_json() for _ in range(count)]


async def closed_with(socket: aiohttp.ClientWebSocketResponse) -> Any:
    async with asyncio.timeout(2):
        message = await socket.receive()
    assert message.type is aiohttp.WSMsgType.CLOSE
    return message.data


async def test_the_first_message_is_hello(stand: Any) -> None:
    await say(stand, 2)
    socket = await connect(stand)

    (hello,) = await heard(socket, 1)

    assert (hello["n"], hello["type"]) == (2, "hello")
    assert hello["data"]["who"].startswith("did:key:")


async def test_a_question_is_answered_with_hello_and_the_newest_number(stand: Any) -> None:
    socket = await connect(stand)
    await say(stand, 2)

    await socket.send_str("?")

    *_, answer = await heard(socket, 4)
    assert (answer["n"], answer["type"]) == (2, "hello")


async def test_whoever_asks_faster_than_it_reads_is_cut(
    stand: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(live, "QUEUE_MAX", 1)
    socket = await connect(stand)
    await heard(socket, 1)
    (listener,) = stand.hub._listeners
    listener.queue = asyncio.Queue()  # which nobody empties

    with contextlib.suppress(ConnectionError):
        await socket.send_str("?")
        await socket.send_str("?")

    async with asyncio.timeout(2):
        message = await socket.receive()
    assert message.type in {aiohttp.WSMsgType.CLOSED, aiohttp.WSMsgType.ERROR}


async def test_a_change_is_heard_after_its_commit(stand: Any) -> None:
    socket = await connect(stand)

    await say(stand)

    _, message = await heard(socket, 2)
    assert message == {"n": 1, "type": "comment_added", "data": COMMENT}


async def test_a_change_that_was_undone_is_never_heard(stand: Any) -> None:
    socket = await connect(stand)

    def undone(tx: Any) -> None:
        announce(tx, "comment_deleted", COMMENT)
        raise KeyError

    with pytest.raises(KeyError):
        await stand.writer.run(undone)
    await say(stand)

    _, message = await heard(socket, 2)
    assert message["type"] == "comment_added"


async def test_all_pages_hear_all_in_order(stand: Any) -> None:
    sockets = [await connect(stand) for _ in range(3)]

    await say(stand, 20)

    for socket in sockets:
        assert [message["n"] for message in (await heard(socket, 21))[1:]] == list(range(1, 21))


async def test_a_page_that_comes_back_gets_the_rest_and_nothing_twice(stand: Any) -> None:
    await say(stand, 5)
    socket = await connect(stand, "?since=3")

    await say(stand)

    messages = await heard(socket, 4)
    assert [(m["n"], m["type"]) for m in messages] == [
        (3, "hello"), (4, "comment_added"), (5, "comment_added"), (6, "comment_added"),
    ]  # fmt: skip


async def test_messages_made_while_a_page_connects_are_heard_once(stand: Any) -> None:
    await say(stand, 50)

    async with asyncio.TaskGroup() as group:
        connecting = group.create_task(connect(stand, "?since=10"))
        group.create_task(say(stand, 50))

    messages = await heard(connecting.result(), 91)
    assert [message["n"] for message in messages] == list(range(10, 101))


async def test_since_beyond_what_was_ever_said_is_resync(stand: Any) -> None:
    await say(stand, 2)
    socket = await connect(stand, "?since=9")

    messages = await heard(socket, 2)

    assert (messages[1]["n"], messages[1]["type"]) == (2, "resync")


async def test_since_longer_ago_than_is_kept_is_resync(
    stand: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(live, "KEPT_MAX", 10)
    monkeypatch.setattr(live, "PRUNE_EVERY", 5)
    await say(stand, 30)

    forgotten, kept = await connect(stand, "?since=19"), await connect(stand, "?since=20")

    assert [m["type"] for m in await heard(forgotten, 2)] == ["hello", "resync"]
    assert [m["n"] for m in await heard(kept, 11)] == list(range(20, 31))


async def test_more_missed_than_is_worth_telling_is_resync(
    stand: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(live, "REPLAY_MAX", 10)
    await say(stand, 11)

    many, few = await connect(stand, "?since=0"), await connect(stand, "?since=1")

    assert [m["type"] for m in await heard(many, 2)] == ["hello", "resync"]
    assert len(await heard(few, 11)) == 11


async def test_presence_passes_and_is_not_kept(stand: Any) -> None:
    await say(stand)
    socket = await connect(stand)

    stand.hub.tell("friend_online", {"id": "did:key:bob", "who": "did:key:bob"})
    await say(stand)

    messages = await heard(socket, 3)
    assert [(m["n"], m["type"]) for m in messages[1:]] == [
        (1, "friend_online"), (2, "comment_added"),
    ]  # fmt: skip


async def test_numbers_go_on_after_a_restart(stand: Any) -> None:
    await say(stand, 3)
    restarted = live.Hub()

    await stand.reader.run(restarted.load)

    assert restarted.last == 3


async def test_a_page_that_cannot_keep_up_is_cut_and_others_go_on(stand: Any) -> None:
    slow = await connect(stand)
    await heard(slow, 1)
    (listener,) = stand.hub._listeners
    quick = await connect(stand)
    await heard(quick, 1)

    for n in range(live.QUEUE_MAX):  # in one go: its writer gets no turn in between
        listener.put(live.Frame(n, "{}", passing=True))
    stand.hub.tell("directory_state", {"state": "away"})

    assert [message["type"] for message in await heard(quick, 1)] == ["directory_state"]
    assert (stand.hub.cut_total, len(stand.hub)) == (1, 1)
    with contextlib.suppress(TypeError):
        while True:
            await heard(slow, 1)
    assert slow.closed


async def test_one_commit_may_bring_more_than_a_socket_may_leave_waiting(stand: Any) -> None:
    socket = await connect(stand)
    await heard(socket, 1)
    page: list[live.Message] = [("comment_added", COMMENT)] * (live.QUEUE_MAX + 1)

    await stand.writer.run(lambda tx: announce_all(tx, page))

    numbers = [message["n"] for message in await heard(socket, len(page))]
    assert numbers == list(range(1, len(page) + 1))
    assert stand.hub.cut_total == 0


async def test_messages_beyond_those_kept_are_pruned_also_when_many_come_at_once(
    stand: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(live, "KEPT_MAX", 10)
    monkeypatch.setattr(live, "PRUNE_EVERY", 4)
    page: list[live.Message] = [("comment_added", COMMENT)] * 30

    await stand.writer.run(lambda tx: announce_all(tx, page))

    frames = await stand.reader.run(lambda conn: live.missed(conn, 20))
    assert [frame.n for frame in frames] == list(range(21, 31))
    assert await stand.reader.run(lambda conn: live.missed(conn, 19)) is None


async def test_logging_out_closes_the_sockets_of_that_login_only(stand: Any) -> None:
    cookie = await stand.cookie()
    browser, program = await connect(stand, **cookie), await connect(stand)
    await heard(browser, 1)
    await heard(program, 1)

    await stand.client.delete("/api/v1/session", headers={**cookie, "X-Requested-With": "x"})
    await say(stand)

    assert await closed_with(browser) == live.LOGGED_OUT
    assert (await heard(program, 1))[0]["type"] == "comment_added"


async def test_stopping_closes_every_socket_at_once(stand: Any) -> None:
    sockets = [await connect(stand) for _ in range(3)]
    for socket in sockets:
        await heard(socket, 1)
    began = asyncio.get_running_loop().time()

    async with asyncio.TaskGroup() as group:
        closing = [group.create_task(closed_with(socket)) for socket in sockets]
        group.create_task(stand.client.server.close())

    assert [task.result() for task in closing] == [live.GOING_AWAY] * 3
    assert asyncio.get_running_loop().time() - began < 1


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Authorization": "Bearer wrong"}, 401),
        ({"X-Nothing": "1"}, 401),
        ({"Sec-WebSocket-Protocol": "portfolio.v1, bearer.wrong"}, 401),
        ({"Origin": "http://evil.example"}, 403),
        ({"Host": "evil.example"}, 403),
    ],
)
async def test_who_may_not_come_in_gets_no_socket(
    stand: Any, headers: dict[str, str], status: int
) -> None:
    with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
        await connect(stand, **headers)

    assert refused.value.status == status


async def test_a_foreign_page_with_a_good_cookie_gets_no_socket(stand: Any) -> None:
    cookie = await stand.cookie()
    own = {**cookie, "Origin": f"http://127.0.0.1:{stand.client.port}"}

    assert len(await heard(await connect(stand, **own), 1)) == 1
    with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
        await connect(stand, **cookie, Origin="http://127.0.0.1:1")
    assert refused.value.status == 403


async def test_a_browser_may_bring_its_token_as_a_subprotocol(stand: Any) -> None:
    socket = await stand.client.ws_connect(
        "/api/v1/live", protocols=("portfolio.v1", f"bearer.{stand.token}")
    )

    assert socket.protocol == "portfolio.v1"
    assert (await heard(socket, 1))[0]["type"] == "hello"


async def test_a_plain_request_is_told_what_it_is(stand: Any, problem: Any) -> None:
    answer = await stand.call("GET", "/live")

    assert answer.status == 400
    assert await problem(answer) == "malformed"


async def test_data_that_is_not_of_its_type_is_a_fault_of_ours(stand: Any) -> None:
    with pytest.raises(ValidationError):
        await stand.writer.run(
            lambda tx: announce(tx, "comment_added", {**COMMENT, "text": "never in a message"})
        )
