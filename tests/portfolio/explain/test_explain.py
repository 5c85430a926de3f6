"""Every figure of every answer opens, and is done again by hand from nothing but what it shows."""

import re
from collections.abc import Iterable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from portfolio.services.explain.registry import FIGURES
from tests.portfolio.explain import figures
from tests.portfolio.explain.by_hand import Sheet, close
from tests.portfolio.explain.figures import Opened

SPAN = "&start=2011-02-01&end=2012-11-30"


async def _get(stand: Any, path: str) -> dict[str, Any]:
    answer = await stand.call("GET", path)
    assert answer.status == 200, (path, await answer.text())
    found: dict[str, Any] = await answer.json()
    return found


async def _sample(stand: Any, currency: str) -> None:
    await stand.call("POST", "/sample", json={"person": "alice"})
    await stand.call("PATCH", "/settings", json={"currency": currency})


async def _done_by_hand(stand: Any, opened: Iterable[Opened]) -> None:
    """Open each figure, do it by hand, and compare it with what the answer said."""
    for query, value in opened:
        payload = await _get(stand, f"/explain?figure={query}")
        assert close(Sheet(payload).result(), Decimal(value)), (query, value, payload)
        assert close(Decimal(payload["value"]), Decimal(value)), (query, value)
        _sourced(query, payload)


def _sourced(query: str, payload: dict[str, Any]) -> None:
    """Say that each input has a source, and prices, rates and transactions their day."""
    assert payload["text"]
    for one in payload["inputs"]:
        assert one["source"], (query, one)
        if one["name"].startswith(("price[", "published[", "rate[")):
            assert one["date"], (query, one)


@pytest.mark.parametrize("currency", ["USD", "EUR"])
async def test_every_figure_at_a_glance(stand: Any, currency: str) -> None:
    await _sample(stand, currency)

    await _done_by_hand(stand, figures.opened(await _get(stand, "/portfolio"), figures.portfolio))
    span = "&start=2011-02-01"
    found = await _get(stand, f"/portfolio/history?points=4{span}")
    shown = figures.opened(found, figures.history, span)
    await _done_by_hand(
        stand, [(one.replace(span, "") if "on=" in one else one, value) for one, value in shown]
    )


async def test_every_figure_of_every_holding(stand: Any) -> None:
    await _sample(stand, "USD")

    listed = await _get(stand, "/positions?kind=holding&limit=200")
    for one in listed["items"]:
        found = await _get(stand, f"/positions/{one['id']}")
        await _done_by_hand(stand, figures.opened(found, figures.holding))


@pytest.mark.parametrize(
    ("currency", "span"),
    [
        ("EUR", SPAN),
        ("USD", "&symbol=AAPL&start=2012-06-01"),
        ("EUR", ""),
        ("EUR", "&symbol=MSFT&start=2011-09-01&end=2012-11-30&benchmark=AAPL:0.6,IBM:0.4"),
    ],
)
async def test_every_figure_of_performance(stand: Any, currency: str, span: str) -> None:
    await _sample(stand, currency)

    found = await _get(stand, f"/performance?points=3{span}")

    opened = figures.opened(found, figures.performance, span)
    if not span:  # the months of thirteen years are no other than those of two
        opened = [one for one in opened if "month=" not in one[0] and "year=" not in one[0]]
    await _done_by_hand(stand, opened)


@pytest.mark.parametrize("by", ["year", "symbol"])
async def test_every_figure_of_income(stand: Any, by: str) -> None:
    await _sample(stand, "EUR")

    found = await _get(stand, f"/income?by={by}{SPAN}")

    await _done_by_hand(stand, figures.opened(found, figures.income, SPAN))


@pytest.mark.parametrize("by", ["class", "currency", "region", "tag", "account", "symbol"])
async def test_every_figure_of_an_allocation(stand: Any, by: str) -> None:
    await _sample(stand, "EUR")

    found = await _get(stand, f"/allocation?by={by}")

    await _done_by_hand(stand, figures.opened(found, figures.allocation, ""))


@pytest.mark.parametrize("method", ["fifo", "lifo", "hifo", "average"])
async def test_every_figure_of_lots_and_gains(stand: Any, method: str) -> None:
    await _sample(stand, "EUR")
    span = f"&method={method}"

    sold = await _get(stand, f"/gains?limit=200{span}")
    left = await _get(stand, f"/lots?limit=200{span}")

    await _done_by_hand(stand, figures.opened(sold, figures.gains, span))
    await _done_by_hand(stand, figures.opened(left, figures.lots, span))


def test_every_figure_stands_in_the_handbook() -> None:
    page = (Path(__file__).resolve().parents[3] / "docs" / "explain.md").read_text()
    said = set()
    for line in page.splitlines():
        for run in re.findall(r"`([a-z_]+(?:\.[a-z_]+)+)`((?:,? ?`\.[a-z_.]+`)*)", line):
            stem = run[0].rpartition(".")[0]
            said.add(run[0])
            said |= {stem + one for one in re.findall(r"`(\.[a-z_.]+)`", run[1])}

    told = {one.replace("max_drawdown.", "") for one in said}
    assert {name for name in FIGURES if name.replace("max_drawdown.", "") not in told} == set()


@pytest.mark.parametrize(
    ("query", "status", "words"),
    [
        ("figure=portfolio.luck", 404, ""),
        ("figure=holding.cost&symbol=NONE", 404, ""),
        ("figure=performance.month", 422, "month"),
        ("figure=performance.month&month=1999-01", 404, ""),
        ("figure=performance.xirr_percent&start=2013-01-02", 422, "year"),
        ("figure=performance.series.value", 422, "on"),
        ("figure=holding.lot.cost&symbol=IBM&account=Sample&lot=99", 422, "lot"),
        ("figure=allocation.value&by=mood", 422, "allocation"),
        ("figure=gains.gain&transaction=none", 404, ""),
    ],
)
async def test_what_cannot_be_explained_says_why(
    stand: Any, query: str, status: int, words: str
) -> None:
    await _sample(stand, "USD")

    answer = await stand.call("GET", f"/explain?{query}")

    assert answer.status == status
    assert words in await answer.text()


async def test_every_figure_of_one_account_that_units_came_into(stand: Any) -> None:
    bought = {
        "kind": "buy", "symbol": "IBM", "currency": "USD", "date": "2011-01-03", "account": "A",
        "quantity": "10", "price": "147.50", "fee": "9.95",
    }  # fmt: skip
    moved = {"date": "2011-06-01", "symbol": "IBM", "currency": "USD", "quantity": "4"}
    answers = [await stand.call("POST", "/transactions", json=bought)]
    answers.append(
        await stand.call(
            "POST",
            "/transactions",
            json={**moved, "kind": "transfer_out", "account": "A", "to_account": "B"},
        )
    )
    assert [one.status for one in answers] == [201, 201], await answers[-1].text()

    span = "&account=B&end=2012-06-29"
    found = await _get(stand, f"/performance?points=3{span}")

    assert found["money_in"] == "666.24"  # at the close of the day, not at what A paid
    assert Decimal(found["gain"]) > 0
    opened = figures.opened(found, figures.performance, span)
    await _done_by_hand(stand, [one for one in opened if "month=" not in one[0]])
