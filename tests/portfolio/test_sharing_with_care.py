"""Sharing over REST between real planners, and a member who tries to get at the rest."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any, cast

from federation.net.client import Answered, Callee
from federation.wire import ATTACHMENT_PATH, HEADS_PATH, PULL_PATH
from keys.canonical import jcs
from portfolio.storage import positions
from tests.portfolio.pair import Side, circle, until

QUANTITY, PRICE, ACCOUNT = "7193", "186.3017", "Depot-84213"
SECRETS = (QUANTITY, PRICE, ACCOUNT, "61739")
HOLDING = {
    "kind": "holding", "symbol": "IBM", "quantity": QUANTITY, "price": PRICE, "currency": "USD",
    "date": "2013-01-02", "account": ACCOUNT,
}  # fmt: skip
IDEA = {
    "symbol": "IBM", "side": "long", "entry": "100", "stop": "95", "targets": ["110"],
    "currency": "USD", "state": "watching", "size": "61739", "account": ACCOUNT, "tags": ["dip"],
}  # fmt: skip


async def _arrived(side: Side, position: str) -> Any:
    def read(conn: Any) -> Any:
        return positions.get(conn, position)

    return await side.planner.reader.run(read)


async def _native(caller: Side, other: Side, path: str, body: Mapping[str, Any]) -> bytes:
    """Make a native call as a program of the caller's could; return the answer's bytes."""
    files = cast("Any", caller.planner.fetch_file).__self__
    device = other.planner.me.device.multibase

    async def address() -> Any:
        return files.ways.address_of(device)

    where = await until(address, "an address")
    outcome = await files.circle.client.call(where, Callee(other.did, device), path, jcs(body))
    assert isinstance(outcome, Answered)
    return outcome.body


async def test_a_member_who_sees_percentages_gets_at_nothing_else(tmp_path: Path) -> None:
    async with circle(tmp_path, "Alice", "Bob", "Carol") as (alice, bob, carol):
        idea = (await alice.post("/positions/ideas", IDEA))["id"]
        holding = (await alice.post("/positions", HOLDING))["id"]
        for position in (idea, holding):
            path = f"/positions/{position}/share"
            await alice.post(path, {"friend_ids": [bob.did]})
            await alice.post(path, {"friend_ids": [carol.did], "detail": "amounts"})
            for side in (bob, carol):
                await until(partial(_arrived, side, position), "the position")
        stored = [await _arrived(alice, position) for position in (idea, holding)]
        sums = [one.amounts_doc for one in stored]
        said = [
            str(await bob.get(path))
            for position in (idea, holding)
            for path in (
                f"/positions/{position}",
                f"/positions/{position}/share",
                f"/positions/{position}/comments",
            )
        ]
        said += [str(await bob.get(path)) for path in ("/feed", "/positions", "/details")]
        said.append(str(await bob.get(f"/positions/ideas/{idea}/history")))
        asked: list[bytes] = []
        for holder in (alice, carol):
            for doc in sums:
                pull = {"doc": doc, "have": {}}
                asked.append(await _native(bob, holder, PULL_PATH, pull))
                asked.append(await _native(bob, holder, HEADS_PATH, {"docs": [doc]}))
                named = {"doc": doc, "digest": "uEiAx"}
                asked.append(await _native(bob, holder, ATTACHMENT_PATH, named))
            for one in stored:
                whole = {"doc": one.doc, "have": {}}
                asked.append(await _native(bob, holder, PULL_PATH, whole))
        disk = b"".join(path.read_bytes() for path in bob.home.glob("planner.db*"))
        carols = b"".join(path.read_bytes() for path in carol.home.glob("planner.db*"))

    for secret in SECRETS[:1] + SECRETS[2:]:
        assert secret.encode() in carols
        assert secret.encode() not in disk
        assert not [one for one in said if secret in one]
        assert not [one for one in asked if secret.encode() in one]
    assert PRICE.encode() not in disk
    refused = [one for one in asked if b"not_found" in one]
    assert len(refused) == 2 * len(sums) * 3


async def test_several_positions_a_tag_and_a_preview_over_rest(tmp_path: Path) -> None:
    async with circle(tmp_path, "Alice", "Bob") as (alice, bob):
        idea = (await alice.post("/positions/ideas", IDEA))["id"]
        holding = (await alice.post("/positions", HOLDING))["id"]
        what = {"positions": [idea, holding]}
        preview = await alice.post("/shares/preview", {"what": what, "detail": "quantities"})
        end = (datetime.now(UTC) + timedelta(days=1)).isoformat(timespec="seconds")
        made = await alice.post(
            "/shares",
            {
                "what": what,
                "friend_ids": [bob.did],
                "role": "commenter",
                "detail": "quantities",
                "until": end,
            },
        )
        for position in (idea, holding):
            await until(partial(_arrived, bob, position), "the position")

        async def shown() -> Any:
            found = [await bob.get(f"/positions/{one}") for one in (idea, holding)]
            return found if "quantity" in found[1] and "size" in found[0] else None

        real = await until(shown, "the quantities")
        tagged = await alice.post(
            "/shares", {"what": {"tag": "dip"}, "friend_ids": [bob.did], "role": "viewer"}
        )
        second = (await alice.post("/positions/ideas", IDEA))["id"]
        await until(partial(_arrived, bob, second), "the new idea of the tag")
        (following,) = (await alice.get("/shares/following"))["items"]
        await alice.call("DELETE", f"/shares/following/{following['id']}")
        await bob.heard("share_revoked", id=second)
        nobody = await alice.post(
            "/shares", {"what": {"tag": "dip", "portfolio": True}, "friend_ids": [bob.did]}, 422
        )
        strange = await alice.post("/shares/preview", {"what": {"positions": ["0" * 26]}}, 404)

    for before, after in zip(preview["items"], real, strict=True):
        moving = {"role", "updated", "complete"}
        assert {k: v for k, v in before.items() if k not in moving} == {
            k: v for k, v in after.items() if k not in moving
        }
    assert {one["detail"] for one in made["shares"]} == {"quantities"}
    assert all(one["until"] is not None and not one["amounts"] for one in made["shares"])
    assert tagged["following"][0]["tag"] == "dip"
    assert second in following["positions"]
    assert nobody["detail"] == "Say positions, a tag, or the whole portfolio"
    assert strange["status"] == 404


async def test_a_share_that_ends_is_taken_back_by_the_running_planner(tmp_path: Path) -> None:
    async with circle(tmp_path, "Alice", "Bob") as (alice, bob):
        idea = (await alice.post("/positions/ideas", IDEA))["id"]
        end = (datetime.now(UTC) + timedelta(seconds=1.5)).isoformat()
        body = {"friend_ids": [bob.did], "until": end}
        await alice.post(f"/positions/{idea}/share", body)
        await until(partial(_arrived, bob, idea), "the idea")
        await bob.heard("share_revoked", id=idea)
        await bob.get(f"/positions/{idea}", 404)
        (share,) = (await alice.get(f"/positions/{idea}/share"))["items"]

    assert share["role"] == "none"
