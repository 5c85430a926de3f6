"""Imports in the store: what was dropped, its rows while they are reviewed, where rows went.

A draft's rows stand here until it is committed; then those that are new become transactions by one
statement, in the same moment, and what stays is where each of them came from, and the rows that
were not taken over. The files themselves are kept only as long as the draft may be read again.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import orjson
from sqlalchemy import (
    JSON,
    Column,
    Connection,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    Row,
    Select,
    Table,
    Text,
    delete,
    func,
    insert,
    literal,
    null,
    select,
    union,
    update,
)

from federation.bulk import BulkInsert
from federation.prepared import Values
from portfolio.storage.tables import metadata, positions, transactions

imports: Final = Table(
    "imports",
    metadata,
    Column("id", Text, primary_key=True),
    Column("state", Text, nullable=False, comment="reading | review | importing | done | …"),
    Column("created", Text, nullable=False),
    Column("updated", Text, nullable=False),
    Column("decisions", JSON, nullable=False, comment="what the person decided"),
    Column("review", JSON, nullable=False, comment="what came of it: counts, totals, questions"),
    Column("reason", Text, nullable=False, server_default="", comment="why it failed"),
    Column("revision", Integer, comment="of the ledger with which its rows were compared"),
)

files: Final = Table(
    "import_files",
    metadata,
    Column("import", Text, ForeignKey("imports.id", ondelete="CASCADE"), primary_key=True),
    Column("n", Integer, primary_key=True),
    Column("name", Text, nullable=False),
    Column("size", Integer, nullable=False),
    Column("data", LargeBinary, comment="null once it cannot be read again"),
)

rows: Final = Table(
    "import_rows",
    metadata,
    Column("import", Text, ForeignKey("imports.id", ondelete="CASCADE"), primary_key=True),
    Column("n", Integer, primary_key=True),
    Column("file", Integer, nullable=False),
    Column("line", Integer, nullable=False, comment="in the file, from 1; 0 = a row made here"),
    Column("status", Text, nullable=False, comment="new | known | rejected | skipped"),
    Column("reason", Text, nullable=False, server_default=""),
    Column("field", Text, nullable=False, server_default="", comment="column that is at fault"),
    Column("text", Text, nullable=False, server_default="", comment="what stands there"),
    Column("cells", Text, comment="JSON: the row as it stands in the file, if it was not taken"),
    Column("id", Text, comment="ULID of the transaction it becomes"),
    Column("kind", Text),
    Column("date", Text),
    Column("time", Text),
    Column("symbol", Text),
    Column("isin", Text),
    Column("name", Text),
    Column("account", Text),
    Column("currency", Text),
    Column("quantity", Text),
    Column("price", Text),
    Column("amount", Text),
    Column("fee", Text),
    Column("tax", Text),
    Column("numerator", Integer),
    Column("denominator", Integer),
    Column("reference", Text, comment="the broker's id of it"),
    Column("note", Text),
    Column("settled", Text),
    Column("settled_currency", Text),
    Column("into", Text),
    Column("pair", Text),
    Column("tags", JSON(none_as_null=True)),
    Index("import_rows_by_status", "import", "status", "n"),
    Index("import_rows_by_transaction", "id"),
)

ROW_COLUMNS: Final = tuple(column.name for column in rows.c)
STATUSES: Final = ("new", "known", "rejected", "skipped")
_TAKEN: Final = (
    "id", "kind", "date", "time", "symbol", "account", "currency", "quantity", "price", "amount",
    "fee", "tax", "numerator", "denominator", "reference", "note", "settled", "settled_currency",
    "into", "pair", "tags",
)  # fmt: skip
_ADD_ROWS: Final = BulkInsert(rows, *ROW_COLUMNS)


@dataclass(frozen=True, slots=True)
class Import:
    """One import as stored."""

    id: str
    state: str
    created: str
    updated: str
    decisions: Mapping[str, Any]
    review: Mapping[str, Any]
    reason: str
    revision: int | None


@dataclass(frozen=True, slots=True)
class File:
    """One file of an import; `data` is None once it cannot be read again."""

    n: int
    name: str
    size: int
    data: bytes | None


@dataclass(frozen=True, slots=True)
class Source:
    """Where a transaction came from."""

    import_id: str
    file: str
    line: int
    reference: str


def add(
    conn: Connection,
    identifier: str,
    given: Iterable[tuple[str, bytes]],
    decisions: Mapping[str, Any],
    *,
    state: str,
    now: str,
) -> None:
    """Store a new import with its files, each (name, content)."""
    conn.execute(
        insert(imports).values(
            id=identifier, state=state, created=now, updated=now, decisions=decisions, review={}
        )
    )
    conn.execute(
        insert(files),
        [
            {"import": identifier, "n": n, "name": name, "size": len(data), "data": data}
            for n, (name, data) in enumerate(given)
        ],
    )


def get(conn: Connection, identifier: str) -> Import | None:
    """Return an import by its id."""
    row = conn.execute(select(imports).where(imports.c.id == identifier)).one_or_none()
    return None if row is None else Import(*row)


def page(conn: Connection, *, before: str | None, limit: int) -> list[Import]:
    """Return up to `limit` imports, the newest first."""
    query = select(imports).order_by(imports.c.id.desc()).limit(limit)
    if before is not None:
        query = query.where(imports.c.id < before)
    return [Import(*row) for row in conn.execute(query)]


def in_states(conn: Connection, *states: str) -> list[str]:
    """Return the ids of imports in some states, the oldest first."""
    query = select(imports.c.id).where(imports.c.state.in_(states)).order_by(imports.c.id)
    return list(conn.execute(query).scalars())


def save(conn: Connection, identifier: str, **values: Any) -> None:  # noqa: ANN401 - columns
    """Change columns of an import."""
    conn.execute(update(imports).where(imports.c.id == identifier).values(**values))


def remove(conn: Connection, identifier: str) -> None:
    """Delete an import with its files and rows; transactions it made stay."""
    conn.execute(delete(imports).where(imports.c.id == identifier))


def files_of(conn: Connection, identifier: str) -> list[File]:
    """Return the files of an import with their content."""
    query = select(files.c.n, files.c.name, files.c.size, files.c.data)
    found = conn.execute(query.where(files.c["import"] == identifier).order_by(files.c.n))
    return [File(*row) for row in found]


def forget_files(conn: Connection, identifier: str) -> None:
    """Delete the content of an import's files; their names stay."""
    conn.execute(update(files).where(files.c["import"] == identifier).values(data=None))


def add_rows(conn: Connection, found: Iterable[Values]) -> None:
    """Store rows, each a tuple of `ROW_COLUMNS`."""
    _ADD_ROWS.execute(conn, found)


def remove_rows(
    conn: Connection, identifier: str, *, limit: int, status: str | None = None
) -> int:
    """Delete up to `limit` rows of an import, of one status or of any; return how many."""
    found = select(rows.c.n).where(rows.c["import"] == identifier)
    if status is not None:
        found = found.where(rows.c.status == status)
    part = delete(rows).where(rows.c["import"] == identifier, rows.c.n.in_(found.limit(limit)))
    return conn.execute(part).rowcount


def row_page(
    conn: Connection, identifier: str, *, status: str | None, after: int | None, limit: int
) -> Sequence[Row[Any]]:
    """Return up to `limit` rows of an import in the order of its files."""
    query = select(rows).where(rows.c["import"] == identifier)
    if status is not None:
        query = query.where(rows.c.status == status)
    if after is not None:
        query = query.where(rows.c.n > after)
    return conn.execute(query.order_by(rows.c.n).limit(limit)).all()


def cells_of(row: Row[Any]) -> list[str]:
    """Return the cells of a row as they stand in its file; empty of one that was taken over."""
    return [] if row.cells is None else list(orjson.loads(row.cells))


def source_of(conn: Connection, transaction: str) -> Source | None:
    """Return where a transaction came from; None when it was written by hand."""
    query = (
        select(rows.c["import"], files.c.name, rows.c.line, rows.c.reference)
        .join(files, (files.c["import"] == rows.c["import"]) & (files.c.n == rows.c.file))
        .where(rows.c.id == transaction)
    )
    row = conn.execute(query).first()
    return None if row is None else Source(row[0], row[1], row[2], row[3] or "")


def references(conn: Connection) -> dict[str, str]:
    """Return the broker's id of each transaction that has one, by the transaction's id."""
    query = select(transactions.c.id, transactions.c.reference)
    return {row[0]: row[1] for row in conn.execute(query.where(transactions.c.reference != ""))}


def transactions_of(conn: Connection, identifier: str) -> list[str]:
    """Return the ids of the transactions that an import brought and that are still there."""
    query = select(transactions.c.id).where(transactions.c.import_id == identifier)
    return list(conn.execute(query).scalars())


def sample_accounts(conn: Connection) -> set[str]:
    """Return the names of the sample's accounts."""
    query = select(transactions.c.account).where(transactions.c.sample == 1).distinct()
    return set(conn.execute(query).scalars())


def accounts(conn: Connection) -> set[str]:
    """Return the names of my accounts that have transactions."""
    query = select(transactions.c.account).where(transactions.c.sample == 0).distinct()
    return set(conn.execute(query).scalars())


def unfinished(conn: Connection) -> int:
    """Return how many drafts there are."""
    query = select(func.count()).where(imports.c.state.in_(("reading", "review", "importing")))
    return conn.execute(query).scalar_one()


def take(conn: Connection, identifier: str, owner: str, *, now: str) -> int:
    """Make transactions of all new rows of an import; return how many.

    One statement: nothing of it is seen before all of it is. Their holdings must be there.
    """
    columns = rows.c
    mine = (columns["import"] == identifier) & (columns.status == "new")
    held = (
        (positions.c.kind == "holding")
        & (positions.c.owner == owner)
        & (positions.c.symbol == columns.symbol)
        & (positions.c.account == columns.account)
        & (columns.symbol != "")
    )
    values = {
        **{name: columns[name] for name in _TAKEN},
        "position": positions.c.id,
        "import_id": columns["import"],
        "created": literal(now),
        "updated": literal(now),
        "sample": literal(0),
    }
    query = select(*values.values()).select_from(rows.outerjoin(positions, held)).where(mine)
    taken = insert(transactions).from_select(list(values), query.order_by(columns.n))
    return conn.execute(taken).rowcount


def places_of(conn: Connection, identifier: str) -> list[tuple[str, str, str]]:
    """Return the places of an import's new rows: (symbol, account, a currency of theirs)."""
    columns = rows.c
    query = (
        select(name, columns.account, func.max(columns.currency))
        .where(columns["import"] == identifier, columns.status == "new", name != "")
        .group_by(name, columns.account)
        for name in (columns.symbol, columns.into)
    )
    return [(row[0], row[1], row[2]) for row in conn.execute(union(*query))]


def accounts_of(conn: Connection, identifier: str) -> set[tuple[str, str]]:
    """Return the accounts of an import's new rows, each with a currency of theirs."""
    columns = rows.c
    query = select(columns.account, func.max(columns.currency)).where(
        columns["import"] == identifier, columns.status == "new"
    )
    return {(row[0], row[1]) for row in conn.execute(query.group_by(columns.account))}


def give_back(conn: Connection, identifier: str) -> int:
    """Delete the transactions that an import brought; return how many."""
    return conn.execute(
        delete(transactions).where(transactions.c.import_id == identifier)
    ).rowcount


def held_by(conn: Connection, identifier: str) -> list[str]:
    """Return the holdings that transactions of an import belong to."""
    query = select(transactions.c.position).where(
        transactions.c.import_id == identifier, transactions.c.position.is_not(None)
    )
    return [row[0] for row in conn.execute(query.distinct())]


def amended(conn: Connection) -> Sequence[Row[Any]]:
    """Return, as they were imported, the transactions that were changed since."""
    changed = (transactions.c.id == rows.c.id) & (transactions.c.updated != transactions.c.created)
    return conn.execute(_readable().join(transactions, changed)).all()


def taken_rows(conn: Connection, identifier: str, *, after: int, limit: int) -> Sequence[Row[Any]]:
    """Return up to `limit` new rows of an import after a number, readable as transactions are."""
    mine = (rows.c["import"] == identifier) & (rows.c.status == "new") & (rows.c.n > after)
    query = _readable().add_columns(rows.c.n)
    return conn.execute(query.where(mine).order_by(rows.c.n).limit(limit)).all()


def _readable() -> Select[Any]:
    """Return a query of rows that `transactions.values` can read."""
    columns = [rows.c[name] for name in _TAKEN]
    return select(*columns, null().label("lots")).select_from(rows)
