"""Which figure stands where in which answer: the members of answers, each with its explanation.

`opened` walks an answer and yields (how the figure is asked for, its value); a member that looks
like a number and is not known here fails the test.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any
from urllib.parse import quote

NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?")
Opened = tuple[str, str]
PARTS = ("realised", "unrealised", "income", "fees", "taxes", "currency_effect", "gain")
PAID = ("gross", "fee", "tax", "net")


def opened(
    answer: Mapping[str, Any], walk: Callable[..., Iterator[Opened]], *more: str
) -> list[Opened]:
    """Return all figures of an answer; each number in it must be one of them."""
    found = list(walk(answer, *more))
    numbers = sorted(_numbers(answer))
    explained = sorted(value for _, value in found)
    missing = list(numbers)
    for value in explained:
        if value in missing:
            missing.remove(value)
    assert not missing, f"numbers that nothing explains: {missing}"
    return found


def _numbers(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for name, one in value.items():
            if name not in {"key", "account", "name", "symbol", "lot", "note"}:
                yield from _numbers(one)
    elif isinstance(value, list):
        for one in value:
            yield from _numbers(one)
    elif isinstance(value, str) and NUMBER.fullmatch(value):
        yield value


def _members(answer: Mapping[str, Any], prefix: str, query: str = "") -> Iterator[Opened]:
    for name, value in answer.items():
        if name != "key" and isinstance(value, str) and NUMBER.fullmatch(value):
            yield f"{prefix}.{name}{query}", value


def portfolio(answer: Mapping[str, Any]) -> Iterator[Opened]:
    """`/portfolio`."""
    yield from _members(answer, "portfolio")


def history(answer: Mapping[str, Any], span: str) -> Iterator[Opened]:
    """`/portfolio/history`; its points are since the beginning, whatever the span."""
    yield from _members(answer, "history", span)
    for one in answer["items"]:
        yield from _members(one, "history", f"&on={one['date']}")


def holding(answer: Mapping[str, Any]) -> Iterator[Opened]:
    """`/positions/{id}` of a holding."""
    yield from _members(answer, "holding", f"&id={answer['id']}")
    for at, one in enumerate(answer.get("lots", ())):
        yield from _members(one, "holding.lot", f"&id={answer['id']}&lot={at}")


def performance(answer: Mapping[str, Any], span: str) -> Iterator[Opened]:
    """`/performance`."""
    yield from _members(answer, "performance", span)
    for name in ("best_day", "worst_day", "best_month", "worst_month", "max_drawdown"):
        if answer[name]:
            yield from _members(answer[name], f"performance.{name}", span)
    for year in answer["years"]:
        yield f"performance.year&year={year['year']}{span}", year["percent"]
        for at, value in enumerate(year["months"], start=1):
            if value is not None:
                yield f"performance.month&month={year['year']}-{at:02}{span}", value
    for one in answer["contributions"]:
        of = quote(one["symbol"] or "cash")
        yield from _members(one, "performance.contribution", f"&of={of}{span}")
    if answer["benchmark"]:
        yield from _members(answer["benchmark"], "performance.benchmark", span)
        for one in answer["benchmark"]["series"]:
            yield from _members(one, "performance.benchmark", f"&on={one['date']}{span}")
    for one in answer["series"]:
        yield from _members(one, "performance.series", f"&on={one['date']}{span}")


def income(answer: Mapping[str, Any], span: str) -> Iterator[Opened]:
    """`/income`."""
    groups = [(one, "income", f"&key={quote(one['key'])}") for one in answer["items"]]
    for group, prefix, key in [*groups, (answer["total"], "income.total", "")]:
        where = f"&by={answer['by']}{key}{span}"
        yield from _members(group, prefix, where)
        for one in group["currencies"]:
            own = "income.own" if key else "income.total.own"
            yield from _members(one, own, f"{where}&currency={one['currency']}")


def allocation(answer: Mapping[str, Any], span: str) -> Iterator[Opened]:
    """`/allocation`."""
    yield f"allocation.total{span}", answer["value"]
    for one in answer["items"]:
        where = f"&by={answer['by']}&key={quote(one['key'] or '')}{span}"
        yield from _members(one, "allocation", where)


def gains(answer: Mapping[str, Any], span: str) -> Iterator[Opened]:
    """`/gains`."""
    if answer["total"] is not None:
        yield f"gains.total{span}", answer["total"]
    for one in answer["totals"]:
        yield f"gains.total.own&currency={one['currency']}{span}", one["gain"]
    for one in answer["items"]:
        yield from _members(one, "gains", f"&transaction={one['transaction']}{span}")
        for at, lot in enumerate(one["lots"]):
            where = f"&transaction={one['transaction']}&lot={at}{span}"
            yield from _members(lot, "gains.lot", where)


def lots(answer: Mapping[str, Any], span: str) -> Iterator[Opened]:
    """`/lots`."""
    for one in answer["items"]:
        where = f"&transaction={one['transaction']}&symbol={quote(one['symbol'])}"
        yield from _members(one, "lots", f"{where}&account={quote(one['account'])}{span}")
