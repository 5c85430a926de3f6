"""Explain: how a figure came about, with all that went in and each step to it.

Figures have the names of the members of the answers: `portfolio.gain`, `holding.cost` with `id`,
`performance.twr_percent` with the same parameters as `/performance`. `docs/explain.md` has them
all, and what formulas look like.
"""

from typing import Annotated

from pydantic import Field

from portfolio.api.context import Context
from portfolio.api.fields import Out, Ulid
from portfolio.api.gains import Year
from portfolio.api.ideas import Account, CurrencyCode, Symbol
from portfolio.api.op import op
from portfolio.api.performance import Basket, Method
from portfolio.api.positions import Day
from portfolio.services.explain.service import explain
from portfolio.services.holdings import text

FigureName = Annotated[str, Field(max_length=80, examples=["portfolio.gain"])]
Word = Annotated[str, Field(max_length=80)]
Month = Annotated[str, Field(pattern=r"^[0-9]{4}-[0-9]{2}$")]
Place = Annotated[str, Field(pattern=r"^[0-9]{1,6}$")]


class Input(Out):
    """A number that went in; a computed one is explained by `/explain?` and `figure`."""

    name: str
    value: str
    unit: str
    date: str | None
    source: str
    figure: str | None = Field(description="query that explains it; null: it is no computed one")


class Step(Out):
    """A formula over names of inputs and steps; of one over `[*]`, the value of the last key."""

    name: str
    formula: str
    value: str


class Explanation(Out):
    """A figure with all that it was computed from; the formula of the last step is `formula`."""

    figure: str
    value: str
    unit: str = Field(description="a currency, %, units, or nothing")
    formula: str
    text: str
    as_of: str
    sample: bool
    inputs: tuple[Input, ...]
    steps: tuple[Step, ...]
    sources: tuple[str, ...]


@op("GET", "/explain", errors=("rule", "not-found"))
async def read_explanation(  # noqa: PLR0913 - what all figures are asked with
    context: Context,
    *,
    figure: FigureName = "portfolio.value",
    id: Ulid | None = None,  # noqa: A002 - the name in the query
    start: Day | None = None,
    end: Day | None = None,
    account: Account | None = None,
    symbol: Symbol | None = None,
    method: Method | None = None,
    on: Day | None = None,
    month: Month | None = None,
    year: Year | None = None,
    by: Word | None = None,
    key: Word | None = None,
    of: Word | None = None,
    lot: Place | None = None,
    currency: CurrencyCode | None = None,
    benchmark: Basket | None = None,
    transaction: Word | None = None,
    sample: bool | None = None,
) -> Explanation:
    """Read how a figure came about; 404 for one there is none of, 422 with why it is no number."""
    given = {
        "id": id, "start": start, "end": end, "account": account, "symbol": symbol,
        "method": method, "on": on, "month": month, "by": by, "key": key, "of": of, "lot": lot,
        "currency": currency, "benchmark": benchmark, "transaction": transaction,
        "year": None if year is None else str(year),
    }  # fmt: skip
    params = {name: value for name, value in given.items() if value is not None}
    question, found = await explain(context.planner, figure, params, sample=sample)
    return Explanation.model_validate(
        {
            "figure": figure,
            "value": text(found.value),
            "unit": found.unit,
            "formula": found.formula,
            "text": found.text,
            "as_of": question.asked.on.isoformat(),
            "sample": question.asked.sample,
            "inputs": [
                {
                    "name": one.name,
                    "value": one.value,
                    "unit": one.unit,
                    "date": None if one.on is None else one.on.isoformat(),
                    "source": one.source,
                    "figure": one.figure,
                }
                for one in found.inputs
            ],
            "steps": [
                {"name": one.name, "formula": one.formula, "value": one.value}
                for one in found.steps
            ],
            "sources": sorted({one.source for one in found.inputs}),
        }
    )


ROUTES = (read_explanation,)
