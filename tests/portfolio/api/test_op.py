"""What a handler's signature says is what is checked."""

import asyncio
import io
from typing import Any, Literal

import pytest
from pydantic import Field

from federation.errors import DeliveryError
from federation.writer import Tx
from portfolio.api import OPERATIONS
from portfolio.api.answers import Created
from portfolio.api.context import Context
from portfolio.api.fields import (
    Absent,
    CursorByNumber,
    DecimalText,
    In,
    Limit,
    Natural,
    Out,
    Ulid,
    absent,
)
from portfolio.api.op import Operation, op
from portfolio.api.paging import Page, page, read_cursor
from portfolio.services.errors import NotFoundError
from portfolio.storage import settings

ULID = "01JD0000000000000000000000"


class NoteIn(In):
    text: str = Field(min_length=1, max_length=10)
    price: DecimalText | None = None
    pinned: bool = False
    colour: Literal["red", "blue"] | Absent = absent()


class Note(Out):
    id: Ulid
    text: str
    price: DecimalText | None = None


@op("GET", "/notes")
async def list_notes(
    _context: Context, *, limit: Limit = 3, cursor: CursorByNumber | None = None
) -> Page[int]:
    """List numbers."""
    after = read_cursor(cursor, int)
    start = 0 if after is None else int(after[0]) + 1
    rows = list(range(10))[start : start + limit + 1]
    return page(rows, limit, item=lambda row: row, key=lambda row: (row,))


@op("GET", "/notes/{note_id}", etag=True)
async def read_note(context: Context, note_id: Ulid, *, n: Natural = 0) -> Note:
    """Read a note."""
    if note_id != ULID:
        raise NotFoundError
    text = await context.read(lambda conn: settings.read(conn, "note", f"note {n}"))
    return Note(id=note_id, text=text)


@op("POST", "/notes")
async def add_note(context: Context, body: NoteIn) -> Created[Note]:
    """Add a note."""

    def work(tx: Tx) -> Created[Note]:
        count = settings.read(tx.conn, "count", 0) + 1
        settings.write(tx.conn, "count", count)
        if body.text == "boom":
            raise NotFoundError
        return Created(Note(id=ULID, text=f"{body.text} {count}", price=body.price), "/notes/1")

    return await context.write(work)


@op("POST", "/calls", outside=True)
async def call_friend(context: Context, body: NoteIn) -> Created[Note]:
    """Call a friend."""
    if body.text == "away":
        raise DeliveryError("Bob is away")
    await asyncio.sleep(0.02)
    count = await context.read(lambda conn: settings.read(conn, "calls", 0)) + 1
    await context.write(lambda tx: settings.write(tx.conn, "calls", count))
    return Created(Note(id=ULID, text=str(count)), "/calls/1")


@op("PUT", "/notes/{note_id}", etag=True)
async def replace_note(context: Context, note_id: Ulid, body: NoteIn) -> Note:
    """Replace a note."""

    def work(tx: Tx) -> Note:
        context.if_match(Note(id=note_id, text=settings.read(tx.conn, "note", "note 0")))
        settings.write(tx.conn, "note", body.text)
        return Note(id=note_id, text=body.text)

    return await context.write(work)


@op("DELETE", "/notes/{note_id}")
async def fail(_context: Context, note_id: Ulid) -> None:
    """Fail."""
    raise RuntimeError(f"a secret detail of {note_id}")


@pytest.fixture
def resources() -> tuple[Operation, ...]:
    return (*OPERATIONS, list_notes, read_note, add_note, call_friend, replace_note, fail)


async def send(stand: Any, body: Any, key: str | None = None, path: str = "/notes") -> Any:
    headers = {} if key is None else {"Idempotency-Key": key}
    return await stand.call("POST", path, json=body, headers=headers)


async def test_a_list_is_read_page_by_page(stand: Any) -> None:
    seen, cursor = [], None
    for _ in range(4):
        query = {"limit": "4"} if cursor is None else {"limit": "4", "cursor": cursor}
        found = await (await stand.call("GET", "/notes", params=query)).json()
        seen += found["items"]
        cursor = found["next"]
        if cursor is None:
            break

    assert seen == list(range(10))


@pytest.mark.parametrize(
    "query",
    ["limit=0", "limit=201", "limit=1_0", "limit=%2B5", "limit= 5", "limit=٣", "limit=",
     "limit=3&limit=3", "unknown=1", "cursor=AAAA", "cursor=-1", "cursor=01", "cursor=%00"],
)  # fmt: skip
async def test_a_bad_unknown_or_repeated_query_parameter_is_400(
    stand: Any, problem: Any, query: str
) -> None:
    answer = await stand.call("GET", f"/notes?{query}")

    assert answer.status == 400
    assert await problem(answer) == "bad-query"


@pytest.mark.parametrize(
    "value", ["x", "01jd0000000000000000000000", "٣", "%00", "%2F", "..%2Fme"]
)
async def test_a_bad_path_value_is_404(stand: Any, problem: Any, value: str) -> None:
    answer = await stand.call("GET", f"/notes/{value}")

    assert answer.status == 404
    assert await problem(answer) == "not-found"


async def test_a_created_thing_says_where_it_is(stand: Any) -> None:
    answer = await send(stand, {"text": "a", "price": "10.50"})

    assert answer.status == 201
    assert answer.headers["Location"] == "/api/v1/notes/1"
    assert (await answer.json())["price"] == "10.50"


@pytest.mark.parametrize(
    "kind", ["text/plain", "application/merge-patch+json", "multipart/form-data"]
)
async def test_a_wrong_media_type_is_415(stand: Any, problem: Any, kind: str) -> None:
    answer = await stand.call("POST", "/notes", data=b"{}", headers={"Content-Type": kind})

    assert answer.status == 415
    assert await problem(answer) == "media-type"


@pytest.mark.parametrize(
    "body", [b"", b"{", b"\xff\xfe", b'{"text": tru}', b'{"text":"\xed\xa0\x80"}']
)
async def test_what_is_not_json_is_400(stand: Any, problem: Any, body: bytes) -> None:
    headers = {"Content-Type": "application/json"}

    answer = await stand.call("POST", "/notes", data=body, headers=headers)

    assert answer.status == 400
    assert await problem(answer) == "malformed"


@pytest.mark.parametrize(
    ("body", "where"),
    [
        ({}, "/text"),
        ({"text": ""}, "/text"),
        ({"text": 5}, "/text"),
        ({"text": "a", "pinned": "true"}, "/pinned"),
        ({"text": "a", "price": 5}, "/price"),
        ({"text": "a", "price": "1e3"}, "/price"),
        ({"text": "a", "price": "٣"}, "/price"),
        ({"text": "a", "price": "1\n"}, "/price"),
        ({"text": "a", "more": 1}, "/more"),
        ({"text": "a", "colour": "grey"}, "/colour"),
        ({"text": "a", "colour": None}, "/colour"),
        ([], "/"),
    ],
)
async def test_what_is_not_of_the_form_is_422_with_its_place_but_not_its_value(
    stand: Any, problem: Any, body: Any, where: str
) -> None:
    answer = await send(stand, body)

    assert answer.status == 422
    assert await problem(answer) == "invalid"
    assert [fault["where"] for fault in (await answer.json(content_type=None))["errors"]] == [
        where
    ]


async def test_an_oversized_body_is_413(stand: Any, problem: Any) -> None:
    headers = {"Content-Type": "application/json"}
    fits, over = b" " * (1024 * 1024 - 12) + b'{"text":"a"}', b" " * (1024 * 1024 + 1)

    taken = await stand.call("POST", "/notes", data=fits, headers=headers)
    refused = await stand.call("POST", "/notes", data=io.BytesIO(over), headers=headers)

    assert (taken.status, refused.status) == (201, 413)
    assert await problem(refused) == "too-large"


async def test_a_fault_of_ours_says_nothing_of_itself(stand: Any, problem: Any) -> None:
    answer = await stand.call("DELETE", f"/notes/{ULID}")

    assert answer.status == 500
    assert await problem(answer) == "internal"
    assert "secret" not in await answer.text()


async def test_an_unchanged_resource_is_304(stand: Any) -> None:
    first = await stand.call("GET", f"/notes/{ULID}")
    tag = first.headers["ETag"]

    known = await stand.call("GET", f"/notes/{ULID}", headers={"If-None-Match": f'"x", W/{tag}'})
    other = await stand.call("GET", f"/notes/{ULID}?n=1", headers={"If-None-Match": tag})

    assert (known.status, other.status) == (304, 200)
    assert known.headers["ETag"] == tag


async def test_a_stale_if_match_is_412_and_changes_nothing(stand: Any, problem: Any) -> None:
    tag = (await stand.call("GET", f"/notes/{ULID}")).headers["ETag"]
    path, match = f"/notes/{ULID}", {"If-Match": tag}

    first = await stand.call("PUT", path, json={"text": "one"}, headers=match)
    stale = await stand.call("PUT", path, json={"text": "two"}, headers=match)
    fresh = await stand.call(
        "PUT", path, json={"text": "3"}, headers={"If-Match": first.headers["ETag"]}
    )
    blind = await stand.call("PUT", path, json={"text": "4"}, headers={"If-Match": "*"})

    assert (first.status, stale.status, fresh.status, blind.status) == (200, 412, 200, 200)
    assert await problem(stale) == "changed-meanwhile"
    assert (await blind.json())["text"] == "4"


async def test_a_head_request_answers_like_get_without_a_body(stand: Any) -> None:
    answer = await stand.call("HEAD", f"/notes/{ULID}")

    assert answer.status == 200
    assert "ETag" in answer.headers
    assert await answer.read() == b""


async def test_a_repeated_key_has_one_effect_and_the_same_answer(stand: Any) -> None:
    first = await send(stand, {"text": "a"}, "key-1")
    again = await send(stand, {"text": "a"}, "key-1")
    other = await send(stand, {"text": "a"}, "key-2")

    assert await first.read() == await again.read()
    assert (again.status, again.headers["Location"]) == (201, "/api/v1/notes/1")
    assert again.headers["Idempotency-Replayed"] == "true"
    assert "Idempotency-Replayed" not in first.headers
    assert (await other.json())["text"] == "a 2"


async def test_without_a_key_each_request_has_its_effect(stand: Any) -> None:
    await send(stand, {"text": "a"})

    assert (await (await send(stand, {"text": "a"})).json())["text"] == "a 2"


async def test_a_key_for_another_body_is_409(stand: Any, problem: Any) -> None:
    await send(stand, {"text": "a"}, "key")

    other_body = await send(stand, {"text": "b"}, "key")
    other_route = await send(stand, {"text": "a"}, "key", "/calls")

    assert (other_body.status, other_route.status) == (409, 409)
    assert await problem(other_body) == "key-reused"


@pytest.mark.parametrize("key", ["", "with space", "k" * 256, "ключ"])
async def test_what_is_no_key_is_400(stand: Any, problem: Any, key: str) -> None:
    answer = await send(stand, {"text": "a"}, key)

    assert answer.status == 400
    assert await problem(answer) == "malformed"


async def test_a_failed_effect_leaves_its_key_free(stand: Any) -> None:
    failed = await send(stand, {"text": "boom"}, "key")
    again = await send(stand, {"text": "boom"}, "key")
    other = await send(stand, {"text": "a"}, "key")

    assert (failed.status, again.status) == (404, 404)
    assert "Idempotency-Replayed" not in again.headers
    assert (await other.json())["text"] == "a 1"


async def test_a_key_is_forgotten_after_a_day(stand: Any) -> None:
    await send(stand, {"text": "a"}, "key")

    stand.clock.advance(hours=23, minutes=59)
    still = await send(stand, {"text": "a"}, "key")
    stand.clock.advance(minutes=1)
    new = await send(stand, {"text": "a"}, "key")

    assert (await still.json())["text"] == "a 1"
    assert (await new.json())["text"] == "a 2"


@pytest.mark.parametrize("path", ["/notes", "/calls"])
async def test_concurrent_duplicates_have_one_effect(stand: Any, path: str) -> None:
    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(send(stand, {"text": "a"}, "key", path)) for _ in range(8)]

    bodies = {await task.result().read() for task in tasks}
    replayed = [task.result().headers.get("Idempotency-Replayed") for task in tasks]
    assert len(bodies) == 1
    assert replayed.count(None) == 1


async def test_a_friend_who_is_away_is_a_problem_that_may_be_tried_again(
    stand: Any, problem: Any
) -> None:
    first = await send(stand, {"text": "away"}, "key", "/calls")
    again = await send(stand, {"text": "away"}, "key", "/calls")

    assert (first.status, again.status) == (409, 409)
    assert await problem(again) == "friend-away"


def test_a_handler_without_a_docstring_is_refused() -> None:
    async def handler(_context: Context) -> None:
        pass

    with pytest.raises(TypeError, match="docstring"):
        op("GET", "/x")(handler)


def test_a_parameter_that_is_neither_path_nor_keyword_is_refused() -> None:
    async def handler(_context: Context, limit: int) -> None:
        """Do."""

    with pytest.raises(TypeError, match="limit"):
        op("GET", "/x")(handler)


def test_an_unknown_problem_type_is_refused() -> None:
    with pytest.raises(TypeError, match="nonsense"):
        op("GET", "/x", errors=("nonsense",))
