"""Inserting rows at the price of the database, not of the statement.

SQLAlchemy's `executemany` builds a dict of parameters for every row anew, which costs more than
SQLite needs to store it. A `BulkInsert` is a Core statement of a `Table`, compiled once for each
dialect; after that, rows are tuples on their way to the driver. They go many to a statement: the
driver gives up the interpreter's lock around each one, and has to wait for it afterwards.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import chain
from typing import Any, Final

from sqlalchemy import Connection, Dialect, Table, insert

from federation.prepared import Values, converted, run_text

_TOGETHER: Final = (50, 10, 1)  # rows of one statement: few texts, so that each stays prepared
_UNLESS_TAKEN: Final = " ON CONFLICT DO NOTHING"  # the words of SQLite and PostgreSQL alike


@dataclass(frozen=True, slots=True)
class _Plan:
    """The statements in one dialect, and what a row has to go through on its way.

    `texts` by the number of rows in one; a driver that binds by name gets one row in each.
    """

    texts: dict[int, str]
    by_name: bool
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
            rows = (converted(row, plan.converters) for row in rows)
        values = list(rows)
        if plan.by_name and values:
            named = [dict(zip(self._columns, row, strict=True)) for row in values]
            return conn.exec_driver_sql(plan.texts[1], named).rowcount
        count = start = 0
        for size, text in plan.texts.items():
            while len(values) - start >= size:
                flat = tuple(chain.from_iterable(values[start : start + size]))
                cursor = run_text(conn, text, flat)
                count += cursor.rowcount
                cursor.close()
                start += size
        return count

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
        into, _, row = str(compiled).partition(" VALUES ")
        texts = {
            size: f"{into} VALUES {', '.join([row] * size)}"
            + (_UNLESS_TAKEN if self._unless_taken else "")
            for size in ((1,) if not compiled.positional else _TOGETHER)
        }
        return _Plan(texts, not compiled.positional, converters)
