"""Transactions: buy, sell, dividend, split. What is held is derived from them and nothing else."""

from collections.abc import Mapping
from datetime import date, time
from decimal import Decimal
from typing import Any

from sqlalchemy import Connection

from federation.writer import Tx
from portfolio.domain import instruments, ledger, money
from portfolio.domain.money import ZERO, parse_decimal
from portfolio.domain.transactions import TRADES, Kind, Transaction, check
from portfolio.services import holdings
from portfolio.services.errors import ConflictError, NotFoundError, RuleError
from portfolio.services.planner import Planner
from portfolio.services.shares import end_sharing
from portfolio.storage import erasure, positions, transactions
from portfolio.storage.positions import Position
from portfolio.storage.transactions import TEXTS, Stored
from portfolio.storage.values import instant, new_id


def record(planner: Planner, tx: Tx, written: Mapping[str, Any]) -> Stored:
    """Write a transaction down.

    Raises:
        DomainError: it is not right by itself, or sells more than is held (`OversoldError`).
        RuleError: the symbol is none.
        ConflictError: the holding belongs to the sample.
    """
    value, entered = _transaction(new_id(tx.now, planner.entropy), written)
    place = _place(planner, tx, value)
    transactions.add(
        tx.conn, value, entered, position=place.id, now=instant(tx.now), sample=place.sample
    )
    _settle(planner, tx, place)
    return get(tx.conn, value.id)


def amend(planner: Planner, tx: Tx, identifier: str, patch: Mapping[str, Any]) -> Stored:
    """Change a transaction (RFC 7396); what was held at any time must stay possible.

    Raises:
        NotFoundError: there is none of that id.
        DomainError, RuleError, ConflictError: as `record`.
    """
    old = get(tx.conn, identifier)
    value, entered = _transaction(identifier, {**as_written(old), **patch})
    before = positions.get(tx.conn, old.position)
    same = (value.instrument, value.account) == (old.value.instrument, old.value.account)
    place = before if same and before is not None else _place(planner, tx, value)
    transactions.save(tx.conn, value, entered, position=place.id, now=instant(tx.now))
    _settle(planner, tx, place)
    if before is not None and place.id != before.id:
        _settle(planner, tx, before)
    return get(tx.conn, identifier)


def remove(planner: Planner, tx: Tx, identifier: str) -> None:
    """Delete a transaction; the last one of a holding takes the holding with it.

    Raises:
        NotFoundError: there is none of that id.
        OversoldError: a later sale needs it.
    """
    old = get(tx.conn, identifier)
    transactions.remove(tx.conn, identifier)
    place = positions.get(tx.conn, old.position)
    if place is not None:
        _settle(planner, tx, place)


def get(conn: Connection, identifier: str) -> Stored:
    """Return a transaction.

    Raises:
        NotFoundError: there is none of that id.
    """
    found = transactions.get(conn, identifier)
    if found is None:
        raise NotFoundError("There is no such transaction")
    return found


def as_written(stored: Stored) -> dict[str, Any]:
    """Return a transaction as a person wrote it; only what they wrote."""
    value = stored.value
    written: dict[str, Any] = {
        "kind": value.kind.value,
        "symbol": value.instrument,
        "account": value.account,
        "currency": value.currency,
        "date": value.on.isoformat(),
        "time": None if value.at is None else value.at.isoformat(),
        "note": value.note,
        **stored.entered,
    }
    if value.kind is Kind.SPLIT:
        written |= {"numerator": value.numerator, "denominator": value.denominator}
    return written


def _place(planner: Planner, tx: Tx, value: Transaction) -> Position:
    place = holdings.place(
        planner, tx, symbol=value.instrument, account=value.account, currency=value.currency
    )
    if place.sample:
        raise ConflictError(f'"{value.account}" is the account of the sample; name another one')
    return place


def _settle(planner: Planner, tx: Tx, place: Position) -> None:
    """Check a holding's ledger as it is now, then bring the holding to it.

    Raises:
        DomainError: it does not hold; the transaction is rolled back.
    """
    rows = transactions.of_position(tx.conn, place.id)
    if rows:
        ledger.positions(rows)
        holdings.refresh(planner, tx, place.id)
    else:
        end_sharing(planner, tx, place)
        erasure.erase_position(tx, place.id)


def _transaction(
    identifier: str, written: Mapping[str, Any]
) -> tuple[Transaction, dict[str, str | None]]:
    entered: dict[str, str | None] = {name: written.get(name) for name in TEXTS}

    def number(name: str) -> Decimal:
        stated = entered[name]
        return ZERO if stated is None else parse_decimal(stated, field=name)

    symbol = written["symbol"]
    if not instruments.is_symbol(symbol):
        raise RuleError("A symbol has up to 32 letters, digits and signs", field="symbol")
    if written["kind"] in TRADES and entered["price"] is None and entered["amount"] is None:
        raise RuleError(
            f"A {written['kind']} needs its price, or the amount in all", field="price"
        )
    at = written.get("time")
    value = Transaction(
        id=identifier,
        kind=Kind(written["kind"]),
        on=_day(written["date"]),
        instrument=symbol,
        currency=money.check_currency(written["currency"]),
        quantity=number("quantity"),
        price=number("price"),
        fee=number("fee"),
        tax=number("tax"),
        amount=None if entered["amount"] is None else number("amount"),
        numerator=written.get("numerator") or 1,
        denominator=written.get("denominator") or 1,
        account=written.get("account") or "",
        at=None if at is None else _time(at),
        note=written.get("note") or "",
    )
    return check(value), entered


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise RuleError("There is no such day", field="date") from error


def _time(text: str) -> time:
    try:
        return time.fromisoformat(text)
    except ValueError as error:
        raise RuleError("There is no such time", field="time") from error
