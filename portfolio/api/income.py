"""Income: dividends and interest, gross and net, per currency and in the one of the settings."""

from typing import Any, Literal

from pydantic import Field

from portfolio.api.context import Context
from portfolio.api.fields import Out
from portfolio.api.ideas import Account, Symbol
from portfolio.api.op import op
from portfolio.api.positions import Day
from portfolio.domain.income import Group, Sums
from portfolio.domain.returns import NoNumber
from portfolio.services import income, instruments, performance
from portfolio.services.holdings import text

By = Literal["month", "year", "symbol", "account"]


class Paid(Out):
    """What was paid in one currency; net is gross less fee and tax."""

    currency: str
    gross: str
    fee: str
    tax: str
    net: str


class IncomeGroup(Out):
    """Payments of one month, instrument or account; in the currency of the answer, and as paid.

    The sums are null, with the reason, while a rate is missing.
    """

    key: str = Field(description="2013-03, a symbol or an account; empty: none of them")
    name: str | None
    payments: int
    gross: str | None
    fee: str | None
    tax: str | None
    net: str | None
    reason: str | None
    currencies: tuple[Paid, ...]


class Income(Out):
    """What a ledger was paid between two days, at the exchange rates of the days of payment."""

    sample: bool
    currency: str
    as_of: str
    start: str | None
    end: str
    account: str | None
    symbol: str | None
    by: By
    items: tuple[IncomeGroup, ...]
    total: IncomeGroup


@op("GET", "/income", errors=("rule",))
async def read_income(
    context: Context,
    *,
    by: By = "month",
    start: Day | None = None,
    end: Day | None = None,
    account: Account | None = None,
    symbol: Symbol | None = None,
    sample: bool | None = None,
) -> Income:
    """Read dividends and interest between two days, both included; left out: all there are.

    Fees and taxes that are rows of their own and name an instrument are entries without gross.
    """
    question = await performance.question(
        context.planner, sample=sample, start=start, end=end, account=account, symbol=symbol
    )
    found = await income.income(context.planner, question, by)
    return Income.model_validate(
        {
            "sample": question.asked.sample,
            "currency": question.asked.currency,
            "as_of": question.asked.on.isoformat(),
            "start": start,
            "end": question.end.isoformat(),
            "account": account,
            "symbol": symbol,
            "by": by,
            "items": [_group(one, by) for one in found.groups],
            "total": _group(found.total, by),
        }
    )


def _group(group: Group, by: By) -> dict[str, Any]:
    whole = group.converted
    blank = dict.fromkeys(("gross", "fee", "tax", "net"))
    return {
        "key": group.key,
        "name": instruments.name(group.key) if by == "symbol" else None,
        "payments": group.payments,
        **(blank if isinstance(whole, NoNumber) else _sums(whole)),
        "reason": whole.reason if isinstance(whole, NoNumber) else None,
        "currencies": [{"currency": code, **_sums(sums)} for code, sums in group.own.items()],
    }


def _sums(sums: Sums) -> dict[str, str | None]:
    return {
        "gross": text(sums.gross),
        "fee": text(sums.fee),
        "tax": text(sums.tax),
        "net": text(sums.net),
    }


ROUTES = (read_income,)
