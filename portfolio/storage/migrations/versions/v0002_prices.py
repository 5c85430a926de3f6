"""prices."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "price_asks",
        sa.Column("provider", sa.Text(), nullable=False),
        sa.Column("symbol", sa.Text(), nullable=False, comment="empty: the provider as a whole"),
        sa.Column(
            "succeeded", sa.Text(), nullable=True, comment="when it last answered; null = never"
        ),
        sa.Column(
            "failed",
            sa.Text(),
            nullable=True,
            comment="when it last failed; null = not since it answered",
        ),
        sa.Column(
            "error",
            sa.Text(),
            nullable=True,
            comment="as in `providers.base.FAULTS`; null = it answered last",
        ),
        sa.Column("detail", sa.Text(), nullable=True, comment="the same in words"),
        sa.Column(
            "tries", sa.Integer(), nullable=False, comment="failures since it last answered"
        ),
        sa.Column(
            "due", sa.Text(), nullable=True, comment="not to be asked before; null = as usual"
        ),
        sa.PrimaryKeyConstraint("provider", "symbol"),
    )
    op.create_table(
        "price_events",
        sa.Column("symbol", sa.Text(), nullable=False),
        sa.Column("day", sa.Text(), nullable=False, comment="ex-date"),
        sa.Column("kind", sa.Text(), nullable=False, comment="split | dividend"),
        sa.Column("source", sa.Text(), nullable=False, comment="name of a provider"),
        sa.Column("numerator", sa.Integer(), nullable=False, comment="of a split: 2 of 2 for 1"),
        sa.Column("denominator", sa.Integer(), nullable=False),
        sa.Column(
            "dividend",
            sa.Text(),
            nullable=False,
            comment="for one unit of that day; 0 for a split",
        ),
        sa.Column("fetched", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("symbol", "day", "kind", "source"),
    )
    op.create_table(
        "prices",
        sa.Column(
            "symbol", sa.Text(), nullable=False, comment="as transactions name the instrument"
        ),
        sa.Column("day", sa.Text(), nullable=False, comment="ISO 8601, of the exchange"),
        sa.Column(
            "source", sa.Text(), nullable=False, comment="manual | file | name of a provider"
        ),
        sa.Column(
            "close", sa.Text(), nullable=False, comment="as traded: no later split taken out"
        ),
        sa.Column("currency", sa.Text(), nullable=False, comment="ISO 4217, or GBX and the like"),
        sa.Column(
            "fetched", sa.Text(), nullable=False, comment="when it was entered, loaded or fetched"
        ),
        sa.PrimaryKeyConstraint("symbol", "day", "source"),
    )
    op.create_table(
        "reference_rates",
        sa.Column("day", sa.Text(), nullable=False, comment="ISO 8601"),
        sa.Column(
            "rates", sa.JSON(), nullable=False, comment="{currency: units for 1 EUR, as published}"
        ),
        sa.Column("fetched", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("day"),
        comment="only days that the package does not have, or has otherwise",
    )
