"""Option legs at expiry, exactly; model values before it."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portfolio.domain.errors import AmountError
from portfolio.domain.ledger import positions
from portfolio.domain.options import (
    Action,
    Leg,
    LegKind,
    Market,
    assignment_cost,
    black_scholes,
    gain_at,
    normal,
    payoff,
)
from portfolio.domain.transactions import Kind, Transaction
from tests.portfolio.domain.cases import Case, cases, near, number, row


def leg(case: Case) -> Leg:
    kind = LegKind(case["type"])
    return Leg(
        kind,
        Action(case["action"]),
        number(case["n"]),
        number(case["price" if kind is LegKind.STOCK else "premium"]),
        None if kind is LegKind.STOCK else number(case["strike"]),
    )


def assigned(inputs: Case) -> dict[str, Decimal]:
    """The option sold short, bought back at 0, and the shares bought at the strike."""
    opened, ended, bought = inputs["activities"]
    units = number(opened["contracts"]) * number(opened["multiplier"])
    option = [
        Transaction(
            kind.value,
            kind,
            row(dict(one, type="BUY")).on,
            opened["contract"],
            "USD",
            units,
            number(one.get("price", 0)),
            number(one.get("commission", 0)),
        )
        for kind, one in ((Kind.SHORT, opened), (Kind.COVER, ended))
    ]
    (position,) = positions(option)
    shares = row(bought)
    charges = number(bought["commission"])
    premium = position.realised
    return {
        "premium_net": premium,
        "option_position": position.quantity,
        "shares": shares.quantity,
        "stock_cost_excl_premium": assignment_cost(
            shares.price, units, premium, charges=charges, roll_in=False
        ),
        "stock_cost_premium_rolled_in": assignment_cost(
            shares.price, units, premium, charges=charges, roll_in=True
        ),
    }


@pytest.mark.parametrize("case", cases("options"))
def test_options_are_worth_what_the_published_cases_say(case: Case) -> None:
    inputs, expected = case["inputs"], case["expected"]
    actual: dict[str, object]
    if "legs" in inputs:
        result = payoff([leg(one) for one in inputs["legs"]])
        actual = {
            "net_cost": result.net_cost,
            "net_credit": -result.net_cost,
            "max_profit": result.max_profit,
            "max_loss": result.max_loss,
            "breakevens": list(result.breakevens),
            "risk_reward": result.reward_to_risk,
        }
    elif "activities" in inputs:
        actual = dict(assigned(inputs))
    else:
        market = Market(
            spot=number(inputs["spot"]),
            rate=number(inputs["rate"]),
            volatility=number(inputs["volatility"]),
            years=number(inputs["years"]),
            dividend_yield=number(inputs.get("dividend_yield", 0)),
        )
        call, put = (
            black_scholes(kind, number(inputs["strike"]), market)
            for kind in (LegKind.CALL, LegKind.PUT)
        )
        actual = {
            "call": call.price,
            "put": put.price,
            "gamma": call.gamma,
            "vega": call.vega,
            **{f"call_{name}": getattr(call, name) for name in ("delta", "theta", "rho")},
            **{f"put_{name}": getattr(put, name) for name in ("delta", "theta", "rho")},
        }

    for name, wanted in expected.items():
        if wanted is None:
            assert actual[name] is None, name
        else:
            assert near(actual[name], wanted, case.get("tolerance", "0.0000000001")), name


def test_a_bought_call_and_a_sold_one_are_unlimited_on_one_side() -> None:
    bought = Leg(LegKind.CALL, Action.BUY, Decimal(100), Decimal(2), Decimal(50))
    sold = Leg(LegKind.CALL, Action.SELL, Decimal(100), Decimal(2), Decimal(50))

    assert [payoff([bought]).max_profit, payoff([bought]).max_loss] == [None, -200]
    assert [payoff([sold]).max_profit, payoff([sold]).max_loss] == [200, None]
    assert [*payoff([bought]).breakevens, *payoff([sold]).breakevens] == [52, 52]
    assert payoff([sold]).reward_to_risk is None


def test_a_put_can_lose_or_gain_no_more_than_down_to_zero() -> None:
    sold = Leg(LegKind.PUT, Action.SELL, Decimal(100), Decimal(3), Decimal(50))

    result = payoff([sold])

    assert [result.max_profit, result.max_loss, *result.breakevens] == [300, -4700, 47]


def test_an_iron_condor_has_two_break_evens() -> None:
    terms = [
        ("put", "buy", 40, "0.5"),
        ("put", "sell", 45, "1.5"),
        ("call", "sell", 55, "1.5"),
        ("call", "buy", 60, "0.5"),
    ]
    legs = [
        Leg(LegKind(kind), Action(action), Decimal(100), Decimal(price), Decimal(strike))
        for kind, action, strike, price in terms
    ]

    result = payoff(legs)

    assert list(result.breakevens) == [43, 57]
    assert [result.net_cost, result.max_profit, result.max_loss] == [-200, 200, -300]


def test_a_share_alone_breaks_even_at_its_price() -> None:
    result = payoff([Leg(LegKind.STOCK, Action.BUY, Decimal(10), Decimal(7))])

    assert [result.max_profit, result.max_loss, *result.breakevens] == [None, -70, 7]


@pytest.mark.parametrize(
    "legs",
    [
        [],
        [Leg(LegKind.CALL, Action.BUY, Decimal(1), Decimal(1))],
        [Leg(LegKind.STOCK, Action.BUY, Decimal(1), Decimal(1), Decimal(5))],
        [Leg(LegKind.PUT, Action.BUY, Decimal(0), Decimal(1), Decimal(5))],
        [Leg(LegKind.PUT, Action.BUY, Decimal(1), Decimal(-1), Decimal(5))],
        [Leg(LegKind.PUT, Action.BUY, Decimal(1), Decimal(1), Decimal(0))],
    ],
)
def test_legs_that_make_no_position_are_refused(legs: list[Leg]) -> None:
    with pytest.raises(AmountError):
        payoff(legs)


LEGS = st.builds(
    Leg,
    st.sampled_from([LegKind.CALL, LegKind.PUT]),
    st.sampled_from(Action),
    st.integers(1, 500).map(Decimal),
    st.decimals("0", "20", places=2),
    st.integers(1, 200).map(Decimal),
)


@given(st.lists(LEGS, min_size=1, max_size=5), st.integers(0, 1000))
def test_no_price_is_beyond_the_extremes_and_break_evens_are_zeroes(
    legs: list[Leg], price: int
) -> None:
    result = payoff(legs)
    gain = gain_at(legs, Decimal(price))

    assert result.max_profit is None or gain <= result.max_profit
    assert result.max_loss is None or gain >= result.max_loss
    assert all(near(gain_at(legs, point), 0, "1e-12") for point in result.breakevens)


@given(
    st.decimals("50", "200", places=2),
    st.decimals("0.05", "0.9", places=2),
    st.decimals("0.05", "3", places=2),
)
def test_put_and_call_keep_their_parity(
    spot: Decimal, volatility: Decimal, years: Decimal
) -> None:
    strike, rate = Decimal(100), Decimal("0.03")
    market = Market(spot, rate, volatility, years, Decimal("0.01"))
    call = black_scholes(LegKind.CALL, strike, market)
    put = black_scholes(LegKind.PUT, strike, market)

    forward = spot * (-market.dividend_yield * years).exp() - strike * (-rate * years).exp()

    assert near(call.price - put.price, forward, "1e-20")


def test_the_normal_distribution_is_that_of_the_tables() -> None:
    assert near(normal(Decimal("1.959963984540054")), "0.975", "1e-15")
    assert normal(Decimal(0)) == Decimal("0.5")
    assert normal(Decimal(-20)) == 0
    assert normal(Decimal(20)) == 1


@pytest.mark.parametrize("change", ["spot", "volatility", "years", "strike", "kind"])
def test_a_model_value_without_its_inputs_is_refused(change: str) -> None:
    terms = {"spot": 100, "rate": 0, "volatility": 1, "years": 1} | {change: 0}
    market = Market(*(Decimal(terms[name]) for name in ("spot", "rate", "volatility", "years")))
    kind = LegKind.STOCK if change == "kind" else LegKind.CALL

    with pytest.raises(AmountError):
        black_scholes(kind, Decimal(0 if change == "strike" else 100), market)
