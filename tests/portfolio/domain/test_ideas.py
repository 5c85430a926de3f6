"""The five states of an idea, what each needs, and risk and reward."""

from dataclasses import replace
from decimal import Decimal
from itertools import product

import pytest

from portfolio.domain.errors import DomainError, IdeaError, TransitionError
from portfolio.domain.ideas import (
    REQUIRED,
    THESIS_LENGTH,
    TRANSITIONS,
    IdeaDraft,
    IdeaState,
    check,
    figures,
    transition,
    validate,
)
from portfolio.domain.risk_reward import (
    Exit,
    Side,
    Sizing,
    Target,
    realised_r,
    risk_reward,
)
from tests.portfolio.domain.cases import Case, cases, near, number

FULL = IdeaDraft(
    symbol="AAPL",
    side=Side.LONG,
    currency="USD",
    isin="US0378331005",
    mic="XNAS",
    entry=Decimal("450.50"),
    stop=Decimal(419),
    targets=(Decimal(510), Decimal(560)),
    size=Decimal(25),
    thesis="The day everyone gave up.",
)
SHORT = replace(FULL, side=Side.SHORT, entry=Decimal(50), stop=Decimal(52), targets=(Decimal(44),))


@pytest.mark.parametrize("case", cases("idea-risk-reward"))
def test_risk_and_reward_are_those_of_the_published_cases(case: Case) -> None:
    inputs, expected = case["inputs"], case["expected"]
    side = Side(inputs["side"].lower())
    entry, stop = number(inputs["entry"]), number(inputs["stop"])
    if "exits" in inputs:
        exits = [Exit(number(x["quantity"]), number(x["price"])) for x in inputs["exits"]]
        fees = number(inputs.get("fees", 0))
        assert near(realised_r(side, entry, stop, exits, fees), expected["realised_r"])
        return
    targets = [number(t) for t in inputs.get("targets", [inputs.get("target")]) if t is not None]
    if "error" in expected:
        with pytest.raises(DomainError) as refused:
            risk_reward(side, entry, stop, targets)
        assert refused.value.message == expected["error"]
        draft = IdeaDraft("X", side, "USD", entry=entry, stop=stop, targets=tuple(targets))
        assert [problem.message for problem in validate(draft)] == [expected["error"]]
        return
    rate = next(
        (
            number(v)
            for k, v in inputs.items()
            if k.endswith(f"_per_{inputs.get('base', '').lower()}")
        ),
        Decimal(1),
    )
    sizing = Sizing(
        equity=number(inputs["equity"]) if "equity" in inputs else None,
        risk_percent=number(inputs["risk_percent"]) if "risk_percent" in inputs else None,
        fee_per_order=number(inputs.get("fee_per_order", 0)),
        rate=rate,
    )

    result = risk_reward(side, entry, stop, targets, sizing)

    names = {
        "size_units": "size",
        "rr_before_fees": "rr",
        "risk_amount_base": "risk_amount",
        "reward_amount_base": "reward_amount",
    }
    for name, wanted in expected.items():
        assert near(getattr(result, names.get(name, name)), wanted), name


def test_a_full_idea_is_right_in_every_state() -> None:
    for idea, state in product((FULL, SHORT), IdeaState):
        assert validate(replace(idea, state=state)) == ()


def test_a_draft_needs_no_more_than_its_instrument_and_side() -> None:
    assert validate(IdeaDraft("BRK.B", Side.SHORT, "USD")) == ()


@pytest.mark.parametrize(("start", "to"), list(product(IdeaState, IdeaState)))
def test_only_the_steps_of_the_table_are_allowed(start: IdeaState, to: IdeaState) -> None:
    idea = replace(FULL, state=start)

    if to is start or to in TRANSITIONS[start]:
        assert transition(idea, to).state is to
    else:
        with pytest.raises(TransitionError) as refused:
            transition(idea, to)
        assert refused.value.field == "state"
        assert all(step in refused.value.message for step in TRANSITIONS[start])


def test_the_way_from_draft_to_closed_is_open_and_a_draft_cannot_be_opened_at_once() -> None:
    idea = FULL
    for state in (IdeaState.WATCHING, IdeaState.READY, IdeaState.OPEN, IdeaState.CLOSED):
        idea = transition(idea, state)

    assert idea.state is IdeaState.CLOSED
    with pytest.raises(TransitionError, match="A draft idea cannot become open"):
        transition(FULL, IdeaState.OPEN)


@pytest.mark.parametrize("missing", REQUIRED[IdeaState.READY])
def test_an_idea_is_not_ready_without_entry_or_stop(missing: str) -> None:
    idea = replace(FULL, **{missing: None})  # type: ignore[arg-type]

    with pytest.raises(TransitionError) as refused:
        transition(idea, IdeaState.READY)
    assert refused.value.message == f"A ready idea needs its {missing}"
    assert refused.value.field == missing
    assert transition(idea, IdeaState.WATCHING).state is IdeaState.WATCHING


def test_the_stop_of_an_open_idea_can_be_moved_but_not_removed() -> None:
    opened = replace(FULL, state=IdeaState.OPEN)

    assert check(replace(opened, stop=Decimal(430))).stop == 430
    with pytest.raises(IdeaError, match="An open idea needs its stop"):
        check(replace(opened, stop=None))


@pytest.mark.parametrize(
    ("change", "field", "message"),
    [
        ({"stop": Decimal(460)}, "stop", "For a long, the stop must be below the entry"),
        ({"stop": Decimal("450.50")}, "stop", "For a long, the stop must be below the entry"),
        (
            {"targets": (Decimal(400),)},
            "targets",
            "For a long, every target must be above the entry",
        ),
        (
            {"entry": None, "targets": (Decimal(400),)},
            "targets",
            "For a long, every target must be above the stop",
        ),
        ({"side": Side.SHORT}, "stop", "For a short, the stop must be above the entry"),
        (
            {"side": Side.SHORT, "stop": None},
            "targets",
            "For a short, every target must be below the entry",
        ),
        (
            {"targets": (Decimal(510), Decimal("510.00"))},
            "targets",
            "The same target is there twice",
        ),
        (
            {"targets": tuple(Decimal(500 + n) for n in range(9))},
            "targets",
            "An idea has at most 8 targets",
        ),
        ({"symbol": ""}, "symbol", "An idea needs the symbol of what is traded"),
        (
            {"symbol": "A\nB"},
            "symbol",
            "A symbol has up to 32 letters, digits and signs, such as BRK.B",
        ),
        (
            {"symbol": "A" * 33},
            "symbol",
            "A symbol has up to 32 letters, digits and signs, such as BRK.B",
        ),
        (
            {"isin": "US0378331006"},
            "isin",
            "This is not an ISIN: 12 characters, the last a check digit",
        ),
        ({"isin": ""}, "isin", "This is not an ISIN: 12 characters, the last a check digit"),
        ({"mic": "NASDAQ"}, "mic", "A market code has four letters or digits, such as XNAS"),
        ({"currency": "usd"}, "currency", '"usd" is not a currency code of ISO 4217 such as USD'),
        (
            {"thesis": "x" * (THESIS_LENGTH + 1)},
            "thesis",
            "A thesis has at most 20,000 characters",
        ),
        ({"size": Decimal(0)}, "size", "The size must be above zero"),
        (
            {"entry": Decimal(-1), "stop": None, "targets": ()},
            "entry",
            "The entry must be above zero",
        ),
    ],
)
def test_what_is_wrong_is_named_with_its_field(
    change: dict[str, object], field: str, message: str
) -> None:
    problems = validate(replace(FULL, **change))  # type: ignore[arg-type]

    assert [(one.field, one.message) for one in problems] == [(field, message)]


def test_all_problems_are_named_at_once() -> None:
    with pytest.raises(IdeaError) as refused:
        check(replace(FULL, symbol="", currency="QQQ", size=Decimal(-1)))

    assert [one.field for one in refused.value.problems] == ["symbol", "currency", "size"]
    assert refused.value.message == refused.value.problems[0].message


def test_pence_are_a_currency_of_prices_in_one_spelling() -> None:
    assert check(replace(FULL, currency="GBp")).currency == "GBX"


def test_portions_weigh_the_targets_and_the_rest_is_shared_equally() -> None:
    half = Target(Decimal(110), Decimal("0.5"))
    targets: list[Target | Decimal] = [half, Target(Decimal(120)), Decimal(140)]

    result = risk_reward(Side.LONG, Decimal(100), Decimal(90), targets)

    assert list(result.rr_of_targets) == [1, 2, 4]
    assert result.reward_per_unit == 20
    assert result.rr == 2


@pytest.mark.parametrize(
    "targets",
    [
        [Target(Decimal(110), Decimal("0.5"))],
        [Target(Decimal(110), Decimal("0.7")), Target(Decimal(120), Decimal("0.7"))],
        [Target(Decimal(110), Decimal(1)), Decimal(120)],
        [Target(Decimal(110), Decimal(0)), Decimal(120)],
    ],
)
def test_portions_that_do_not_sum_to_one_are_refused(targets: list[Target | Decimal]) -> None:
    with pytest.raises(DomainError) as refused:
        risk_reward(Side.LONG, Decimal(100), Decimal(90), targets)

    assert refused.value.field == "targets"


def test_fees_lower_the_reward_and_raise_the_risk_but_not_the_size() -> None:
    sizing = Sizing(equity=Decimal(10_000), risk_percent=Decimal(1), fee_per_order=Decimal(5))

    result = risk_reward(Side.SHORT, Decimal(50), Decimal(52), [Decimal(44)], sizing)

    assert [result.size, result.fees, result.capital] == [50, 10, 2500]
    assert [result.risk_amount, result.reward_amount] == [110, 290]
    assert result.rr == 3
    assert near(result.rr_after_fees, Decimal(290) / 110)


def test_a_size_step_of_a_hundredth_suits_what_is_sold_in_parts() -> None:
    sizing = Sizing(equity=Decimal(100), risk_percent=Decimal(1), step=Decimal("0.01"))

    assert risk_reward(Side.LONG, Decimal(10), Decimal(7), (), sizing).size == Decimal("0.33")


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"size": Decimal(0)}, "size"),
        ({"equity": Decimal(-1)}, "equity"),
        ({"risk_percent": Decimal(101)}, "risk_percent"),
        ({"rate": Decimal(0)}, "rate"),
        ({"step": Decimal(0)}, "step"),
        ({"fee_per_order": Decimal(-1)}, "fee_per_order"),
    ],
)
def test_a_size_from_numbers_out_of_range_is_refused(
    change: dict[str, Decimal], field: str
) -> None:
    with pytest.raises(DomainError) as refused:
        risk_reward(Side.LONG, Decimal(100), Decimal(90), (), Sizing(**change))

    assert refused.value.field == field


def test_an_idea_has_figures_as_soon_as_entry_and_stop_are_known() -> None:
    result = figures(FULL)

    assert result is not None
    assert result.risk_per_unit == Decimal("31.50")
    assert result.risk_amount == Decimal("787.50")
    assert figures(replace(FULL, stop=None)) is None
    assert figures(replace(FULL, stop=Decimal(460))) is None


def test_a_loss_beyond_the_stop_is_below_minus_one_r_and_fees_count() -> None:
    exits = [Exit(Decimal(100), Decimal(94))]

    assert realised_r(Side.LONG, Decimal(100), Decimal(95), exits, Decimal(50)) == Decimal("-1.3")
    with pytest.raises(DomainError):
        realised_r(Side.LONG, Decimal(100), Decimal(95), [])
    with pytest.raises(DomainError):
        realised_r(Side.LONG, Decimal(100), Decimal(105), exits)
