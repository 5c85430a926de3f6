"""What an import leaves beside its transactions: accounts, instruments, and what was decided.

Accounts and instruments that it brought go with it when it is undone, unless something else has
come to use them. Decisions stay: the next file of the same kind needs them.
"""

from collections.abc import Mapping
from typing import Any, Final

from sqlalchemy import Connection

from federation.writer import Tx
from portfolio.domain.instruments import is_isin, is_symbol
from portfolio.services import accounts, instruments
from portfolio.services.imports import templates
from portfolio.services.imports.decisions import Decisions
from portfolio.services.imports.reading import header_key
from portfolio.services.planner import Planner
from portfolio.storage import accounts as account_store
from portfolio.storage import import_memory, positions, transactions
from portfolio.storage import imports as store
from portfolio.storage import instruments as instrument_store
from portfolio.storage.imports import Import

NAME_MAX: Final = 200
_WRITTEN_DOWN: Final = frozenset({"new", "decided", "remembered"})


def note(planner: Planner, tx: Tx, draft: Import) -> dict[str, list[str]]:
    """Write down what is new about accounts and instruments; return what was, for `forget`."""
    made: dict[str, list[str]] = {"accounts": [], "instruments": []}
    for name, currency in sorted(store.accounts_of(tx.conn, draft.id)):
        if account_store.named(tx.conn, name) is None:
            made["accounts"].append(name)
        accounts.ensure(planner, tx, name, currency)
    used = {symbol for symbol, _, _ in store.places_of(tx.conn, draft.id)}
    for one in draft.review["instruments"]:
        symbol = one["symbol"]
        if symbol in used and one["how"] in _WRITTEN_DOWN and _says_more(tx.conn, one):
            instruments.create(planner, tx, _description(one))
            made["instruments"].append(symbol)
    return made


def _says_more(conn: Connection, one: Mapping[str, Any]) -> bool:
    """Say whether there is something to write down that is not."""
    told = one["isin"] or one["name"] or one["how"] == "decided"
    return bool(told) and instrument_store.get(conn, one["symbol"]) is None


def _description(one: Mapping[str, Any]) -> dict[str, Any]:
    isin = one["isin"] if one["isin"] and is_isin(one["isin"]) else None
    name = one["name"][:NAME_MAX] if one["name"] else None
    return {
        "symbol": one["symbol"],
        "isin": isin,
        "name": name,
        "kind": one["class"],
        "currency": one["currency"],
    }


def remember(planner: Planner, tx: Tx, draft: Import) -> None:
    """Keep what was decided for the files that come after these."""
    decisions = Decisions.from_json(draft.decisions)
    for stated, one in decisions.instruments.items():
        if is_symbol(one.symbol):
            import_memory.remember_choice(tx.conn, stated, one.symbol)
    for file in draft.review["files"]:
        key = header_key(file["headers"])
        if key and decisions.of_file(file["n"]).options:
            templates.remember(planner, tx, file["name"], key, file["options"])


def forget(planner: Planner, tx: Tx, made: Mapping[str, list[str]]) -> None:
    """Take back what `note` wrote down, where nothing uses it."""
    left = transactions.counts_by_account(tx.conn)
    for name in made.get("accounts", ()):
        account = account_store.named(tx.conn, name)
        if account is not None and not left.get(name):
            account_store.remove(tx.conn, account.id)
    used = {symbol for symbol, *_ in positions.instruments(tx.conn, planner.me.did)}
    for symbol in made.get("instruments", ()):
        instrument = instrument_store.get(tx.conn, symbol)
        if instrument is not None and symbol not in used:
            instrument_store.remove(tx.conn, instrument.id)
