"""Accounts: where transactions belong, and the cash in them."""

from typing import Annotated, Any, Literal

from pydantic import Field, StringConstraints
from sqlalchemy import Connection

from federation.writer import Tx
from portfolio.api.answers import Created
from portfolio.api.context import Context
from portfolio.api.fields import LIMIT_DEFAULT, CursorByName, In, Instant, Limit, Out, Ulid, absent
from portfolio.api.ideas import CurrencyCode, sent
from portfolio.api.op import op
from portfolio.api.paging import Page, page, read_cursor
from portfolio.services import accounts
from portfolio.services.holdings import text
from portfolio.services.profile import read_preferences
from portfolio.storage import accounts as store
from portfolio.storage import transactions

Name = Annotated[str, StringConstraints(max_length=80, pattern=r"^(\S(.*\S)?)?$")]
Kind = Literal["broker", "bank", "crypto", "cash", "other"]
Method = Literal["fifo", "lifo", "hifo", "average", "specific"]
Note = Annotated[str, StringConstraints(max_length=2000)]


class AccountIn(In):
    """A new account. `currency` left out is that of the settings, `method` the oldest first."""

    name: Name
    currency: CurrencyCode = absent()
    kind: Kind = absent()
    method: Method | None = None
    note: Note | None = None


class AccountPatch(In):
    """What to change (RFC 7396). A new name goes into all its transactions."""

    name: Name = absent()
    currency: CurrencyCode = absent()
    kind: Kind = absent()
    method: Method | None = None
    note: Note = absent()


class Cash(Out):
    """What is there of one currency; below zero when trades cost more than was paid in."""

    currency: str
    amount: str


class Account(Out):
    """An account. Transactions name it by `name`; "" is the default one."""

    id: Ulid
    name: str
    currency: str
    kind: Kind
    method: Method | None = Field(description="which lots a sale takes; null: the oldest first")
    note: str
    sample: bool
    transactions: int
    cash: tuple[Cash, ...]
    created: Instant
    updated: Instant


@op("GET", "/accounts")
async def list_accounts(
    context: Context, *, limit: Limit = LIMIT_DEFAULT, cursor: CursorByName | None = None
) -> Page[Account]:
    """List accounts by name, each with its cash."""
    key = read_cursor(cursor, str, str)
    after = None if key is None else str(key[1])

    def read(conn: Connection) -> list[Account]:
        found = store.page(conn, after=after, limit=limit + 1)
        counts = transactions.counts_by_account(conn)
        return [_account(context, conn, one, counts.get(one.name, 0)) for one in found]

    rows = await context.read(read)
    return page(rows, limit, item=lambda row: row, key=lambda row: ("", row.name))


@op("POST", "/accounts", errors=("rule", "conflict"), etag=True)
async def add_account(context: Context, body: AccountIn) -> Created[Account]:
    """Open an account; a transaction with a new account name opens one, too."""

    def work(tx: Tx) -> Created[Account]:
        written = {"currency": read_preferences(tx.conn).currency, **sent(body)}
        made = accounts.create(context.planner, tx, written)
        return Created(account_of(context, tx.conn, made), f"/accounts/{made.id}")

    return await context.write(work)


@op("GET", "/accounts/{id}", etag=True)
async def read_account(context: Context, id: Ulid) -> Account:  # noqa: A002 - as in the path
    """Read an account."""
    return await context.read(lambda conn: account_of(context, conn, accounts.get(conn, id)))


@op("PATCH", "/accounts/{id}", etag=True, errors=("rule", "conflict"))
async def change_account(context: Context, id: Ulid, body: AccountPatch) -> Account:  # noqa: A002 - as in the path
    """Change an account; a new name goes into all its transactions."""

    def work(tx: Tx) -> Account:
        context.if_match(account_of(context, tx.conn, accounts.get(tx.conn, id)))
        changed = accounts.change(context.planner, tx, id, sent(body))
        return account_of(context, tx.conn, changed)

    return await context.write(work)


@op("DELETE", "/accounts/{id}", etag=True, errors=("conflict",))
async def delete_account(context: Context, id: Ulid) -> None:  # noqa: A002 - as in the path
    """Close an account; refused while there are transactions in it."""

    def work(tx: Tx) -> None:
        context.if_match(account_of(context, tx.conn, accounts.get(tx.conn, id)))
        accounts.remove(context.planner, tx, id)

    await context.write(work)


def account_of(context: Context, conn: Connection, found: store.Account) -> Account:
    """Return an account as it is answered."""
    count = transactions.counts_by_account(conn).get(found.name, 0)
    return _account(context, conn, found, count)


def _account(context: Context, conn: Connection, found: store.Account, count: int) -> Account:
    balances = accounts.cash_of(context.planner, conn, found) if count else {}
    values: dict[str, Any] = {
        name: getattr(found, name)
        for name in ("id", "name", "currency", "kind", "method", "note", "sample")
    }
    return Account.model_validate(
        {
            **values,
            "transactions": count,
            "cash": [
                {"currency": currency, "amount": text(amount)}
                for currency, amount in balances.items()
            ],
            "created": found.created,
            "updated": found.updated,
        }
    )


ROUTES = (list_accounts, add_account, read_account, change_account, delete_account)
