"""Transactions: what happened to one's money. What is held is derived from them alone.

Every change, of one row or of many, is the same step: rows by their ids as they shall be from
now on, None for one that goes. All of them fit afterwards, or none is stored.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import Connection

from federation.writer import Tx
from portfolio.domain.transactions import Kind
from portfolio.services import accounts, holdings
from portfolio.services.entries import as_written as as_written
from portfolio.services.entries import entry
from portfolio.services.errors import NotFoundError, OvertakenError, RuleError
from portfolio.services.planner import Planner
from portfolio.services.share_documents import sync_quantities
from portfolio.services.shares import end_sharing
from portfolio.services.undoing import documents, fingerprint, marks, note, reached, since
from portfolio.storage import erasure, positions, transactions
from portfolio.storage.positions import Position
from portfolio.storage.transactions import New, Stored
from portfolio.storage.values import instant, new_id

Rows = Mapping[str, Mapping[str, Any] | None]
SHARED_BY_HALVES = ("symbol", "date", "time", "currency", "quantity", "amount", "price")


def record(planner: Planner, tx: Tx, written: Mapping[str, Any]) -> Stored:
    """Write a transaction down; a transfer out `to_account` is written in both accounts.

    Raises:
        DomainError: it is not right by itself, or sells more than is held (`OversoldError`).
        RuleError: the symbol is none.
        ConflictError: the account belongs to the sample.
    """
    (identifier, *_) = record_many(planner, tx, [written])
    return get(tx.conn, identifier)


def record_many(planner: Planner, tx: Tx, rows: Iterable[Mapping[str, Any]]) -> list[str]:
    """Write transactions down, all or none; return their ids, those of halves made included.

    Raises:
        As `record`.
    """
    made = {
        new_id(tx.now, planner.entropy): one
        for written in rows
        for one in _halves(planner, tx, written)
    }
    put(planner, tx, made)
    return list(made)


def amend(planner: Planner, tx: Tx, identifier: str, patch: Mapping[str, Any]) -> Stored:
    """Change a transaction (RFC 7396); what was held at any time must stay possible.

    What both halves of a transfer say is changed in both.

    Raises:
        NotFoundError: there is none of that id.
        DomainError, RuleError, ConflictError: as `record`.
    """
    amend_many(planner, tx, [identifier], patch)
    return get(tx.conn, identifier)


def amend_many(
    planner: Planner, tx: Tx, identifiers: Sequence[str], patch: Mapping[str, Any]
) -> int:
    """Change transactions in the same way, all or none; return how many that were.

    Raises:
        As `amend`.
    """
    rows: dict[str, Mapping[str, Any]] = {}
    common = {name: patch[name] for name in SHARED_BY_HALVES if name in patch}
    for old in _several(tx.conn, identifiers):
        rows[old.value.id] = {**as_written(old), **patch}
        half = transactions.other_half(tx.conn, old)
        if half is not None and half.value.id not in rows:
            rows[half.value.id] = {**as_written(half), **common}
    put(planner, tx, rows)
    return len(rows)


def remove(planner: Planner, tx: Tx, identifier: str) -> None:
    """Delete a transaction; the last one of a holding takes the holding with it.

    Raises:
        NotFoundError: there is none of that id.
        OversoldError: a later sale needs it.
    """
    remove_many(planner, tx, [identifier])


def remove_many(planner: Planner, tx: Tx, identifiers: Sequence[str]) -> int:
    """Delete transactions, all or none, of a transfer both halves; return how many that were.

    Raises:
        As `remove`.
    """
    gone = _several(tx.conn, identifiers)
    halves = [transactions.other_half(tx.conn, one) for one in gone]
    rows = {one.value.id: None for one in (*gone, *halves) if one is not None}
    put(planner, tx, rows)
    return len(rows)


def get(conn: Connection, identifier: str) -> Stored:
    """Return a transaction.

    Raises:
        NotFoundError: there is none of that id.
    """
    found = transactions.get(conn, identifier)
    if found is None:
        raise NotFoundError("There is no such transaction")
    return found


def put(planner: Planner, tx: Tx, rows: Rows) -> None:
    """Bring rows to what they shall be, and everything derived from them with them.

    Raises:
        DomainError, RuleError, ConflictError: as `record`; nothing is stored then.
    """
    before = {one.value.id: one for one in transactions.several(tx.conn, list(rows))}
    places = _Places(planner, tx)
    added: list[New] = []
    saved: list[New] = []
    for identifier, written in rows.items():
        if written is None:
            continue
        row = places.settled(entry(identifier, written))
        (saved if identifier in before else added).append(row)
    transactions.save(tx.conn, saved, now=instant(tx.now))
    transactions.add(tx.conn, added, now=instant(tx.now))
    transactions.remove(tx.conn, [one for one, written in rows.items() if written is None])
    touched = {one.position: None for one in before.values() if one.position is not None}
    told = _settle(planner, tx, {**touched, **dict.fromkeys(places.touched)})
    _note(planner, tx, rows, before, told)


def revert(planner: Planner, tx: Tx, step: Mapping[str, Any]) -> None:
    """Bring transactions back to what they were before a write.

    Raises:
        OvertakenError: one of them was changed again.
        DomainError: the ledger would not fit any more.
    """
    if _seen(tx, step["was"]) != step["seen"]:
        raise OvertakenError("These transactions were changed again")
    put(planner, tx, step["was"])


def _seen(tx: Tx, identifiers: Iterable[str]) -> dict[str, str]:
    """Return what rows are now, in short; those that are gone are left out."""
    found = transactions.several(tx.conn, list(identifiers))
    return {one.value.id: fingerprint(as_written(one)) for one in found}


def _note(
    planner: Planner,
    tx: Tx,
    rows: Rows,
    before: Mapping[str, Stored],
    told: Mapping[str, Any],
) -> None:
    if not rows or any(one.sample for one in before.values()):
        return
    removed = sum(written is None for written in rows.values())
    done = "removed" if removed else "changed" if before else "added"
    count = removed or len(rows)
    words = f"{count} transactions" if count > 1 else "Transaction"
    step = {
        "kind": "transactions",
        "was": {
            name: {**as_written(before[name]), "created": before[name].created}
            if name in before
            else None
            for name in rows
        },
        "seen": _seen(tx, rows),
        **told,
    }
    note(planner, tx, f"transactions.{done}", f"{words} {done}", step)


class _Places:
    """The holdings and accounts that rows belong to, each looked up once."""

    def __init__(self, planner: Planner, tx: Tx) -> None:
        self._planner = planner
        self._tx = tx
        self._accounts: set[str] = set()
        self._positions: dict[tuple[str, str], str] = {}

    @property
    def touched(self) -> Iterable[str]:
        """The holdings that were named."""
        return self._positions.values()

    def settled(self, row: New) -> New:
        """Return a row with its holding."""
        value = row.value
        if value.account not in self._accounts:
            accounts.ensure(self._planner, self._tx, value.account, value.currency)
            self._accounts.add(value.account)
        if value.into:
            self._position(value.into, value.account, value.currency)
        if not value.instrument:
            return row
        position = self._position(value.instrument, value.account, value.currency)
        return replace(row, position=position)

    def _position(self, symbol: str, account: str, currency: str) -> str:
        key = (symbol, account)
        if key not in self._positions:
            place = holdings.place(
                self._planner, self._tx, symbol=symbol, account=account, currency=currency
            )
            self._positions[key] = place.id
        return self._positions[key]


def _settle(planner: Planner, tx: Tx, touched: Iterable[str]) -> dict[str, Any]:
    """Check holdings' ledgers as they are now, then bring the holdings to them.

    Return what friends are told by that: `marks` of shared holdings that changed, and who `had`
    those that are gone.

    Raises:
        DomainError: one does not hold; the transaction is rolled back.
    """
    stored = (positions.get(tx.conn, position) for position in touched)
    found = [place for place in stored if place is not None]
    kept = {place.id for place in found if _is_kept(tx, place)}
    left = [place for place in found if place.id in kept]
    gone = [place for place in found if place.id not in kept]
    before = marks(planner, tx.conn, documents(left))
    had = reached(planner, tx.conn, marks(planner, tx.conn, [place.doc for place in gone]))
    for place in gone:
        end_sharing(planner, tx, place)
        erasure.erase_position(tx, place.id)
    for sample in {place.sample for place in found}:
        planner.books.at(tx.conn, sample=sample).check()
    for place in left:
        holdings.refresh(planner, tx, place.id)
        if place.quantities_doc is not None:
            sync_quantities(planner, tx, place.id)
    told = {"marks": since(before, marks(planner, tx.conn, before)), "had": sorted(had)}
    return {name: said for name, said in told.items() if said}


def _is_kept(tx: Tx, place: Position) -> bool:
    """Say whether a holding still has transactions; one without is taken away."""
    return transactions.is_used(tx.conn, place.id, place.fields["symbol"], place.account)


def _several(conn: Connection, identifiers: Sequence[str]) -> list[Stored]:
    found = transactions.several(conn, identifiers)
    if len(found) != len(set(identifiers)):
        raise NotFoundError("There is no such transaction")
    return found


def _halves(planner: Planner, tx: Tx, written: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """Return a row as it is, or a transfer between my accounts as its two halves."""
    target = written.get("to_account")
    if target is None:
        return [written]
    if written["kind"] != Kind.TRANSFER_OUT.value:
        raise RuleError("Only a transfer out names where it goes", field="to_account")
    if target == (written.get("account") or ""):
        raise RuleError("A transfer goes to another account", field="to_account")
    pair = new_id(tx.now, planner.entropy)
    out = {**written, "pair": pair}
    del out["to_account"]
    charges = {"fee": None, "tax": None, "settled": None, "settled_currency": None}
    return [
        out,
        {**out, **charges, "kind": Kind.TRANSFER_IN.value, "account": target},
    ]
