"""Transactions of every kind, in bulk and filtered, and the accounts they belong to."""

from typing import Any

import pytest

BUY: dict[str, Any] = {
    "kind": "buy",
    "symbol": "IBM",
    "currency": "USD",
    "date": "2012-01-03",
    "quantity": "10",
    "price": "186.30",
    "account": "Broker",
}
EVERY_KIND: tuple[dict[str, Any], ...] = (
    {"kind": "deposit", "amount": "5000", "date": "2012-01-02", "symbol": None},
    {"kind": "buy", "fee": "1.00"},
    {"kind": "split", "numerator": 2, "denominator": 1, "date": "2012-02-01"},
    {"kind": "sell", "quantity": "5", "price": "100", "date": "2012-02-02"},
    {"kind": "short", "symbol": "GOOG", "quantity": "1", "price": "600"},
    {"kind": "cover", "symbol": "GOOG", "quantity": "1", "price": "580", "date": "2012-03-01"},
    {"kind": "dividend", "amount": "17.00", "tax": "2.55", "date": "2012-03-01"},
    {"kind": "interest", "amount": "1.20", "symbol": None},
    {"kind": "fee", "amount": "2.00", "symbol": None},
    {"kind": "tax", "amount": "3.00", "symbol": None},
    {"kind": "withdrawal", "amount": "100", "symbol": None, "date": "2012-04-01"},
    {"kind": "transfer_in", "symbol": "MSFT", "quantity": "3", "price": "20"},
    {"kind": "transfer_out", "symbol": "MSFT", "quantity": "1", "date": "2012-05-01"},
    {"kind": "merger", "into": "NEW", "numerator": 1, "denominator": 3, "date": "2012-06-01"},
)


async def _post(stand: Any, **change: Any) -> dict[str, Any]:
    answer = await stand.call("POST", "/transactions", json={**BUY, **change})
    assert answer.status == 201, await answer.text()
    made: dict[str, Any] = await answer.json()
    return made


async def _items(stand: Any, path: str) -> list[dict[str, Any]]:
    answer = await stand.call("GET", path)
    assert answer.status == 200, await answer.text()
    found: list[dict[str, Any]] = (await answer.json())["items"]
    return found


async def test_every_kind_of_transaction_is_kept_and_counted(stand: Any) -> None:
    for written in EVERY_KIND:
        bare = {} if written["kind"] == "buy" else {"quantity": None, "price": None}
        made = await _post(stand, **bare | written)
        assert made["kind"] == written["kind"]
        assert (made["position_id"] is None) == (made["symbol"] is None)

    (account,) = await _items(stand, "/accounts")
    held = {one["symbol"]: one["quantity"] for one in await _items(stand, "/positions")}

    assert account["cash"] == [{"currency": "USD", "amount": "3566.65"}]
    assert held == {"NEW": "5", "MSFT": "2"}


async def test_a_merger_keeps_what_was_paid_and_when(stand: Any) -> None:
    await _post(stand)
    await _post(
        stand, kind="merger", into="NEW", numerator=1, denominator=4, amount="90.00",
        quantity=None, price=None, date="2012-06-01",
    )  # fmt: skip

    (listed,) = await _items(stand, "/positions")
    held = await (await stand.call("GET", f"/positions/{listed['id']}")).json()

    assert (held["symbol"], held["quantity"], held["cost"]) == ("NEW", "2", "1490.4")
    assert held["realised"] == "-282.6"  # 90.00 for a fraction of 0.5 that had cost 372.60
    assert [(lot["date"], lot["quantity"]) for lot in held["lots"]] == [("2012-01-03", "2")]


async def test_a_transfer_between_accounts_takes_lots_along_and_goes_as_one(stand: Any) -> None:
    await _post(stand)
    out = await _post(
        stand, kind="transfer_out", to_account="Other", quantity="4", price=None, date="2012-07-01"
    )
    halves = [one for one in await _items(stand, "/transactions") if one["pair"]]
    held = {one["account"]: one for one in await _items(stand, "/positions")}

    assert {one["kind"] for one in halves} == {"transfer_in", "transfer_out"}
    assert {one["pair"] for one in halves} == {out["pair"]}
    assert (held["Other"]["quantity"], held["Other"]["cost"]) == ("4", "745.2")
    assert (held["Broker"]["quantity"], held["Broker"]["cost"]) == ("6", "1117.8")

    await stand.call("PATCH", f"/transactions/{out['id']}", json={"quantity": "10"})
    (held_now,) = await _items(stand, "/positions")
    await stand.call("DELETE", f"/transactions/{out['id']}")

    assert (held_now["account"], held_now["quantity"]) == ("Other", "10")
    assert len(await _items(stand, "/transactions")) == 1


async def test_cash_that_moved_in_another_currency_is_cash_of_that_currency(stand: Any) -> None:
    await _post(stand, settled="1400.00", settled_currency="EUR")

    (account,) = await _items(stand, "/accounts")

    assert account["cash"] == [{"currency": "EUR", "amount": "-1400"}]


@pytest.mark.parametrize(
    "change",
    [
        {"symbol": None},
        {"kind": "deposit", "amount": "1"},
        {"kind": "deposit", "symbol": None, "quantity": None, "price": None},
        {"kind": "merger", "numerator": 1, "denominator": 1},
        {"kind": "merger", "into": "IBM", "numerator": 1, "denominator": 1},
        {"into": "NEW"},
        {"settled": "1", "settled_currency": None},
        {"settled": "0", "settled_currency": "EUR"},
        {"to_account": "Other"},
        {"kind": "transfer_out", "to_account": "Broker"},
        {"kind": "cover"},
        {"lots": {"01KA0000000000000000000000": "x"}},
        {"tags": [f"tag {n}" for n in range(33)]},
    ],
)
async def test_a_row_that_cannot_be_is_refused(stand: Any, change: dict[str, Any]) -> None:
    answer = await stand.call("POST", "/transactions", json={**BUY, **change})

    assert answer.status == 422, await answer.text()
    assert await _items(stand, "/transactions") == []
    assert await _items(stand, "/accounts") == []


async def test_the_ledger_is_filtered(stand: Any) -> None:
    await _post(stand, tags=["core"], note="First one")
    await _post(stand, symbol="MSFT", account="Other", date="2012-02-01", reference="T-77")
    await _post(
        stand, kind="deposit", symbol=None, amount="5", quantity=None, price=None,
        date="2012-03-01",
    )  # fmt: skip

    async def kinds(query: str) -> list[str]:
        found = await _items(stand, f"/transactions?{query}")
        return [f"{one['kind']} {one['symbol']}" for one in found]

    assert await kinds("account=Other") == ["buy MSFT"]
    assert await kinds("kind=deposit") == ["deposit None"]
    assert await kinds("symbol=IBM") == ["buy IBM"]
    assert await kinds("start=2012-01-04&end=2012-02-01") == ["buy MSFT"]
    assert await kinds("tag=core") == ["buy IBM"]
    assert await kinds("tag=cor") == []
    assert await kinds("text=first") == ["buy IBM"]
    assert await kinds("text=t-77") == ["buy MSFT"]
    assert await kinds("text=%25") == []


async def test_a_bulk_change_is_all_or_nothing(stand: Any, problem: Any) -> None:
    one, two = await _post(stand), await _post(stand, date="2012-02-01")
    sold = await _post(stand, kind="sell", quantity="15", date="2012-03-01")
    ids = [one["id"], two["id"]]

    done = await stand.call(
        "POST", "/transactions/bulk", json={"ids": ids, "set": {"tags": ["core"], "fee": "1"}}
    )
    refused = await stand.call("POST", "/transactions/bulk", json={"ids": ids, "delete": True})
    unknown = await stand.call(
        "POST", "/transactions/bulk", json={"ids": [*ids, "0" * 26], "set": {"note": "x"}}
    )
    both = await stand.call(
        "POST", "/transactions/bulk", json={"ids": ids, "delete": True, "set": {}}
    )

    rows = {row["id"]: row for row in await _items(stand, "/transactions")}
    assert await done.json() == {"changed": 2}
    assert [rows[each]["tags"] for each in ids] == [["core"], ["core"]]
    assert (refused.status, await problem(refused)) == (422, "rule")
    assert (unknown.status, both.status) == (404, 422)
    assert {row["note"] for row in rows.values()} == {""}

    whole = await stand.call(
        "POST", "/transactions/bulk", json={"ids": [*ids, sold["id"]], "delete": True}
    )
    assert await whole.json() == {"changed": 3}
    assert await _items(stand, "/transactions") == []


async def test_a_transaction_opens_its_account_and_a_new_name_goes_into_all(stand: Any) -> None:
    made = await _post(stand)
    (account,) = await _items(stand, "/accounts")
    path = f"/accounts/{account['id']}"

    renamed = await stand.call("PATCH", path, json={"name": "Main", "kind": "bank"})
    row = await (await stand.call("GET", f"/transactions/{made['id']}")).json()
    (held,) = await _items(stand, "/positions")
    in_use = await stand.call("DELETE", path)
    await stand.call("DELETE", f"/transactions/{made['id']}")
    closed = await stand.call("DELETE", path)

    assert (account["name"], account["transactions"]) == ("Broker", 1)
    assert (await renamed.json())["kind"] == "bank"
    assert (row["account"], held["account"]) == ("Main", "Main")
    assert (in_use.status, closed.status) == (409, 204)


async def test_two_accounts_of_one_name_are_refused(stand: Any) -> None:
    first = await stand.call("POST", "/accounts", json={"name": "A", "currency": "EUR"})
    again = await stand.call("POST", "/accounts", json={"name": "A", "currency": "EUR"})
    other = await (await stand.call("POST", "/accounts", json={"name": "B"})).json()
    taken = await stand.call("PATCH", f"/accounts/{other['id']}", json={"name": "A"})
    bad = await stand.call("POST", "/accounts", json={"name": "C", "currency": "ZZZ"})

    assert (first.status, again.status, taken.status, bad.status) == (201, 409, 409, 422)


async def test_the_sample_has_an_account_of_its_own(stand: Any) -> None:
    await stand.call("POST", "/sample", json={"person": "alice"})

    (account,) = await _items(stand, "/accounts")
    changed = await stand.call("PATCH", f"/accounts/{account['id']}", json={"name": "Mine"})
    written = await stand.call("POST", "/transactions", json={**BUY, "account": "Sample"})
    await stand.call("DELETE", "/sample")

    assert (account["name"], account["sample"]) == ("Sample", True)
    assert (changed.status, written.status) == (409, 409)
    assert await _items(stand, "/accounts") == []


async def test_a_sale_takes_the_lots_that_it_names(stand: Any) -> None:
    await stand.call(
        "POST", "/accounts", json={"name": "Broker", "currency": "USD", "method": "specific"}
    )
    await _post(stand, price="100")
    second = await _post(stand, price="200", date="2012-02-01")
    sale = {"kind": "sell", "date": "2012-03-01", "quantity": "10", "price": "150"}

    too_much = await stand.call(
        "POST", "/transactions", json={**BUY, **sale, "lots": {second["id"]: "11"}}
    )
    sold = await _post(stand, **sale, lots={second["id"]: "10"})
    (held,) = await _items(stand, "/positions")

    assert too_much.status == 422
    assert sold["lots"] == {second["id"]: "10"}
    assert (held["cost"], held["realised"]) == ("1000", "-500")
