"""What a gain is made of: each part counted once, all of them together the gain."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from portfolio.domain.attribution import CASH, Parts, attribution
from portfolio.domain.fx import LastKnown, RateTable
from portfolio.domain.lots import Method
from portfolio.domain.overview import course, measured
from portfolio.domain.parts import Ledger
from portfolio.domain.transactions import Kind, Transaction
from portfolio.domain.valuation import Quote, value_portfolio

START, MIDDLE, END = date(2020, 1, 6), date(2020, 7, 1), date(2021, 1, 8)
RATES = LastKnown(
    RateTable("EUR", ["USD"], ["2020-01-06,1.25", "2020-07-01,1.00", "2021-01-08,2.00"], "test")
)
PRICES = {"X": Decimal(120), "Y": Decimal(30)}


def row(kind: Kind, on: date, quantity: str, price: str, **more: object) -> Transaction:
    plain = Transaction(f"{kind}{on}", kind, on, "X", "USD", Decimal(quantity), Decimal(price))
    return replace(plain, **more)  # type: ignore[arg-type]


def quoted(symbol: str, on: date) -> Quote | None:
    return Quote(PRICES[symbol], "USD", on, "test") if symbol in PRICES else None


def parts(
    rows: Sequence[Transaction], currency: str = "USD", method: Method = Method.FIFO
) -> dict[str, Parts]:
    ledger = measured(rows, value_portfolio(rows, END, quoted), currency, quoted, RATES)
    held = Ledger.of(rows, method).until(END).positions()
    found = attribution(ledger.rows, held, END, ledger.view)
    last = course(ledger)[-1]
    assert sum(one.gain for one in found.values()) == pytest.approx(last.value - last.invested)
    return found


def figures(*values: int) -> tuple[Decimal, ...]:
    return tuple(map(Decimal, values))


BUY = row(Kind.BUY, START, "10", "100", fee=Decimal(10))
SELL = row(Kind.SELL, MIDDLE, "4", "110", fee=Decimal(5), tax=Decimal(2))
PAID = row(Kind.DIVIDEND, MIDDLE, "6", "1", tax=Decimal(1))


def test_prices_income_and_charges_are_parts_of_their_own() -> None:
    assert parts([BUY, SELL, PAID])["X"].each == figures(40, 120, 6, 15, 3, 0)


def test_what_the_rate_did_is_what_prices_leave() -> None:
    (found,) = parts([BUY, SELL, PAID], "EUR").values()

    assert (found.realised, found.unrealised, found.income) == figures(40, 60, 6)
    assert (found.fees, found.taxes) == figures(13, 3)
    # 400 paid at 0.8 and sold at 1; 600 paid at 0.8 and worth 0.5 each
    assert found.currency == 400 * Decimal("0.2") - 600 * Decimal("0.3")


def test_each_method_leaves_the_same_gain_but_realises_another_part() -> None:
    rows = [BUY, row(Kind.BUY, date(2020, 3, 2), "10", "80"), SELL]

    found = {method: parts(rows, method=method)["X"] for method in Method if method != "specific"}

    assert found[Method.FIFO].realised == 40
    assert found[Method.LIFO].realised == 120
    assert found[Method.AVERAGE].realised == 80
    assert len({one.gain for one in found.values()}) == 1


def test_money_alone_gains_interest_and_by_its_currency() -> None:
    rows = [
        row(Kind.DEPOSIT, START, "0", "0", instrument="", amount=Decimal(2000)),
        row(Kind.INTEREST, MIDDLE, "0", "0", instrument="", amount=Decimal(10), tax=Decimal(1)),
        row(Kind.FEE, MIDDLE, "0", "0", instrument="", amount=Decimal(3)),
        BUY,
    ]

    found = parts(rows, "EUR")

    assert (found[CASH].income, found[CASH].fees, found[CASH].taxes) == figures(10, 3, 1)
    assert found[CASH].currency == 990 * (Decimal("0.5") - Decimal("0.8")) - 3
    assert found["X"].fees == 8


def test_what_was_merged_counts_as_what_it_became() -> None:
    merger = row(Kind.MERGER, MIDDLE, "0", "0", into="Y", numerator=4, denominator=1)

    found = parts([BUY, merger])

    assert found == {"Y": Parts(unrealised=Decimal(200), fees=Decimal(10))}


def test_what_was_sold_short_gains_when_it_falls() -> None:
    short = row(Kind.SHORT, START, "10", "150")
    cover = row(Kind.COVER, MIDDLE, "5", "100")

    assert parts([short, cover])["X"].each == figures(250, 150, 0, 0, 0, 0)
