"""The ledger for other programs, over HTTP, and back in again."""

from typing import Any

import pytest

from portfolio.services import export
from tests.portfolio.api.test_imports import GHOSTFOLIO, act, dropped, ledger

MORE = b"""Date,Code,DataSource,Currency,Price,Quantity,Action,Fee,Note
31-01-2012,SAP,YAHOO,EUR,1.234,3,buy,0.50,"a ""quoted"" note"
"""


async def _exported(stand: Any, form: str) -> bytes:
    answer = await stand.call("GET", f"/export?format={form}")
    assert answer.status == 200
    assert f"portfolio-{form}-2026-11-22" in answer.headers["Content-Disposition"]
    data: bytes = await answer.read()
    return data


def _shown(rows: list[dict[str, Any]]) -> list[tuple[Any, ...]]:
    names = ("kind", "date", "symbol", "currency", "quantity", "price", "fee", "note")
    return sorted(tuple(str(row[name]) for name in names) for row in rows)


async def _fill(stand: Any) -> None:
    draft = await dropped(stand, ("one.csv", GHOSTFOLIO), ("two.csv", MORE))
    await act(stand, draft, "commit")


@pytest.mark.parametrize("form", ["json", "csv", "ghostfolio"])
async def test_what_was_exported_is_known_here_and_brings_the_same_back_elsewhere(
    stand: Any, monkeypatch: pytest.MonkeyPatch, form: str
) -> None:
    monkeypatch.setattr(export, "PAGE", 2)  # several pages
    await _fill(stand)
    before = await ledger(stand)
    data = await _exported(stand, form)

    again = await dropped(stand, ("export", data))
    for row in before:
        kept = await stand.call("DELETE", f"/transactions/{row['id']}")
        if kept.status != 204:  # what a later sale needs goes after it
            assert kept.status == 422
    for row in await ledger(stand):
        await stand.call("DELETE", f"/transactions/{row['id']}")
    assert await ledger(stand) == []
    back = await dropped(stand, ("export", data))
    await act(stand, back, "commit")

    assert (again["new"], again["known"], again["rejected"]) == (0, 5, 0)
    assert _shown(await ledger(stand)) == _shown(before)


async def test_the_sample_and_what_it_brought_is_in_no_export(stand: Any) -> None:
    await stand.call("POST", "/sample", json={"person": "alice"})
    await _fill(stand)

    for form in ("json", "csv", "ghostfolio", "portfolio-performance"):
        data = await _exported(stand, form)
        assert b"IBM" in data
        assert b"MSFT" not in data


async def test_an_empty_ledger_is_a_whole_file_too(stand: Any) -> None:
    answer = await stand.call("GET", "/export")
    whole = await answer.json()

    assert (whole["transactions"], whole["ideas"], whole["comments"]) == ([], [], [])
    assert (await _exported(stand, "csv")).startswith(b"Date,Time,Kind")


async def test_a_format_that_is_none_is_refused(stand: Any, problem: Any) -> None:
    answer = await stand.call("GET", "/export?format=pdf")

    assert (answer.status, await problem(answer)) == (400, "bad-query")


async def test_a_transfer_between_accounts_and_its_tags_come_back_with_their_cost(
    stand: Any,
) -> None:
    buy = {
        "kind": "buy", "symbol": "IBM", "currency": "USD", "date": "2012-01-31",
        "quantity": "10", "price": "150", "account": "Old", "tags": ["pension"],
    }  # fmt: skip
    move = {
        "kind": "transfer_out", "symbol": "IBM", "currency": "USD", "date": "2013-01-31",
        "quantity": "10", "account": "Old", "to_account": "New",
    }  # fmt: skip
    for row in (buy, move):
        assert (await stand.call("POST", "/transactions", json=row)).status == 201
    data = await _exported(stand, "csv")
    ids = [row["id"] for row in await ledger(stand)]
    gone = await stand.call("POST", "/transactions/bulk", json={"ids": ids, "delete": True})
    assert gone.status == 200, await gone.text()

    back = await dropped(stand, ("export.csv", data))
    await act(stand, back, "commit")

    held = (await (await stand.call("GET", "/positions?kind=holding")).json())["items"]
    (bought,) = [row for row in await ledger(stand) if row["kind"] == "buy"]
    assert [(one["account"], one["cost"]) for one in held] == [("New", "1500")]
    assert bought["tags"] == ["pension"]
