"""Tables of the log. Raw bytes stand in a rowid table; documents and streams are integers there.

Everything here can be derived again from `events.raw`, `events.content` and `identities.raw`,
but for what only this node knows: who opened a document, receipts, refusals, evidence of forks.
"""

from typing import Final

from sqlalchemy import (
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    UniqueConstraint,
    text,
)

from federation.schema import metadata

documents: Final = Table(
    "documents",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("doc", String, nullable=False, unique=True),
    Column("kind", String, nullable=False),
    Column("nonce", String, nullable=False),
    Column("owner", String, nullable=False),
    Column("opened_by", String, nullable=False, index=True),
    Column("state", String, nullable=False),  # opening, open, left, removed
    Column("role", String, nullable=False),  # mine
    Column("lc", Integer, nullable=False),  # the highest applied
    Column("bytes", Integer, nullable=False),  # of all events, for the friend's quota
    Column("last_k", Integer, nullable=False),  # of the last grant that removed me
    Column("facts", String, nullable=False),  # a token of what is said in grants and the like
)

streams: Final = Table(
    "streams",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("document_id", ForeignKey("documents.id", ondelete="CASCADE"), nullable=False),
    Column("stream", String, nullable=False),
    Column("person", String, nullable=False),
    Column("device", String, nullable=False),
    Column("seq", Integer, nullable=False),  # of the last event held without a gap
    Column("hash", String, nullable=False),
    Column("lc", Integer, nullable=False),
    Column("known", Integer, nullable=False),  # the highest seq that is said to exist
    Column("forked", Integer, nullable=False),  # the seq that stands twice, or 0
    UniqueConstraint("document_id", "stream"),
)

events: Final = Table(
    "events",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("document_id", ForeignKey("documents.id", ondelete="CASCADE"), nullable=False),
    Column("stream_id", ForeignKey("streams.id", ondelete="CASCADE"), nullable=False),
    Column("seq", Integer, nullable=False),
    Column("lc", Integer, nullable=False),
    Column("hash", String, nullable=False),
    Column("cls", String, nullable=False),
    Column("kind", String, nullable=False),
    Column("cites", String),
    Column("entity", String),
    Column("published", String, nullable=False),
    Column("clock_off", Boolean, nullable=False),  # `published` cannot be right
    Column("ulid", String),  # of my own events: they can be looked up by their URL
    Column("standing", String, nullable=False),  # valid, cut, held
    Column("fate", String, nullable=False),  # known, unknown, quarantined, own
    Column("proven", Boolean, nullable=False),  # its own proof was checked
    Column("superseded", Boolean, nullable=False),  # its content was dropped, rightly
    Column("missing", Boolean, nullable=False),  # its content is wanted
    Column("raw", LargeBinary, nullable=False),
    Column("content", LargeBinary),
    UniqueConstraint("stream_id", "seq"),
    Index("events_by_entity", "document_id", "entity"),
    Index("events_missing", "document_id", sqlite_where=text("missing = 1")),
    Index("events_unknown", "document_id", sqlite_where=text("fate = 'unknown'")),
    Index("events_by_ulid", "ulid", sqlite_where=text("ulid IS NOT NULL")),
)

grants: Final = Table(
    "grants",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("document_id", ForeignKey("documents.id", ondelete="CASCADE"), nullable=False),
    Column("hash", String, nullable=False),
    Column("person", String, nullable=False),
    Column("k", Integer, nullable=False),
    Column("role", String, nullable=False),
    Column("cut", LargeBinary, nullable=False),
    Column("author", String, nullable=False),
    Column("stream", String, nullable=False),
    Column("seq", Integer, nullable=False),
    Column("lc", Integer, nullable=False),
    Column("cites", String),
    Column("published", String, nullable=False),
    UniqueConstraint("document_id", "hash"),
)

closes: Final = Table(
    "closes",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("document_id", ForeignKey("documents.id", ondelete="CASCADE"), nullable=False),
    Column("hash", String, nullable=False),
    Column("person", String, nullable=False),
    Column("stream", String, nullable=False),
    Column("seq", Integer, nullable=False),
    Column("ends", LargeBinary, nullable=False),
    UniqueConstraint("document_id", "hash"),
)

members: Final = Table(
    "members",
    metadata,
    Column("document_id", ForeignKey("documents.id", ondelete="CASCADE"), primary_key=True),
    Column("person", String, primary_key=True, index=True),
    Column("role", String, nullable=False),
)

entities: Final = Table(
    "entities",
    metadata,
    Column("document_id", ForeignKey("documents.id", ondelete="CASCADE"), primary_key=True),
    Column("key", String, primary_key=True),
    Column("value", LargeBinary),  # JSON, or null when nothing is left of it
    Column("lc", Integer, nullable=False),
    Column("hash", String, nullable=False),
)

parked: Final = Table(
    "parked",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("document_id", ForeignKey("documents.id", ondelete="CASCADE"), nullable=False),
    Column("person", String, nullable=False),
    Column("stream", String, nullable=False),
    Column("seq", Integer, nullable=False),
    Column("hash", String, nullable=False),
    Column("line", LargeBinary, nullable=False),
    Column("vouch", String, nullable=False),
    UniqueConstraint("document_id", "hash"),
)

forks: Final = Table(
    "forks",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("document_id", ForeignKey("documents.id", ondelete="CASCADE"), nullable=False),
    Column("stream", String, nullable=False),
    Column("seq", Integer, nullable=False),
    Column("ours", LargeBinary, nullable=False),
    Column("theirs", LargeBinary, nullable=False),
    UniqueConstraint("document_id", "stream"),
)

rejections: Final = Table(
    "rejections",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("document_id", ForeignKey("documents.id", ondelete="CASCADE"), nullable=False),
    Column("hash", String, nullable=False),
    Column("reason", String, nullable=False),
    UniqueConstraint("document_id", "hash"),
)

deliveries: Final = Table(
    "deliveries",
    metadata,
    Column("document_id", ForeignKey("documents.id", ondelete="CASCADE"), primary_key=True),
    Column("person", String, primary_key=True),
    Column("device", String, primary_key=True),
    Column("heads", LargeBinary, nullable=False),
    Column("at", String),
    Column("n", Integer, nullable=False),
    Column("digest", String, nullable=False),  # of the receipt, which the next one names
    Column("refused", String),  # the reason of a final refusal
    Column("erased", String),  # when a deletion receipt says that the content is gone
)
