"""Pictures between real planners: who gets the bytes, who does not, and that they go."""

from base64 import b64encode
from collections.abc import Awaitable, Callable
from functools import partial
from io import BytesIO
from pathlib import Path
from typing import Any, cast

import aiohttp
from PIL import Image

from federation.net.client import Answered, Callee, Outcome
from federation.net.files import Files
from federation.wire import ATTACHMENT_PATH, limit
from keys.canonical import jcs
from keys.multiformats import digest
from portfolio.storage import pictures, positions
from portfolio.storage.pictures import Picture
from tests.limits import hits
from tests.portfolio.pair import Side, circle, until

IDEA = {"symbol": "IBM", "side": "long", "currency": "USD"}


def _drawn(colour: int = 120) -> bytes:
    made = BytesIO()
    Image.effect_noise((64, 64), colour).save(made, "PNG")
    return made.getvalue()


def _files(side: Side) -> Files:
    fetch = side.planner.fetch_file
    assert fetch is not None
    return cast("Files", cast("Any", fetch).__self__)


async def _attached(alice: Side, *friends: Side) -> tuple[str, str]:
    """Let Alice share an idea with a picture; return (idea, digest)."""
    idea = (await alice.post("/positions/ideas", IDEA))["id"]
    body = {"name": "chart.png", "content_base64": b64encode(_drawn()).decode()}
    made = await alice.post(f"/positions/ideas/{idea}/attachments", body, 201)
    if friends:
        await alice.post(
            f"/positions/ideas/{idea}/share", {"friend_ids": [one.did for one in friends]}
        )
    return idea, made["digest"]


async def _has(side: Side, idea: str, named: str) -> bool:
    return named in await side.planner.reader.run(lambda conn: pictures.here(conn, idea))


async def _doc(side: Side, idea: str) -> str:
    found = await side.planner.reader.run(lambda conn: positions.get(conn, idea))
    assert found is not None
    return str(found.doc)


async def _ask(caller: Side, other: Side, **body: str) -> Outcome:
    """Make the native call as a program of the caller's could."""
    files, device = _files(caller), other.planner.me.device.multibase

    async def address() -> Any:
        return files.ways.address_of(device)

    return await files.circle.client.call(
        await until(address, "an address"),
        Callee(other.did, device),
        ATTACHMENT_PATH,
        jcs(body),
        answer_max=limit("attachment"),
    )


def _traced(side: Side, traces: list[bytes]) -> bool:
    """Say whether pieces of a picture stand on a planner's disk; pages of the store part it."""
    disk = b"".join(path.read_bytes() for path in side.home.glob("planner.db*"))
    return any(trace in disk for trace in traces)


def _word(outcome: Outcome) -> tuple[int, str]:
    assert isinstance(outcome, Answered)
    return outcome.status, outcome.error


async def test_a_picture_reaches_members_and_nobody_else_and_goes_with_the_share(
    tmp_path: Path,
) -> None:
    async with circle(tmp_path, "Alice", "Bob", "Carol") as (alice, bob, carol):
        idea, named = await _attached(alice, bob)
        await until(partial(_has, bob, idea, named), "the picture")
        shown = (await bob.get(f"/positions/ideas/{idea}"))["attachments"]
        doc = await _doc(alice, idea)

        member = await _ask(bob, alice, doc=doc, digest=named)
        from_bob = await _ask(alice, bob, doc=doc, digest=named)
        stranger = await _ask(carol, alice, doc=doc, digest=named)
        nowhere = await _ask(carol, alice, doc="urn:pp:uEiNone", digest=named)
        wrong = await _ask(bob, alice, doc=doc, digest=digest(b"another"))
        form = await _ask(bob, alice, doc=doc)

        await alice.call("DELETE", f"/positions/ideas/{idea}/share/{bob.did}")
        await bob.heard("share_revoked", id=idea)
        former = await _ask(bob, alice, doc=doc, digest=named)
        left = await _has(bob, idea, named)
        assert isinstance(member, Answered)
        traces = [member.body[at : at + 64] for at in range(0, len(member.body), 512)]

        async def gone() -> bool:
            await bob.call("PATCH", "/settings", {"checklist": False})  # the journal is emptied
            return not _traced(bob, traces)

        await until(gone, "the bytes to go")
        kept = _traced(alice, traces)

    assert isinstance(from_bob, Answered)
    assert digest(member.body) == digest(from_bob.body) == named
    assert (shown[0]["digest"], shown[0]["here"]) == (named, True)
    assert [_word(one) for one in (stranger, nowhere, wrong)] == [(404, "not_found")] * 3
    assert _word(form) == (400, "schema")
    assert _word(former) == (403, "refused:removed")
    assert not left
    assert kept


@hits("attachment")
async def test_what_is_too_large_or_not_what_it_was_named_is_not_kept(tmp_path: Path) -> None:
    async with circle(tmp_path, "Alice", "Bob") as (alice, bob):
        idea, named = await _attached(alice, bob)
        await until(partial(_has, bob, idea, named), "the picture")
        doc = await _doc(alice, idea)
        large, html = b"\0" * (limit("attachment") + 1), b"<script>alert(1)</script>"

        async def lie(data: bytes, name: str) -> bytes | None:
            """Let Alice's planner serve other bytes than it should."""
            _files(alice).find = lambda _conn, _doc, _digest: data
            return await _files(bob).fetch(doc, name)

        answers = [await lie(large, digest(large)), await lie(html, named)]
        honest = await lie(html, digest(html))
        kept = await _named_by(bob, alice, idea, digest(html))

    assert answers == [None, None]
    assert honest == html  # the bytes are what they are called, but no picture
    assert not kept


async def _named_by(bob: Side, alice: Side, idea: str, named: str) -> bool:
    """Let Alice's plan name a file that is no picture; return whether Bob keeps it."""
    described = {"digest": named, "media_type": "image/png", "width": 1, "height": 1,
                 "bytes": 1, "name": ""}  # fmt: skip
    await _revise(alice, idea, {"attachments": [described]})

    async def arrived() -> bool:
        found = (await bob.get(f"/positions/ideas/{idea}"))["attachments"]
        return bool([one for one in found if one["digest"] == named])

    await until(arrived, "the plan")
    await bob.get(f"/positions/ideas/{idea}/attachments/{named}", 409)
    return await _has(bob, idea, named)


async def _revise(side: Side, idea: str, patch: dict[str, Any]) -> None:
    from portfolio.services import ideas

    work: Callable[[Any], Any] = lambda tx: ideas.revise(side.planner, tx, idea, patch)  # noqa: E731 - one call
    await cast("Awaitable[Any]", side.planner.writer.run(work))


async def test_a_picture_is_served_as_what_it_is_and_can_do_nothing(tmp_path: Path) -> None:
    async with circle(tmp_path, "Alice") as (alice,):
        idea, named = await _attached(alice)
        path = f"{alice.url}/api/v1/positions/ideas/{idea}/attachments/{named}"
        headers = {"Authorization": f"Bearer {alice.token}"}
        async with alice.session.get(path, headers=headers) as answer:
            body, said = await answer.read(), answer.headers
        async with alice.session.get(path) as refused:
            status = refused.status
        await alice.call("DELETE", f"/positions/ideas/{idea}/attachments/{named}")
        await alice.get(f"/positions/ideas/{idea}/attachments/{named}", 404)
        gone = await alice.planner.reader.run(lambda conn: pictures.get(conn, idea, named))

    assert said["Content-Type"] == "image/png"
    assert said["X-Content-Type-Options"] == "nosniff"
    assert said["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert digest(body) == named
    assert status == 401
    assert gone is None


async def _upload(side: Side, path: str, data: bytes) -> dict[str, Any]:
    """Send a form as a page does; return the answer."""
    form = aiohttp.FormData()
    form.add_field("file", BytesIO(data), filename="x.png", content_type="image/png")
    headers = {"Authorization": f"Bearer {side.token}"}
    async with side.session.post(f"{side.url}/api/v1{path}", data=form, headers=headers) as answer:
        found: dict[str, Any] = await answer.json(content_type=None)
        return found


async def test_a_picture_that_is_none_is_refused_over_rest(tmp_path: Path) -> None:
    async with circle(tmp_path, "Alice") as (alice,):
        idea = (await alice.post("/positions/ideas", IDEA))["id"]
        path = f"/positions/ideas/{idea}/attachments"
        html = {"name": "chart.png", "content_base64": b64encode(b"<html>").decode()}
        first = await alice.post(path, html, 422)
        second = await _upload(alice, path, _drawn() + b"\0" * limit("attachment"))
        good = await _upload(alice, path, _drawn(49))
        for colour in range(7):
            body = {"content_base64": b64encode(_drawn(50 + colour)).decode()}
            await alice.post(path, body, 201)
        third = await alice.post(path, {"content_base64": b64encode(_drawn(90)).decode()}, 422)
        found = await alice.get(f"/positions/ideas/{idea}")

    assert first["detail"] == "This is no PNG, JPEG, WebP or GIF picture"
    assert second["detail"] == "A picture has at most 5 MiB"
    assert good["name"] == "x.png"
    assert third["detail"] == "An idea has at most 8 pictures"
    assert len(found["attachments"]) == 8


async def test_the_bytes_of_a_picture_stand_in_no_event(tmp_path: Path) -> None:
    async with circle(tmp_path, "Alice", "Bob") as (alice, bob):
        idea, named = await _attached(alice, bob)
        doc = await _doc(alice, idea)
        page = await alice.planner.reader.run(
            lambda conn: alice.planner.log.page(conn, doc, {}, to=bob.did)
        )
        found = await alice.planner.reader.run(lambda conn: pictures.get(conn, idea, named))

    sent = b"".join(page.lines)
    assert isinstance(found, Picture)
    assert named.encode() in sent
    assert b64encode(found.data)[:40] not in sent
