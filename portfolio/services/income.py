"""What a ledger was paid: dividends and interest, by month, instrument or account."""

from dataclasses import dataclass
from typing import Literal

from portfolio.domain.conversion import Converter
from portfolio.domain.income import KEYS, Group, entries, grouped, summed
from portfolio.services.books import Book
from portfolio.services.performance import Question
from portfolio.services.planner import Planner

By = Literal["month", "year", "symbol", "account"]


@dataclass(frozen=True, slots=True)
class Income:
    """Payments in groups, and all of them."""

    question: Question
    groups: tuple[Group, ...]
    total: Group


async def income(planner: Planner, question: Question, by: By) -> Income:
    """Return what was paid between two days."""

    def make(book: Book) -> Income:
        part = book.part(question.account, question.symbol)
        rate = Converter(question.asked.currency, book.prices.last_known()).rate
        rows = entries(part.rows, question.start, question.end)
        return Income(question, grouped(rows, KEYS[by], rate), summed(rows, "", rate))

    return await planner.books.figure(planner.reader, make, sample=question.asked.sample)
