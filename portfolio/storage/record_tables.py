"""Tables of the track record: steps of shared ideas as they became known here, and receipts.

What is in the journal itself is federation's; here is what it does not hold: what a step was
about, when it arrived by this planner's clock, and the signed words of witnesses.
"""

from typing import Final

from sqlalchemy import (
    JSON,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    Table,
    Text,
    UniqueConstraint,
)

from portfolio.storage.tables import metadata

steps: Final = Table(
    "record_steps",
    metadata,
    Column("n", Integer, primary_key=True),
    Column("position", Text, ForeignKey("positions.id", ondelete="CASCADE"), nullable=False),
    Column("owner", Text, nullable=False),
    Column("doc", Text, nullable=False, comment="the idea's document"),
    Column("step", Text, nullable=False, comment="planned | opened | closed"),
    Column("terms", JSON(none_as_null=True), nullable=False),
    Column("at", Text, nullable=False, comment="when it became known here, by my clock"),
    Column("number", Integer, comment="of my journal; null until it is entered"),
    Index("record_steps_by_position", "position", "n"),
    Index("record_steps_by_owner", "owner", "n"),
    sqlite_autoincrement=True,
)

receipts: Final = Table(
    "record_receipts",
    metadata,
    Column("n", Integer, primary_key=True),
    Column("doc", Text, nullable=False, comment="the journal's document"),
    Column("person", Text, nullable=False),
    Column("at", Text, nullable=False, comment="by the witness's clock"),
    Column("heads", JSON, nullable=False, comment="{stream: [seq, hash]} that it holds"),
    Column("raw", LargeBinary, nullable=False, comment="the receipt as signed"),
    Column("digest", Text, nullable=False),
    UniqueConstraint("digest"),
    Index("record_receipts_by_doc", "doc", "n"),
)
