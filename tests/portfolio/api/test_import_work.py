"""How an import is worked on: long ones, restarts, failures, a ledger that changes meanwhile."""

import asyncio
from dataclasses import replace
from typing import Any

import pytest

from portfolio.api.context import PLANNER
from portfolio.services.imports import drafts, taking
from portfolio.services.worklist import Worklist
from portfolio.storage import imports as store
from tests.portfolio.api.test_imports import GHOSTFOLIO, act, dropped, ledger


async def test_a_long_file_is_read_and_taken_over_while_its_progress_is_polled(
    stand: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(drafts, "AT_ONCE_BYTES", 0)
    monkeypatch.setattr(drafts, "ROWS_AT_ONCE", 2)
    monkeypatch.setattr(taking, "ROWS_AT_ONCE", 0)
    planner = stand.client.app[PLANNER]

    draft = await dropped(stand, ("ghostfolio.csv", GHOSTFOLIO))
    assert (draft["state"], draft["progress"], draft["files"]) == ("reading", 0.0, [])
    assert "reading" in (await act(stand, draft, "commit", 409))["detail"]
    early = await stand.call("PATCH", f"/imports/{draft['id']}", json={"accounts": {"": "A"}})
    await taking.step(planner, draft["id"])
    read = await (await stand.call("GET", f"/imports/{draft['id']}")).json()
    began = await act(stand, draft, "commit")
    assert await ledger(stand) == []
    await taking.step(planner, draft["id"])
    done = await (await stand.call("GET", f"/imports/{draft['id']}")).json()

    assert early.status == 409
    assert (read["state"], read["progress"], read["new"]) == ("review", 1.0, 4)
    assert (began["state"], done["state"]) == ("importing", "done")
    assert len(await ledger(stand)) == 4


async def test_a_restarted_planner_goes_on_with_what_was_left(
    stand: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(drafts, "AT_ONCE_BYTES", 0)
    draft = await dropped(stand, ("ghostfolio.csv", GHOSTFOLIO))
    planner = replace(stand.client.app[PLANNER], worklist=Worklist())
    finished, step = asyncio.Event(), taking.step

    async def noted(*arguments: Any) -> None:
        await step(*arguments)
        finished.set()

    monkeypatch.setattr(taking, "step", noted)
    async with asyncio.TaskGroup() as group:
        working = group.create_task(taking.work(planner))
        async with asyncio.timeout(20):
            await finished.wait()
        working.cancel()

    found = await (await stand.call("GET", f"/imports/{draft['id']}")).json()
    assert (found["state"], found["new"]) == ("review", 4)


async def test_what_fails_while_it_is_taken_over_leaves_nothing_behind(
    stand: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    draft = await dropped(stand, ("ghostfolio.csv", GHOSTFOLIO))

    def broken(*_args: Any, **_named: Any) -> None:
        raise OSError("disk full")

    with monkeypatch.context() as patch:
        patch.setattr(store, "forget_files", broken)  # after the rows were moved
        await act(stand, draft, "commit", 500)
    found = await (await stand.call("GET", f"/imports/{draft['id']}")).json()

    assert (found["state"], await ledger(stand)) == ("review", [])
    assert (await act(stand, draft, "commit"))["new"] == 4


async def test_a_sale_written_between_review_and_commit_is_seen(stand: Any) -> None:
    buy = {
        "kind": "buy", "symbol": "IBM", "currency": "USD", "date": "2011-01-03",
        "quantity": "10", "price": "150",
    }  # fmt: skip
    bought = await (await stand.call("POST", "/transactions", json=buy)).json()
    sale = b"date,type,symbol,quantity,price,currency\n2012-01-31,sell,IBM,10,190,USD\n"
    draft = await dropped(stand, ("sale.csv", sale))
    assert draft["problems"] == []

    await stand.call("DELETE", f"/transactions/{bought['id']}")
    refused = await act(stand, draft, "commit", 409)

    assert "0 IBM are held" in refused["detail"]
    found = await (await stand.call("GET", f"/imports/{draft['id']}")).json()
    assert (found["state"], len(found["problems"])) == ("review", 1)
