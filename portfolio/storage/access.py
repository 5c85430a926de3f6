"""Tables of the planner's door and desk: logins, answers kept, live messages, settings.

Secrets are never stored: a session, token or login code is kept as its SHA-256 digest.
Times are RFC 3339 in UTC with `Z`, so that text order is time order.
"""

from typing import Final

from sqlalchemy import JSON, Column, Integer, LargeBinary, Table, Text

from portfolio.storage.tables import metadata

credentials: Final = Table(
    "credentials",
    metadata,
    Column("hash", Text, primary_key=True, comment="SHA-256 of the secret, hex"),
    Column("id", Text, nullable=False, unique=True, comment="ULID; names it in logs and lists"),
    Column("kind", Text, nullable=False, comment="session | token | code"),
    Column("label", Text, nullable=False),
    Column("created", Text, nullable=False),
    Column("expires", Text, comment="null = until taken back"),
)

kept_answers: Final = Table(
    "kept_answers",
    metadata,
    Column("key", Text, primary_key=True, comment="the client's Idempotency-Key"),
    Column("request", Text, nullable=False, comment="digest of method, path and body"),
    Column("status", Integer, nullable=False),
    Column("location", Text),
    Column("body", LargeBinary, nullable=False),
    Column("at", Text, nullable=False, index=True),
)

live: Final = Table(
    "live",
    metadata,
    Column("n", Integer, primary_key=True),
    Column("type", Text, nullable=False),
    Column("data", Text, nullable=False, comment="JSON, as it goes out"),
    Column("at", Text, nullable=False),
    sqlite_autoincrement=True,  # a number is never given twice, or a page would miss a message
)

settings: Final = Table(
    "settings",
    metadata,
    Column("name", Text, primary_key=True),
    Column("value", JSON, nullable=False),
)
