"""The packaged prices, events and rates."""

from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise

import pytest

from portfolio import prices
from portfolio.domain import money
from portfolio.domain.returns import chained
from tests.portfolio.domain.cases import document, near


def test_every_symbol_has_its_days_in_order() -> None:
    for symbol in prices.SYMBOLS:
        history = prices.history(symbol)
        assert history is not None
        bars = history.bars(date.min, date.max)
        assert len(bars) == (2148 if symbol == "GOOG" else 3270)
        assert all(one.on < other.on for one, other in pairwise(bars))
        assert all(bar.low <= bar.close <= bar.high for bar in bars)
        assert (history.first, history.last) == (bars[0].on, date(2013, 3, 1))


@pytest.mark.parametrize(
    ("symbol", "on", "price", "day"),
    [
        ("AAPL", date(2013, 3, 1), "430.47", date(2013, 3, 1)),
        ("AAPL", date(2005, 2, 26), "88.99", date(2005, 2, 25)),
        ("MSFT", date(2030, 1, 1), "27.95", date(2013, 3, 1)),
        ("GOOG", date(2004, 8, 19), "100.335", date(2004, 8, 19)),
    ],
)
def test_the_price_of_a_day_is_the_last_close_before_it_ends(
    symbol: str, on: date, price: str, day: date
) -> None:
    quote = prices.price_on(symbol, on)

    assert quote is not None
    assert (quote.price, quote.on, quote.currency) == (Decimal(price), day, "USD")


def test_there_is_no_price_before_the_first_day_nor_of_an_unknown_symbol() -> None:
    assert prices.price_on("GOOG", date(2004, 8, 18)) is None
    assert prices.price_on("FB", date(2013, 3, 1)) is None
    assert prices.history("../AAPL") is None
    assert prices.events("FB") == ()


def test_bars_are_those_from_start_to_end_both_included() -> None:
    history = prices.history("IBM")
    assert history is not None

    assert [bar.on.day for bar in history.bars(date(2013, 2, 27), date(2013, 3, 1))] == [27, 28, 1]
    assert history.bars(date(2013, 3, 2), date(2014, 1, 1)) == ()


def test_splits_and_dividends_are_those_of_the_record() -> None:
    splits = [
        (e.symbol, e.on, e.numerator, e.denominator)
        for s in prices.SYMBOLS
        for e in prices.events(s)
        if e.kind == "split"
    ]
    dividends = [e for s in prices.SYMBOLS for e in prices.events(s) if e.kind == "dividend"]

    assert splits == [
        ("AAPL", date(2000, 6, 21), 2, 1),
        ("AAPL", date(2005, 2, 28), 2, 1),
        ("MSFT", date(2003, 2, 18), 2, 1),
    ]
    assert len(dividends) == 92
    assert all(event.dividend > 0 for event in dividends)


def test_dividends_put_back_at_the_ex_day_give_the_published_return() -> None:
    """Reinvested at the close of each ex-day; the other half of a case in test_ledger_vectors."""
    case = next(one for one in document("dividends")["cases"] if one["id"].startswith("real-aapl"))
    start, end = date(2012, 8, 8), date(2013, 3, 1)
    steps = []
    before = prices.price_on("AAPL", start)
    for day in [*(e.on for e in prices.events("AAPL") if start < e.on <= end), end]:
        eve, close = (prices.price_on("AAPL", on) for on in (day - timedelta(days=1), day))
        assert before is not None
        assert eve is not None
        assert close is not None
        paid = sum(e.dividend for e in prices.events("AAPL") if e.on == day)
        steps += [money.quotient(close.price + paid, before.price) - 1]
        before = close

    assert near(chained(steps), case["expected"]["reinvested_return"], case["tolerance"])


def test_all_files_are_read_by_preload() -> None:
    prices.preload()

    assert prices.ecb_rates().currencies >= {"EUR", "USD", "GBP", "CHF", "JPY"}
