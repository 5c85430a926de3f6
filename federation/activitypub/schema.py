"""Tables of guests: whom an idea was shown to, what they sent, what still goes out to them."""

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
)

from federation.schema import metadata

# One row per share of a document with a stock actor; its keys are pinned when it is made.
guests: Final = Table(
    "guests",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("doc", String, nullable=False),
    Column("actor", String, nullable=False),
    Column("name", String, nullable=False),
    Column("username", String, nullable=False),
    Column("inbox", String, nullable=False),
    Column("keys", String, nullable=False),  # JSON: Multikey by key id
    Column("keys_renewed", Boolean, nullable=False, default=False),
    Column("note", String, nullable=False, unique=True),  # URL
    Column("text", String, nullable=False),
    Column("published", String, nullable=False),  # RFC 3339
    Column("shared", Boolean, nullable=False, default=True),
    UniqueConstraint("doc", "actor"),
    Index("guests_by_actor", "actor"),
)

# Activities of guests that had an effect: what makes a repetition one.
guest_activities: Final = Table(
    "guest_activities",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("guest", Integer, ForeignKey("guests.id", ondelete="CASCADE"), nullable=False),
    Column("activity", String, nullable=False),  # URL
    Column("type", String, nullable=False),
    Column("object", String, nullable=False),  # URL
    Column("comment", String, nullable=False),  # the application's own id of what came of it
    UniqueConstraint("guest", "activity"),
    Index("guest_activities_by_object", "object"),
)

# Signed activities on their way to a guest's inbox, in order.
guest_post: Final = Table(
    "guest_post",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("guest", Integer, ForeignKey("guests.id", ondelete="CASCADE"), nullable=False),
    Column("body", LargeBinary, nullable=False),
    Column("attempts", Integer, nullable=False, default=0),
    Column("since", Integer, nullable=False),  # seconds since 1970
    Column("due", Integer, nullable=False),  # seconds since 1970
)
