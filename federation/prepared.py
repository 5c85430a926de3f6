"""Statements of the hot path: Core statements, compiled once, then handed to the driver.

Executing a Core statement costs ten times what SQLite needs for it: a cache key, a context and a
result object each time. A `Prepared` keeps the text and the order of the values for each dialect;
after that a call is one of the driver's own, and rows are plain tuples. Types are converted as
SQLAlchemy would, transactions begin and errors are raised as it does.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Delete, Dialect, Insert, Select, Update
from sqlalchemy.exc import DBAPIError

Statement = Select[*tuple[Any, ...]] | Insert | Update | Delete
Values = tuple[Any, ...]
Convert = Callable[[Any], Any]
_Converters = tuple[tuple[int, Convert], ...]


@dataclass(frozen=True, slots=True)
class Plan:
    """The statement in one dialect: its text, and how values go in and come out.

    `order` names the value of each placeholder, `fixed` those that the statement itself holds,
    `binds` and `results` what converts a value, by name and by column.
    """

    text: str
    order: tuple[str, ...] | None  # None: the driver binds by name
    fixed: dict[str, Any]
    binds: tuple[tuple[str, Convert], ...]
    results: _Converters


class Prepared:
    """A Core statement with named `bindparam`s that takes its values by name."""

    def __init__(self, statement: Statement) -> None:
        self._statement = statement
        self._plans: dict[str, Plan] = {}

    def rows(self, conn: Connection, **values: object) -> list[Values]:
        """Return all rows."""
        plan = self.plan(conn.dialect)
        cursor = run_text(conn, plan.text, _arguments(plan, values))
        found: list[Values] = cursor.fetchall()
        cursor.close()
        return [converted(row, plan.results) for row in found] if plan.results else found

    def first(self, conn: Connection, **values: object) -> Values | None:
        """Return the first row, None when there is none."""
        plan = self.plan(conn.dialect)
        cursor = run_text(conn, plan.text, _arguments(plan, values))
        row: Values | None = cursor.fetchone()
        cursor.close()
        return converted(row, plan.results) if plan.results and row is not None else row

    def scalar(self, conn: Connection, **values: object) -> Any:  # noqa: ANN401 - the column's
        """Return the first column of the first row, None when there is none."""
        row = self.first(conn, **values)
        return None if row is None else row[0]

    def run(self, conn: Connection, **values: object) -> int:
        """Execute it for its effect; return how many rows it touched."""
        plan = self.plan(conn.dialect)
        cursor = run_text(conn, plan.text, _arguments(plan, values))
        count: int = cursor.rowcount
        cursor.close()
        return count

    def run_each(self, conn: Connection, rows: Iterable[dict[str, Any]]) -> None:
        """Execute it for its effect, once for each of the rows."""
        for row in rows:
            self.run(conn, **row)

    def plan(self, dialect: Dialect) -> Plan:
        """Return the statement as it is in a dialect."""
        plan = self._plans.get(dialect.driver)
        if plan is None:
            plan = self._plans[dialect.driver] = _planned(self._statement, dialect)
        return plan


def run_text(conn: Connection, text: str, values: Sequence[Any] | dict[str, Any]) -> Any:  # noqa: ANN401 - the driver's cursor
    """Execute a text on the driver of a connection; return its cursor, which is to be closed.

    Raises:
        DBAPIError: what the driver refused, as SQLAlchemy raises it; without the values.
    """
    if not conn.in_transaction():
        conn.begin()  # as SQLAlchemy does before its first statement
    cursor = conn.connection.cursor()
    try:
        cursor.execute(text, values)
    except conn.dialect.loaded_dbapi.Error as error:
        cursor.close()
        raise DBAPIError.instance(
            text, None, error, conn.dialect.loaded_dbapi.Error, hide_parameters=True
        ) from error
    return cursor


def converted(row: Values, converters: Iterable[tuple[int, Convert]]) -> Values:
    """Return a row with some of its values converted."""
    values = list(row)
    for at, convert in converters:
        values[at] = convert(values[at])
    return tuple(values)


def _arguments(plan: Plan, values: dict[str, Any]) -> Sequence[Any] | dict[str, Any]:
    for name, convert in plan.binds:
        values[name] = convert(values[name])
    if plan.fixed:
        values |= plan.fixed
    return values if plan.order is None else [values[name] for name in plan.order]


def _planned(statement: Statement, dialect: Dialect) -> Plan:
    if isinstance(statement, Insert):
        statement = statement.inline()  # no key is asked back
    compiled = statement.compile(dialect=dialect)
    asked = {name for name, bind in compiled.binds.items() if bind.required}
    state = compiled.construct_expanded_state(dict.fromkeys(asked))
    convert: dict[str, Convert] = dict(state.processors)  # of the members of lists
    for name, bind in compiled.binds.items():
        processor = bind.type.dialect_impl(dialect).bind_processor(dialect)
        if processor is not None:
            convert[name] = processor
    fixed = {name: held for name, held in state.parameters.items() if name not in asked}
    for name in fixed.keys() & convert.keys():
        fixed[name] = convert[name](fixed[name])
    columns = statement.selected_columns if isinstance(statement, Select) else ()
    results = [
        (at, column.type.dialect_impl(dialect).result_processor(dialect, None))
        for at, column in enumerate(columns)
    ]
    return Plan(
        text=state.statement,
        order=tuple(state.positiontup or ()) if compiled.positional else None,
        fixed=fixed,
        binds=tuple((name, convert[name]) for name in sorted(asked & convert.keys())),
        results=tuple((at, back) for at, back in results if back is not None),
    )
