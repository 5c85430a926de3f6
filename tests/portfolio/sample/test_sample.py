"""The sample portfolio: real prices, right rules, and nothing after 2013-03-01."""

from datetime import timedelta
from decimal import Decimal

from portfolio import prices, sample
from portfolio.domain.ideas import IdeaState, figures, validate
from portfolio.domain.instruments import is_isin, is_mic
from portfolio.domain.ledger import holdings, positions
from portfolio.domain.transactions import TRADES, Kind, check
from portfolio.domain.valuation import value_portfolio

LEDGERS = (sample.alice_transactions(), sample.bob_transactions())


def test_every_trade_stands_at_the_close_of_its_day() -> None:
    for row in (row for ledger in LEDGERS for row in ledger):
        check(row)
        assert row.on <= sample.AS_OF
        if row.kind in TRADES:
            quote = prices.price_on(row.instrument, row.on)
            assert quote is not None
            assert (quote.price, quote.on) == (row.price, row.on)


def test_every_dividend_and_split_falls_to_what_was_held_the_evening_before() -> None:
    for ledger in LEDGERS:
        for symbol in prices.SYMBOLS:
            own = [row for row in ledger if row.instrument == symbol]
            for event in prices.events(symbol):
                held = sum(one.quantity for one in holdings(own, event.on - timedelta(days=1)))
                rows = [row for row in own if row.on == event.on and row.kind == event.kind]
                assert len(rows) == (1 if held else 0), (symbol, event)
                if rows and event.kind == "dividend":
                    assert (rows[0].quantity, rows[0].price) == (held, event.dividend)


def test_alice_holds_all_four_shares_and_has_sold_with_a_gain() -> None:
    held = {one.instrument: one.quantity for one in holdings(LEDGERS[0])}

    assert held == {"AAPL": 225, "GOOG": 30, "IBM": 80, "MSFT": 700}
    assert sum(one.realised for one in positions(LEDGERS[0])) > 100_000
    assert {row.kind for row in LEDGERS[0]} == {Kind.BUY, Kind.SELL, Kind.DIVIDEND, Kind.SPLIT}


def test_the_sample_is_worth_what_its_closes_say() -> None:
    (totals,) = value_portfolio(LEDGERS[0], sample.AS_OF, prices.price_on).totals

    expected = sum(
        Decimal(quantity) * Decimal(close)
        for quantity, close in ((225, "430.47"), (30, "806.19"), (80, "202.91"), (700, "27.95"))
    )
    assert totals.value == expected == Decimal("156839.25")
    assert totals.day_gain == Decimal("-2038.15")


def test_alice_has_one_right_idea_in_each_state_and_shares_two() -> None:
    ideas = sample.alice_ideas()

    assert sorted(idea.draft.state for idea in ideas) == sorted(IdeaState)
    assert all(validate(idea.draft) == () for idea in (*ideas, *sample.bob_ideas()))
    assert sum(idea.shared for idea in ideas) == 2
    assert sum(idea.comment is not None for idea in ideas if idea.shared) == 1
    assert [idea.shared for idea in sample.bob_ideas()] == [True]


def test_levels_stand_where_the_price_can_still_reach_them() -> None:
    for idea in (*sample.alice_ideas(), *sample.bob_ideas()):
        quote = prices.price_on(idea.draft.symbol, sample.AS_OF)
        assert quote is not None
        assert idea.on <= sample.AS_OF
        result = figures(idea.draft)
        if idea.draft.state not in {IdeaState.DRAFT, IdeaState.CLOSED}:
            assert result is not None
            assert result.rr is not None
            assert result.rr > Decimal("1.5")
            assert all(abs(t / quote.price - 1) < Decimal("0.35") for t in idea.draft.targets)


def test_the_open_idea_was_bought_at_its_entry_and_its_stop_was_never_touched() -> None:
    (idea,) = [one for one in sample.alice_ideas() if one.draft.state is IdeaState.OPEN]
    history = prices.history(idea.draft.symbol)
    assert history is not None
    bars = history.bars(idea.on + timedelta(days=1), sample.AS_OF)

    assert idea.draft.entry == history.bars(idea.on, idea.on)[0].close
    assert idea.draft.stop is not None
    assert min(bar.low for bar in bars) > idea.draft.stop
    assert max(bar.high for bar in bars) < min(idea.draft.targets)


def test_the_instruments_carry_their_numbers() -> None:
    assert {one.symbol for one in sample.INSTRUMENTS} == set(prices.SYMBOLS)
    assert all(is_isin(one.isin) and is_mic(one.mic) for one in sample.INSTRUMENTS)
