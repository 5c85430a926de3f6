"""A line for each figure of the answers: its name, and what explains it."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Final

from portfolio.domain.explain import Explanation
from portfolio.services.explain import benchmark, groups, performance, portfolio
from portfolio.services.explain.desk import Desk

Explainer = Callable[[Desk], Explanation]

_HOLDING: Final = (
    "quantity", "cost", "average_price", "average_cost", "price", "value", "gain", "day_gain",
    "day_base", "day_percent", "realised", "income", "total_gain", "return_percent",
    "weight_percent",
)  # fmt: skip
_CONVERTED: Final = ("value", "cost", "gain", "day_gain", "day_base", "realised", "income")
_GLANCE: Final = (
    "value", "cost", "gain", "gain_percent", "day_gain", "day_percent", "realised", "income",
    "total_gain", "cash",
)  # fmt: skip
_TIME: Final = (
    "value", "start_value", "money_in", "money_out", "invested", "gain", "gain_percent",
    "realised", "unrealised", "income", "fees", "taxes", "currency_effect", "twr_percent",
    "annualised_percent", "xirr_percent", "max_drawdown.percent", "volatility_percent",
    "returns_a_year", "best_day.percent", "worst_day.percent", "best_month.percent",
    "worst_month.percent",
)  # fmt: skip

_BENCHMARK: Final = (
    "twr_percent", "annualised_percent", "same_flows_value", "same_flows_gain", "ahead", "index",
)  # fmt: skip
_PAID: Final = ("gross", "fee", "tax", "net")
_SALE: Final = (
    "quantity", "proceeds", "charges", "cost", "lot_charges", "gain", "gain_converted",
)  # fmt: skip

FIGURES: Final[Mapping[str, Explainer]] = {
    **{
        f"holding.{one}": partial(portfolio.position_figure, name=one, own=True)
        for one in _HOLDING
    },
    **{
        f"holding.lot.{one}": partial(portfolio.lot_figure, name=one)
        for one in ("quantity", "cost", "gain")
    },
    **{
        f"position.{one}": partial(portfolio.position_figure, name=one, own=False)
        for one in (*_CONVERTED, "quantity")
    },
    **{f"portfolio.{one}": partial(portfolio.glance, name=one) for one in _GLANCE},
    "portfolio.return_percent": partial(performance.figure, name="xirr_percent"),
    "portfolio.time_weighted_percent": partial(performance.figure, name="twr_percent"),
    "history.gain": partial(performance.figure, name="gain"),
    "history.gain_percent": partial(performance.figure, name="gain_percent"),
    "history.time_weighted_percent": partial(performance.figure, name="twr_percent"),
    "history.value": partial(performance.point, name="value"),
    "history.invested": partial(performance.point, name="invested"),
    **{f"performance.{one}": partial(performance.figure, name=one) for one in _TIME},
    **{
        f"performance.series.{one}": partial(performance.point, name=one)
        for one in ("value", "invested", "index", "drawdown_percent")
    },
    "performance.return": partial(performance.point, name="return"),
    "performance.month": partial(performance.months, length=7),
    "performance.year": partial(performance.months, length=4),
    **{
        f"performance.contribution.{one}": partial(performance.contribution, name=one)
        for one in performance.PARTS
    },
    **{f"performance.benchmark.{one}": partial(benchmark.figure, name=one) for one in _BENCHMARK},
    "performance.contribution.percent": performance.contribution_percent,
    **{f"income.{one}": partial(groups.income, name=one) for one in _PAID},
    **{f"income.own.{one}": partial(groups.income, name=one, own=True) for one in _PAID},
    **{f"income.total.{one}": partial(groups.income, name=one, total=True) for one in _PAID},
    **{
        f"income.total.own.{one}": partial(groups.income, name=one, total=True, own=True)
        for one in _PAID
    },
    "allocation.value": partial(groups.allocation, name="value"),
    "allocation.weight_percent": partial(groups.allocation, name="weight_percent"),
    "allocation.total": groups.owned,
    **{f"gains.{one}": partial(groups.sale, name=one) for one in _SALE},
    **{
        f"gains.lot.{one}": partial(groups.sold_lot, name=one)
        for one in ("quantity", "cost", "charges")
    },
    "gains.total": groups.gains,
    "gains.total.own": partial(groups.gains, own=True),
    **{
        f"lots.{one}": partial(groups.open_lot, name=one)
        for one in ("quantity", "cost", "unit_cost", "value", "gain")
    },
}
