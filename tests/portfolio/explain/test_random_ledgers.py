"""Ledgers that nobody would write: every figure of their answers is done by hand as well."""

import random
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from tests.portfolio.explain import figures
from tests.portfolio.explain.test_explain import _done_by_hand, _get

SPAN = "&start=2011-06-01&end=2012-03-30"
SYMBOLS = ("AAPL", "GOOG", "IBM", "MSFT")
ACCOUNTS = ("", "Broker [1] *")


class Writer:
    """Writes the rows of one ledger, in the order of their days."""

    def __init__(self, seed: int) -> None:
        self.chance = random.Random(seed)
        self.seed = seed
        self.on = date(2010, 2, 1)
        self.rows: list[dict[str, Any]] = []
        self.held: dict[tuple[str, str], Decimal] = {}
        self.short = 0

    def write(self, count: int) -> list[dict[str, Any]]:
        """Return so many rows, less those for which there was nothing to do."""
        if self.seed % 4 != 1:  # else the ledger has no deposits: its cash is outside
            for currency in ("USD", "EUR", "GBP")[: 1 + self.seed % 3]:
                self.add("deposit", "", currency=currency, amount=self.amount(5, 90000))
        works = (
            self.buy, self.buy, self.buy, self.sell, self.sell, self.split, self.sell_short,
            self.paid, self.paid, self.money,
        )  # fmt: skip
        for _ in range(count):
            self.on += timedelta(days=self.chance.randint(0, 60))
            self.chance.choice(works)(self.chance.choice(SYMBOLS), self.chance.choice(ACCOUNTS))
        return self.rows

    def add(self, kind: str, account: str, **more: Any) -> None:
        """Write a row."""
        base = {"date": self.on.isoformat(), "currency": "USD", "account": account}
        self.rows.append({**base, "kind": kind, **more})

    def amount(self, low: int, high: int) -> str:
        """Return some amount."""
        return str(Decimal(self.chance.randint(low * 100, high * 100)) / 100)

    def trade(self, kind: str, symbol: str, account: str, quantity: Decimal) -> None:
        """Write a trade."""
        price, fee = self.amount(10, 600), self.amount(0, 20)
        more = {"tax": "1.25"} if self.chance.random() < 0.3 else {}
        self.add(
            kind, account, symbol=symbol, quantity=str(quantity), price=price, fee=fee, **more
        )

    def buy(self, symbol: str, account: str) -> None:
        """Buy some, or parts of some."""
        units = Decimal(self.chance.randint(1, 40000)) / self.chance.choice((100, 1000))
        self.held[symbol, account] = self.held.get((symbol, account), Decimal(0)) + units
        self.trade("buy", symbol, account, units)

    def sell(self, symbol: str, account: str) -> None:
        """Sell a third, two thirds or all."""
        held = self.held.get((symbol, account), Decimal(0))
        units = min(held, round(held * self.chance.choice((1, 2, 3)) / 3, 3))
        if units:
            self.held[symbol, account] -= units
            self.trade("sell", symbol, account, units)

    def split(self, symbol: str, account: str) -> None:
        """Split what is held, or put it together."""
        numerator, denominator = self.chance.choice(((2, 1), (7, 1), (1, 4)))
        if self.held.get((symbol, account)):
            self.held[symbol, account] *= Decimal(numerator) / denominator
            self.add("split", account, symbol=symbol, numerator=numerator, denominator=denominator)

    def sell_short(self, symbol: str, account: str) -> None:
        """Sell short, or buy some of it back."""
        if self.seed % 2 and symbol == "GOOG" and not account:
            kind, units = ("cover", 2) if self.short else ("short", 4)
            self.short += 4 if kind == "short" else -2
            self.trade(kind, symbol, account, Decimal(units))

    def paid(self, symbol: str, account: str) -> None:
        """Write a dividend, or a fee or tax of an instrument."""
        if self.held.get((symbol, account)):
            kind = self.chance.choice(("dividend", "dividend", "fee", "tax"))
            more = {"tax": self.amount(0, 1)} if kind == "dividend" else {}
            self.add(kind, account, symbol=symbol, amount=self.amount(1, 90), **more)

    def money(self, _symbol: str, account: str) -> None:
        """Write interest, or a fee of the account."""
        kind = self.chance.choice(("interest", "fee"))
        currency = self.chance.choice(("USD", "EUR"))
        self.add(kind, account, currency=currency, amount=self.amount(1, 9))


@pytest.mark.parametrize("seed", [0, 1, 3, 5])
async def test_every_figure_of_a_random_ledger(stand: Any, seed: int) -> None:
    await stand.call("PATCH", "/settings", json={"currency": ("USD", "EUR", "GBP")[seed % 3]})
    for row in Writer(seed).write(30):
        answer = await stand.call("POST", "/transactions", json=row)
        assert answer.status == 201, (row, await answer.text())

    await _done_by_hand(stand, figures.opened(await _get(stand, "/portfolio"), figures.portfolio))
    found = await _get(stand, f"/performance?points=3{SPAN}")
    opened = figures.opened(found, figures.performance, SPAN)
    await _done_by_hand(stand, [one for one in opened if "month=" not in one[0]])
    paid = await _get(stand, "/income?by=symbol")
    await _done_by_hand(stand, figures.opened(paid, figures.income, ""))
    for by in ("account", "currency"):
        spread = await _get(stand, f"/allocation?by={by}")
        await _done_by_hand(stand, figures.opened(spread, figures.allocation, ""))
    sold = await _get(stand, "/gains?limit=200")
    await _done_by_hand(stand, figures.opened(sold, figures.gains, ""))
    listed = await _get(stand, "/positions?kind=holding&limit=200")
    for one in listed["items"]:
        shown = await _get(stand, f"/positions/{one['id']}")
        await _done_by_hand(stand, figures.opened(shown, figures.holding))
