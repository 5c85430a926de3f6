"""Accounts in the store."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, delete, insert, select, update

from portfolio.storage.tables import accounts, positions


@dataclass(frozen=True, slots=True)
class Account:
    """Where things are kept. Transactions name it by `name`; "" is the default one.

    `method` says which lots a sale takes; None: the oldest first.
    """

    id: str
    name: str
    currency: str
    kind: str
    method: str | None
    note: str
    created: str
    updated: str
    sample: bool


def add(conn: Connection, account: Account) -> None:
    """Store a new account."""
    values = {name: getattr(account, name) for name in account.__slots__}
    conn.execute(insert(accounts).values(**{**values, "sample": int(account.sample)}))


def get(conn: Connection, identifier: str) -> Account | None:
    """Return an account by its id."""
    row = conn.execute(select(accounts).where(accounts.c.id == identifier)).one_or_none()
    return None if row is None else _account(row)


def named(conn: Connection, name: str) -> Account | None:
    """Return an account by its name."""
    row = conn.execute(select(accounts).where(accounts.c.name == name)).one_or_none()
    return None if row is None else _account(row)


def page(conn: Connection, *, after: str | None, limit: int) -> list[Account]:
    """Return up to `limit` accounts by name, those whose name comes after `after`."""
    query = select(accounts).order_by(accounts.c.name).limit(limit)
    if after is not None:
        query = query.where(accounts.c.name > after)
    return [_account(row) for row in conn.execute(query)]


def methods(conn: Connection) -> dict[str, str]:
    """Return the method of each account that has one, by its name."""
    query = select(accounts.c.name, accounts.c.method).where(accounts.c.method.is_not(None))
    return {row[0]: row[1] for row in conn.execute(query)}


def save(conn: Connection, identifier: str, values: Mapping[str, Any], *, now: str) -> None:
    """Store some values of an account."""
    changed = update(accounts).where(accounts.c.id == identifier)
    conn.execute(changed.values(**values, updated=now))


def remove(conn: Connection, identifier: str) -> None:
    """Delete an account."""
    conn.execute(delete(accounts).where(accounts.c.id == identifier))


def remove_sample(conn: Connection) -> None:
    """Delete the accounts of the sample."""
    conn.execute(delete(accounts).where(accounts.c.sample == 1))


def holdings_of(conn: Connection, owner: str, account: str) -> list[str]:
    """Return the ids of a person's holdings in an account."""
    query = select(positions.c.id).where(*_in_account(owner, account))
    return list(conn.execute(query).scalars())


def rename_holdings(conn: Connection, owner: str, old: str, new: str) -> None:
    """Let a person's holdings in an account stand in one of another name."""
    conn.execute(update(positions).where(*_in_account(owner, old)).values(account=new))


def _in_account(owner: str, account: str) -> tuple[ColumnElement[bool], ...]:
    columns = positions.c
    return columns.kind == "holding", columns.owner == owner, columns.account == account


def _account(row: Row[Any]) -> Account:
    return Account(
        id=row.id,
        name=row.name,
        currency=row.currency,
        kind=row.kind,
        method=row.method,
        note=row.note,
        created=row.created,
        updated=row.updated,
        sample=bool(row.sample),
    )
