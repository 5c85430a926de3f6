"""Explaining a figure: what is asked for, who explains it, and an answer from one revision."""

from collections.abc import Mapping
from functools import partial

from sqlalchemy import Connection

from portfolio.domain.explain import Explanation
from portfolio.services.allocation import profiles
from portfolio.services.books import Book
from portfolio.services.errors import NotFoundError
from portfolio.services.explain.desk import Ask, Desk
from portfolio.services.explain.registry import FIGURES
from portfolio.services.performance import Question, question
from portfolio.services.planner import Planner
from portfolio.storage import positions


async def explain(
    planner: Planner, figure: str, params: Mapping[str, str], *, sample: bool | None
) -> tuple[Question, Explanation]:
    """Return how a figure came about.

    Raises:
        NotFoundError: there is no such figure, or nothing that it is of.
        RuleError: a parameter is missing or wrong, or there is no such number and why.
    """
    explainer = FIGURES.get(figure)
    if explainer is None:
        raise NotFoundError("There is no such figure")
    given = dict(params)
    if "id" in given:
        symbol, account, of_sample = await planner.reader.run(
            partial(_place, planner, position=given["id"])
        )
        given |= {"symbol": symbol, "account": account}
        sample = of_sample
    of_all = figure.startswith(("holding.", "position.", "portfolio."))
    asked = await question(
        planner,
        sample=sample,
        start=None if of_all else given.get("start"),
        end=None if of_all else given.get("end"),
        account=None if of_all else given.get("account"),
        symbol=None if of_all else given.get("symbol"),
        method=given.get("method"),
    )

    known = await planner.reader.run(partial(profiles, planner))

    def make(book: Book) -> Explanation:
        return explainer(Desk(book, asked, Ask(figure, given), known))

    return asked, await planner.books.figure(planner.reader, make, sample=asked.asked.sample)


def _place(planner: Planner, conn: Connection, *, position: str) -> tuple[str, str, bool]:
    """Return instrument, account and ledger of a holding of mine."""
    found = positions.get(conn, position)
    if found is None or found.kind != "holding" or found.owner != planner.me.did:
        raise NotFoundError("There is no such holding of yours")
    return found.fields["symbol"], found.account, found.sample
