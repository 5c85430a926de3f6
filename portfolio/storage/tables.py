"""The planner's own tables: positions, comments, transactions and what happened to them.

They hold *local* things. A position (an idea or a holding) may stand in several shared
documents, a plan and its amounts among them, so the link is a table of its own and no other
table knows about documents. What friends' planners sent is kept by federation's log; the rows
here are what its fold looks like on a screen, and are erased when a document is lost.

Money and other decimals are text exactly as entered. Times are RFC 3339 in UTC.
"""

from typing import Final

from sqlalchemy import (
    JSON,
    Column,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
    text,
)

metadata: Final = MetaData()

positions: Final = Table(
    "positions",
    metadata,
    Column("id", Text, primary_key=True, comment="ULID, the same on all members' planners"),
    Column("kind", Text, nullable=False, comment="idea | holding"),
    Column("owner", Text, nullable=False, comment="did of the person whose position it is"),
    Column("symbol", Text, nullable=False, server_default=""),
    Column("account", Text, nullable=False, server_default="", comment="of a holding of mine"),
    Column("state", Text, nullable=False, server_default="", comment="of an idea"),
    Column(
        "fields",
        JSON(none_as_null=True),
        comment="what all members see; null until it has arrived",
    ),
    Column(
        "amounts",
        JSON(none_as_null=True),
        comment="size, account, sums; null when I may not see them",
    ),
    Column(
        "conflicts",
        JSON(none_as_null=True),
        comment="fields written at the same time; null when none",
    ),
    Column("created", Text, nullable=False),
    Column("updated", Text, nullable=False),
    Column("sample", Integer, nullable=False, server_default=text("0")),
    Column(
        "hidden",
        Integer,
        nullable=False,
        server_default=text("0"),
        comment="1 once a friend's share ended by our clock; shown again if they prolong it",
    ),
    Index("positions_by_kind", "kind", "id"),
)

documents: Final = Table(
    "position_documents",
    metadata,
    Column("doc", Text, primary_key=True),
    Column("kind", Text, nullable=False, comment="plan | holding | amounts"),
    Column("owner", Text, nullable=False),
    Column("role", Text, nullable=False, comment="my own"),
    Column("position", Text, ForeignKey("positions.id", ondelete="SET NULL")),
    Column("main", Text, comment="for amounts: the document of the position they belong to"),
    Column(
        "amounts", JSON(none_as_null=True), comment="amounts that arrived before their position"
    ),
    Index("position_documents_by_position", "position", "kind"),
    Index("position_documents_by_main", "main"),
)

changes: Final = Table(
    "position_changes",
    metadata,
    Column("n", Integer, primary_key=True),
    Column("position", Text, ForeignKey("positions.id", ondelete="CASCADE"), nullable=False),
    Column("who", Text, nullable=False),
    Column("at", Text, nullable=False),
    Column("field", Text, nullable=False),
    Column("before", JSON(none_as_null=True)),
    Column("after", JSON(none_as_null=True)),
    Index("position_changes_by_position", "position", "n"),
    comment="history of a position before its first share; afterwards the log is the history",
)

comments: Final = Table(
    "comments",
    metadata,
    Column("n", Integer, primary_key=True),
    Column("id", Text, nullable=False, unique=True, comment="ULID on this planner"),
    Column("position", Text, ForeignKey("positions.id", ondelete="CASCADE"), nullable=False),
    Column("key", Text, nullable=False, comment="<ULID>/<author did>: its name in the document"),
    Column("author", Text, nullable=False),
    Column(
        "guest",
        JSON(none_as_null=True),
        comment="{actor, name} when a stock ActivityPub actor wrote it",
    ),
    Column("text", Text, nullable=False),
    Column("created", Text, nullable=False),
    Column("clock_off", Integer, nullable=False, comment="`created` cannot be right"),
    Column("edited", Text),
    Column("reply_key", Text),
    UniqueConstraint("position", "key"),
)

feed: Final = Table(
    "feed",
    metadata,
    Column("n", Integer, primary_key=True),
    Column("id", Text, nullable=False, unique=True),
    Column("at", Text, nullable=False),
    Column("type", Text, nullable=False),
    Column("who", Text, nullable=False),
    Column("position", Text),
    Column("whom", Text, comment="did of the person it was done to"),
    Column("comment", Text, comment="id; its text is read from the comment, never copied"),
    Column("changes", JSON(none_as_null=True), comment="[{field, from, to}]"),
    Column("amounts", Integer, nullable=False, server_default=text("0"), comment="tells sums"),
    Column("notify", Integer, nullable=False, server_default=text("0")),
    Index("feed_by_position", "position"),
    Index("feed_to_notify", "notify", "n"),
    # AUTOINCREMENT: a row erased at the end must not give its number to the next one
    sqlite_autoincrement=True,
)

marks: Final = Table(
    "marks",
    metadata,
    Column("name", Text, primary_key=True),
    Column("n", Integer, nullable=False),
    comment="how far the person has read",
)

transactions: Final = Table(
    "transactions",
    metadata,
    Column("id", Text, primary_key=True),
    Column("position", Text, ForeignKey("positions.id"), comment="null when only money moves"),
    Column("kind", Text, nullable=False, comment="as `domain.transactions.Kind`"),
    Column("symbol", Text, nullable=False, comment="empty when only money moves"),
    Column("account", Text, nullable=False, server_default=""),
    Column("currency", Text, nullable=False),
    Column("date", Text, nullable=False, comment="ISO 8601 day"),
    Column("time", Text, comment="ISO 8601, of the exchange"),
    Column("quantity", Text),
    Column("price", Text),
    Column("amount", Text, comment="before fee and tax, where the document states a total"),
    Column("fee", Text),
    Column("tax", Text),
    Column("numerator", Integer, comment="of a split: 2 of 2 for 1"),
    Column("denominator", Integer),
    Column("into", Text, comment="symbol that a merger turns units into"),
    Column("settled", Text, comment="cash that moved, where it was in another currency"),
    Column("settled_currency", Text),
    Column("pair", Text, comment="id of the other half of a transfer between my accounts"),
    Column("lots", JSON(none_as_null=True), comment="{purchase: quantity} that a sale names"),
    Column("tags", JSON(none_as_null=True), comment="list of words; null when none"),
    Column("import_id", Text, comment="the import it came from"),
    Column("reference", Text, nullable=False, server_default="", comment="the broker's id"),
    Column("note", Text, nullable=False, server_default=""),
    Column("created", Text, nullable=False),
    Column("updated", Text, nullable=False),
    Column("sample", Integer, nullable=False, server_default=text("0")),
    Index("transactions_by_date", "date", "id"),
    Index("transactions_by_position", "position", "date", "id"),
    Index("transactions_by_instrument", "symbol", "account", "date", "id"),
    Index("transactions_by_account", "account", "date", "id"),
    Index("transactions_by_kind", "kind", "date", "id"),
    Index("transactions_by_import", "import_id", "date", "id"),
    Index("transactions_by_pair", "pair"),
    Index("transactions_by_merger", "into", "account"),
)

ledger_changes: Final = Table(
    "ledger_changes",
    metadata,
    Column("n", Integer, primary_key=True),
    Column("revision", Integer, nullable=False, index=True, comment="after it; never the same"),
    Column("transaction", Text, comment="what came, went or changed; null = anything may have"),
    Column("symbol", Text, comment="where it stood, or stands"),
    Column("account", Text),
    Column("currency", Text),
    Column("sample", Integer),
    comment="the last changes of the ledger: what is derived follows without reading all",
)

undo: Final = Table(
    "undo",
    metadata,
    Column("n", Integer, primary_key=True),
    Column("id", Text, nullable=False, unique=True),
    Column("at", Text, nullable=False),
    Column("action", Text, nullable=False, comment="what was done, such as transactions.removed"),
    Column("text", Text, nullable=False, comment="what was done, in words"),
    Column("steps", JSON, nullable=False, comment="how to go back, the last step first"),
    Column("undone", Text, comment="when it was; null = not yet"),
    comment="the last writes with their inverse",
)

accounts: Final = Table(
    "accounts",
    metadata,
    Column("id", Text, primary_key=True),
    Column("name", Text, nullable=False, unique=True, comment="as transactions name it"),
    Column("currency", Text, nullable=False),
    Column("kind", Text, nullable=False, comment="broker | bank | crypto | cash | other"),
    Column("method", Text, comment="which lots a sale takes; null = first in, first out"),
    Column("note", Text, nullable=False, server_default=""),
    Column("created", Text, nullable=False),
    Column("updated", Text, nullable=False),
    Column("sample", Integer, nullable=False, server_default=text("0")),
)

instruments: Final = Table(
    "instruments",
    metadata,
    Column("id", Text, primary_key=True),
    Column("symbol", Text, nullable=False, unique=True, comment="as transactions name it"),
    Column("isin", Text, index=True),
    Column("mic", Text),
    Column("name", Text),
    Column("class", Text, nullable=False, comment="share | fund | bond | option | …"),
    Column("currency", Text),
    Column("unit", Integer, nullable=False, comment="100 when quoted in pence and the like"),
    Column("region", Text),
    Column("tags", JSON(none_as_null=True), comment="list of words; null when none"),
    Column("created", Text, nullable=False),
    Column("updated", Text, nullable=False),
)
