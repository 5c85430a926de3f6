"""Inserting rows at the price of the database, not of the statement.

SQLAlchemy's `executemany` builds a dict of parameters for every row anew, which costs more than
SQLite needs to store it. A `BulkInsert` is a Core statement of a `Table`, compiled once for each
dialect; after that, rows are tuples on their way to the driver.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Connection, Dialect, Table, insert

Values = tuple[Any, ...]
_UNLESS_TAKEN: Final = " ON CONFLICT DO NOTHING"  # the words of SQLite and PostgreSQL alike


@dataclass(frozen=True, slots=True)
class _Plan:
    """The statement in one dialect, and what a row has to go through on its way."""

    text: str
    by_name: bool  # the driver binds by name, not by position
    converters: tuple[tuple[int, Callable[[Any], Any]], ...]


class BulkInsert:
    """An INSERT of rows that are given as tuples of `columns`, which stand in the table's order.

    `unless_taken`: rows whose unique values are in the table already are left out.
    """

    def __init__(self, table: Table, *columns: str, unless_taken: bool = False) -> None:
        self._table = table
        self._columns = columns
        self._unless_taken = unless_taken
        self._plans: dict[str, _Plan] = {}

    def execute(self, conn: Connection, rows: Iterable[Values]) -> int:
        """Insert the rows; return how many were inserted."""
        plan = self._plans.get(conn.dialect.driver)
        if plan is None:
            plan = self._plans[conn.dialect.driver] = self._plan(conn.dialect)
        if plan.converters:
            rows = (_converted(row, plan.converters) for row in rows)
        parameters: list[Any] = list(rows)
        if plan.by_name:
            parameters = [dict(zip(self._columns, row, strict=True)) for row in parameters]
        return conn.exec_driver_sql(plan.text, parameters).rowcount if parameters else 0

    def _plan(self, dialect: Dialect) -> _Plan:
        statement = insert(self._table).inline()  # no key is asked back
        compiled = statement.compile(dialect=dialect, column_keys=self._columns)
        if compiled.positional and tuple(compiled.positiontup or ()) != self._columns:
            raise ValueError(f"columns of {self._table} in another order than its own")
        found = [
            (at, self._table.c[name].type.dialect_impl(dialect).bind_processor(dialect))
            for at, name in enumerate(self._columns)
        ]
        converters = tuple((at, convert) for at, convert in found if convert is not None)
        text = str(compiled) + (_UNLESS_TAKEN if self._unless_taken else "")
        return _Plan(text, not compiled.positional, converters)


def _converted(row: Values, converters: Iterable[tuple[int, Callable[[Any], Any]]]) -> Values:
    values = list(row)
    for at, convert in converters:
        values[at] = convert(values[at])
    return tuple(values)
