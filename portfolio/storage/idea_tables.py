"""Tables beside an idea: its executions, where it was copied from, its pictures, its alerts.

And of sharing: until when each person may see a document, and shares that follow a tag or the
whole portfolio. Times are RFC 3339 in UTC with `Z`, so that text order is time order.
"""

from typing import Final

from sqlalchemy import (
    JSON,
    Column,
    ForeignKey,
    Index,
    LargeBinary,
    PrimaryKeyConstraint,
    Table,
    Text,
)

from portfolio.storage.tables import metadata

fills: Final = Table(
    "idea_fills",
    metadata,
    Column("transaction_id", Text, primary_key=True, comment="may be undone, and come back"),
    Column("idea", Text, ForeignKey("positions.id", ondelete="CASCADE"), nullable=False),
    Index("idea_fills_by_idea", "idea"),
    comment="transactions that carried out an idea of mine",
)

origins: Final = Table(
    "idea_origins",
    metadata,
    Column("position", Text, ForeignKey("positions.id", ondelete="CASCADE"), primary_key=True),
    Column("idea", Text, nullable=False, comment="the friend's idea it began as"),
    Column("owner", Text, nullable=False, comment="did of its author"),
    Column("at", Text, nullable=False),
    comment="never leaves this planner: the author chose who knows of the idea",
)

pictures: Final = Table(
    "idea_pictures",
    metadata,
    Column("position", Text, ForeignKey("positions.id", ondelete="CASCADE"), nullable=False),
    Column("digest", Text, nullable=False),
    Column("media_type", Text, nullable=False),
    Column("data", LargeBinary, nullable=False),
    Column("at", Text, nullable=False),
    PrimaryKeyConstraint("position", "digest"),
)

alerts: Final = Table(
    "idea_alerts",
    metadata,
    Column("position", Text, ForeignKey("positions.id", ondelete="CASCADE"), nullable=False),
    Column("level", Text, nullable=False, comment="entry | stop | target 1 | …, with its price"),
    PrimaryKeyConstraint("position", "level"),
    comment="levels that the price is near, told already; gone once it moved away",
)

terms: Final = Table(
    "share_terms",
    metadata,
    Column("doc", Text, nullable=False),
    Column("person", Text, nullable=False),
    Column("until", Text, nullable=False),
    PrimaryKeyConstraint("doc", "person"),
    Index("share_terms_by_until", "until"),
    comment="until when a person may see a document, as its owner's grant says",
)

standing: Final = Table(
    "standing_shares",
    metadata,
    Column("id", Text, primary_key=True),
    Column("person", Text, nullable=False, comment="did of the friend"),
    Column("tag", Text, comment="null: the whole portfolio"),
    Column("role", Text, nullable=False),
    Column("detail", Text, nullable=False),
    Column("until", Text),
    Column("given", JSON, nullable=False, comment="positions that it shared"),
    Column("left_out", JSON, nullable=False, comment="positions taken back one by one"),
    Column("created", Text, nullable=False),
    comment="shares that new positions join by themselves",
)
