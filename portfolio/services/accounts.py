"""Accounts: where transactions belong. An unknown name in a transaction makes one."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Final

from sqlalchemy import Connection

from federation.writer import Tx
from portfolio.domain import cash, money
from portfolio.services import holdings
from portfolio.services.errors import ConflictError, NotFoundError, OvertakenError
from portfolio.services.planner import Planner
from portfolio.services.undoing import documents, fingerprint, marks, note, since
from portfolio.storage import accounts, positions, transactions
from portfolio.storage.accounts import Account
from portfolio.storage.values import instant, new_id

BROKER: Final = "broker"


def create(planner: Planner, tx: Tx, written: Mapping[str, Any]) -> Account:
    """Open an account.

    Raises:
        ConflictError: there is one of that name.
        CurrencyError: the currency is none.
    """
    if accounts.named(tx.conn, written["name"]) is not None:
        raise ConflictError("There is an account of that name already")
    made = _add(planner, tx, written)
    _note(planner, tx, "opened", made.name, {"id": made.id})
    return made


def ensure(planner: Planner, tx: Tx, name: str, currency: str, *, sample: bool = False) -> Account:
    """Return the account of a name, opened now when it is new.

    Raises:
        ConflictError: it belongs to the sample, or is wanted for it and does not.
    """
    found = accounts.named(tx.conn, name)
    if found is None:
        major, _ = money.major_unit(currency)
        return _add(planner, tx, {"name": name, "currency": major}, sample=sample)
    if found.sample and not sample:
        raise ConflictError(f'"{name}" is the account of the sample; name another one')
    if sample and not found.sample:
        raise ConflictError(f'Your account "{name}" has the name of the sample\'s')
    return found


def get(conn: Connection, identifier: str) -> Account:
    """Return an account.

    Raises:
        NotFoundError: there is none of that id.
    """
    found = accounts.get(conn, identifier)
    if found is None:
        raise NotFoundError("There is no such account")
    return found


def cash_of(planner: Planner, conn: Connection, account: Account) -> dict[str, Decimal]:
    """Return the cash of an account by currency, as of today; what is zero is left out."""
    on = holdings.valuation_day(planner, sample_ledger=account.sample)
    rows = transactions.of_account(conn, account.name)
    balances = cash.balances(rows, on)
    return {currency: amount for (_, currency), amount in balances.items() if amount}


def change(planner: Planner, tx: Tx, identifier: str, patch: Mapping[str, Any]) -> Account:
    """Change an account; a new name goes into all its transactions.

    Raises:
        NotFoundError: there is none of that id.
        ConflictError: another one has that name, or it is the sample's.
        DomainError: sales name lots that another method does not take.
    """
    old = get(tx.conn, identifier)
    if old.sample:
        raise ConflictError("The sample stays as it is")
    values = dict(patch)
    if "currency" in values:
        values["currency"] = money.check_currency(values["currency"])
    name = values.get("name", old.name)
    if name != old.name and accounts.named(tx.conn, name) is not None:
        raise ConflictError("There is an account of that name already")
    now = instant(tx.now)
    accounts.save(tx.conn, identifier, values, now=now)
    held = [positions.get(tx.conn, one) for one in
            accounts.holdings_of(tx.conn, planner.me.did, old.name)]  # fmt: skip
    before = marks(planner, tx.conn, documents(one for one in held if one is not None))
    if name != old.name:
        transactions.rename_account(tx.conn, old.name, name, now=now)
        accounts.rename_holdings(tx.conn, planner.me.did, old.name, name)
    if name != old.name or values.get("method", old.method) != old.method:
        transactions.changed(tx.conn)
        for position in accounts.holdings_of(tx.conn, planner.me.did, name):
            holdings.refresh(planner, tx, position)
    was = {name: getattr(old, name) for name in patch}
    told = since(before, marks(planner, tx.conn, before))
    _note(planner, tx, "changed", name, {"id": identifier, "was": was, "marks": told})
    return get(tx.conn, identifier)


def remove(planner: Planner, tx: Tx, identifier: str) -> None:
    """Close an account that no transaction names.

    Raises:
        NotFoundError: there is none of that id.
        ConflictError: there are transactions in it.
    """
    old = get(tx.conn, identifier)
    if transactions.counts_by_account(tx.conn).get(old.name):
        raise ConflictError("There are transactions in it: move or delete them first")
    accounts.remove(tx.conn, identifier)
    was = _stated(old)
    _note(planner, tx, "closed", old.name, {"id": identifier, "was": was})


def revert(planner: Planner, tx: Tx, step: Mapping[str, Any]) -> None:
    """Close an account that was opened, open one that was closed, or change one back.

    Raises:
        OvertakenError: it was changed again.
        ConflictError: there are transactions in it, or its name is taken.
    """
    found = accounts.get(tx.conn, step["id"])
    if _fingerprint(found) != step["seen"]:
        raise OvertakenError("This account was changed again")
    if found is None:
        create(planner, tx, step["was"])
    elif "was" in step:
        change(planner, tx, found.id, step["was"])
    else:
        remove(planner, tx, found.id)


def _note(planner: Planner, tx: Tx, done: str, name: str, step: Mapping[str, Any]) -> None:
    said = f'Account "{name}" {done}'
    seen = _fingerprint(accounts.get(tx.conn, step["id"]))
    note(planner, tx, f"account.{done}", said, {"kind": "account", "seen": seen, **step})


def _fingerprint(account: Account | None) -> str | None:
    return None if account is None else fingerprint(_stated(account))


def _stated(account: Account) -> dict[str, Any]:
    return {
        name: getattr(account, name) for name in ("name", "currency", "kind", "method", "note")
    }


def _add(planner: Planner, tx: Tx, written: Mapping[str, Any], *, sample: bool = False) -> Account:
    now = instant(tx.now)
    made = Account(
        id=new_id(tx.now, planner.entropy),
        name=written["name"],
        currency=money.check_currency(written["currency"]),
        kind=written.get("kind") or BROKER,
        method=written.get("method"),
        note=written.get("note") or "",
        created=now,
        updated=now,
        sample=sample,
    )
    accounts.add(tx.conn, made)
    return made
