"""The first release."""
# ruff: noqa: PLR0915 - one statement a table

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "acknowledged_records",
        sa.Column("device", sa.String(), nullable=False),
        sa.Column("type", sa.String(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("device", "type", "key"),
    )
    op.create_table(
        "contact_cards",
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("seed", sa.LargeBinary(), nullable=False),
        sa.Column("e", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("number"),
    )
    op.create_table(
        "documents",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("doc", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("nonce", sa.String(), nullable=False),
        sa.Column("owner", sa.String(), nullable=False),
        sa.Column("opened_by", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("lc", sa.Integer(), nullable=False),
        sa.Column("bytes", sa.Integer(), nullable=False),
        sa.Column("last_k", sa.Integer(), nullable=False),
        sa.Column("facts", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("doc"),
    )
    with op.batch_alter_table("documents", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_documents_opened_by"), ["opened_by"], unique=False)

    op.create_table(
        "friends",
        sa.Column("did", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("handle", sa.String(), nullable=True),
        sa.Column("verified", sa.Boolean(), nullable=False),
        sa.Column("doubt", sa.String(), nullable=True),
        sa.Column("invite", sa.LargeBinary(), nullable=True),
        sa.Column("since", sa.BigInteger(), nullable=False),
        sa.Column("last_contact", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("did"),
    )
    op.create_table(
        "guests",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("doc", sa.String(), nullable=False),
        sa.Column("actor", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("username", sa.String(), nullable=False),
        sa.Column("inbox", sa.String(), nullable=False),
        sa.Column("keys", sa.String(), nullable=False),
        sa.Column("keys_renewed", sa.Boolean(), nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("published", sa.String(), nullable=False),
        sa.Column("shared", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("doc", "actor"),
        sa.UniqueConstraint("note"),
    )
    with op.batch_alter_table("guests", schema=None) as batch_op:
        batch_op.create_index("guests_by_actor", ["actor"], unique=False)

    op.create_table(
        "identities",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("did", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("hash", sa.String(), nullable=False),
        sa.Column("raw", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("did", "number"),
    )
    op.create_table(
        "invites",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("secret", sa.LargeBinary(), nullable=False),
        sa.Column("created", sa.BigInteger(), nullable=False),
        sa.Column("expires", sa.BigInteger(), nullable=False),
        sa.Column("bad_macs", sa.Integer(), nullable=False),
        sa.Column("person", sa.String(), nullable=True),
        sa.Column("device", sa.String(), nullable=True),
        sa.Column("answer", sa.LargeBinary(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "peer_devices",
        sa.Column("device", sa.String(), nullable=False),
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("url", sa.String(), nullable=True),
        sa.Column("pin", sa.String(), nullable=True),
        sa.Column("source", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("device"),
    )
    with op.batch_alter_table("peer_devices", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_peer_devices_person"), ["person"], unique=False)

    op.create_table(
        "records",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("type", sa.String(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("hash", sa.String(), nullable=False),
        sa.Column("raw", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("type", "key"),
    )
    op.create_table(
        "stopped_lanes",
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("doc", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("person", "doc"),
    )
    op.create_table(
        "closes",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("document_id", sa.Integer(), nullable=False),
        sa.Column("hash", sa.String(), nullable=False),
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("stream", sa.String(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("ends", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["document_id"], ["documents.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("document_id", "hash"),
    )
    op.create_table(
        "deliveries",
        sa.Column("document_id", sa.Integer(), nullable=False),
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("device", sa.String(), nullable=False),
        sa.Column("heads", sa.LargeBinary(), nullable=False),
        sa.Column("at", sa.String(), nullable=True),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("refused", sa.String(), nullable=True),
        sa.Column("erased", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["document_id"], ["documents.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("document_id", "person", "device"),
    )
    op.create_table(
        "entities",
        sa.Column("document_id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("value", sa.LargeBinary(), nullable=True),
        sa.Column("lc", sa.Integer(), nullable=False),
        sa.Column("hash", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["document_id"], ["documents.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("document_id", "key"),
    )
    op.create_table(
        "forks",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("document_id", sa.Integer(), nullable=False),
        sa.Column("stream", sa.String(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("ours", sa.LargeBinary(), nullable=False),
        sa.Column("theirs", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["document_id"], ["documents.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("document_id", "stream"),
    )
    op.create_table(
        "grants",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("document_id", sa.Integer(), nullable=False),
        sa.Column("hash", sa.String(), nullable=False),
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("k", sa.Integer(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("cut", sa.LargeBinary(), nullable=False),
        sa.Column("author", sa.String(), nullable=False),
        sa.Column("stream", sa.String(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("lc", sa.Integer(), nullable=False),
        sa.Column("cites", sa.String(), nullable=True),
        sa.Column("published", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["document_id"], ["documents.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("document_id", "hash"),
    )
    op.create_table(
        "guest_activities",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("guest", sa.Integer(), nullable=False),
        sa.Column("activity", sa.String(), nullable=False),
        sa.Column("type", sa.String(), nullable=False),
        sa.Column("object", sa.String(), nullable=False),
        sa.Column("comment", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["guest"], ["guests.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("guest", "activity"),
    )
    with op.batch_alter_table("guest_activities", schema=None) as batch_op:
        batch_op.create_index("guest_activities_by_object", ["object"], unique=False)

    op.create_table(
        "guest_post",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("guest", sa.Integer(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("since", sa.Integer(), nullable=False),
        sa.Column("due", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["guest"], ["guests.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "members",
        sa.Column("document_id", sa.Integer(), nullable=False),
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["document_id"], ["documents.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("document_id", "person"),
    )
    with op.batch_alter_table("members", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_members_person"), ["person"], unique=False)

    op.create_table(
        "parked",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("document_id", sa.Integer(), nullable=False),
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("stream", sa.String(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("hash", sa.String(), nullable=False),
        sa.Column("line", sa.LargeBinary(), nullable=False),
        sa.Column("vouch", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["document_id"], ["documents.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("document_id", "hash"),
    )
    op.create_table(
        "rejections",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("document_id", sa.Integer(), nullable=False),
        sa.Column("hash", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["document_id"], ["documents.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("document_id", "hash"),
    )
    op.create_table(
        "streams",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("document_id", sa.Integer(), nullable=False),
        sa.Column("stream", sa.String(), nullable=False),
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("device", sa.String(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("hash", sa.String(), nullable=False),
        sa.Column("lc", sa.Integer(), nullable=False),
        sa.Column("known", sa.Integer(), nullable=False),
        sa.Column("forked", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["document_id"], ["documents.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("document_id", "stream"),
    )
    op.create_table(
        "events",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("document_id", sa.Integer(), nullable=False),
        sa.Column("stream_id", sa.Integer(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("lc", sa.Integer(), nullable=False),
        sa.Column("hash", sa.String(), nullable=False),
        sa.Column("cls", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("cites", sa.String(), nullable=True),
        sa.Column("entity", sa.String(), nullable=True),
        sa.Column("published", sa.String(), nullable=False),
        sa.Column("clock_off", sa.Boolean(), nullable=False),
        sa.Column("ulid", sa.String(), nullable=True),
        sa.Column("standing", sa.String(), nullable=False),
        sa.Column("fate", sa.String(), nullable=False),
        sa.Column("proven", sa.Boolean(), nullable=False),
        sa.Column("superseded", sa.Boolean(), nullable=False),
        sa.Column("missing", sa.Boolean(), nullable=False),
        sa.Column("raw", sa.LargeBinary(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(["document_id"], ["documents.id"], ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["stream_id"], ["streams.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("stream_id", "seq"),
    )
    with op.batch_alter_table("events", schema=None) as batch_op:
        batch_op.create_index("events_by_entity", ["document_id", "entity"], unique=False)
        batch_op.create_index(
            "events_by_ulid", ["ulid"], unique=False, sqlite_where=sa.text("ulid IS NOT NULL")
        )
        batch_op.create_index(
            "events_missing", ["document_id"], unique=False, sqlite_where=sa.text("missing = 1")
        )
        batch_op.create_index(
            "events_unknown",
            ["document_id"],
            unique=False,
            sqlite_where=sa.text("fate = 'unknown'"),
        )

    op.create_table(
        "accounts",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False, comment="as transactions name it"),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column(
            "kind", sa.Text(), nullable=False, comment="broker | bank | crypto | cash | other"
        ),
        sa.Column(
            "method",
            sa.Text(),
            nullable=True,
            comment="which lots a sale takes; null = first in, first out",
        ),
        sa.Column("note", sa.Text(), server_default="", nullable=False),
        sa.Column("created", sa.Text(), nullable=False),
        sa.Column("updated", sa.Text(), nullable=False),
        sa.Column("sample", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("name"),
    )
    op.create_table(
        "credentials",
        sa.Column("hash", sa.Text(), nullable=False, comment="SHA-256 of the secret, hex"),
        sa.Column("id", sa.Text(), nullable=False, comment="ULID; names it in logs and lists"),
        sa.Column("kind", sa.Text(), nullable=False, comment="session | token | code"),
        sa.Column("label", sa.Text(), nullable=False),
        sa.Column("created", sa.Text(), nullable=False),
        sa.Column("expires", sa.Text(), nullable=True, comment="null = until taken back"),
        sa.PrimaryKeyConstraint("hash"),
        sa.UniqueConstraint("id"),
    )
    op.create_table(
        "feed",
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("at", sa.Text(), nullable=False),
        sa.Column("type", sa.Text(), nullable=False),
        sa.Column("who", sa.Text(), nullable=False),
        sa.Column("position", sa.Text(), nullable=True),
        sa.Column("whom", sa.Text(), nullable=True, comment="did of the person it was done to"),
        sa.Column(
            "comment",
            sa.Text(),
            nullable=True,
            comment="id; its text is read from the comment, never copied",
        ),
        sa.Column(
            "changes", sa.JSON(none_as_null=True), nullable=True, comment="[{field, from, to}]"
        ),
        sa.Column(
            "amounts",
            sa.Integer(),
            server_default=sa.text("0"),
            nullable=False,
            comment="tells sums",
        ),
        sa.Column("notify", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.PrimaryKeyConstraint("n"),
        sa.UniqueConstraint("id"),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("feed", schema=None) as batch_op:
        batch_op.create_index("feed_by_position", ["position"], unique=False)
        batch_op.create_index("feed_to_notify", ["notify", "n"], unique=False)

    op.create_table(
        "import_choices",
        sa.Column(
            "stated", sa.Text(), nullable=False, comment="ISIN, symbol or name as files have it"
        ),
        sa.Column(
            "symbol", sa.Text(), nullable=False, comment="which instrument the person said it is"
        ),
        sa.PrimaryKeyConstraint("stated"),
    )
    op.create_table(
        "import_templates",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column(
            "headers",
            sa.Text(),
            nullable=False,
            comment="digest of the header it is for; or empty",
        ),
        sa.Column("options", sa.JSON(), nullable=False),
        sa.Column("updated", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("name"),
    )
    with op.batch_alter_table("import_templates", schema=None) as batch_op:
        batch_op.create_index("import_templates_by_headers", ["headers"], unique=False)

    op.create_table(
        "imports",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column(
            "state", sa.Text(), nullable=False, comment="reading | review | importing | done | …"
        ),
        sa.Column("created", sa.Text(), nullable=False),
        sa.Column("updated", sa.Text(), nullable=False),
        sa.Column("decisions", sa.JSON(), nullable=False, comment="what the person decided"),
        sa.Column(
            "review",
            sa.JSON(),
            nullable=False,
            comment="what came of it: counts, totals, questions",
        ),
        sa.Column("reason", sa.Text(), server_default="", nullable=False, comment="why it failed"),
        sa.Column(
            "revision",
            sa.Integer(),
            nullable=True,
            comment="of the ledger with which its rows were compared",
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "instruments",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("symbol", sa.Text(), nullable=False, comment="as transactions name it"),
        sa.Column("isin", sa.Text(), nullable=True),
        sa.Column("mic", sa.Text(), nullable=True),
        sa.Column("name", sa.Text(), nullable=True),
        sa.Column("class", sa.Text(), nullable=False, comment="share | fund | bond | option | …"),
        sa.Column("currency", sa.Text(), nullable=True),
        sa.Column(
            "unit", sa.Integer(), nullable=False, comment="100 when quoted in pence and the like"
        ),
        sa.Column("region", sa.Text(), nullable=True),
        sa.Column(
            "tags",
            sa.JSON(none_as_null=True),
            nullable=True,
            comment="list of words; null when none",
        ),
        sa.Column("created", sa.Text(), nullable=False),
        sa.Column("updated", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("symbol"),
    )
    with op.batch_alter_table("instruments", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_instruments_isin"), ["isin"], unique=False)

    op.create_table(
        "kept_answers",
        sa.Column("key", sa.Text(), nullable=False, comment="the client's Idempotency-Key"),
        sa.Column("request", sa.Text(), nullable=False, comment="digest of method, path and body"),
        sa.Column("status", sa.Integer(), nullable=False),
        sa.Column("location", sa.Text(), nullable=True),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("at", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("key"),
    )
    with op.batch_alter_table("kept_answers", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_kept_answers_at"), ["at"], unique=False)

    op.create_table(
        "ledger_changes",
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False, comment="after it; never the same"),
        sa.Column(
            "transaction",
            sa.Text(),
            nullable=True,
            comment="what came, went or changed; null = anything may have",
        ),
        sa.Column("symbol", sa.Text(), nullable=True, comment="where it stood, or stands"),
        sa.Column("account", sa.Text(), nullable=True),
        sa.Column("currency", sa.Text(), nullable=True),
        sa.Column("sample", sa.Integer(), nullable=True),
        sa.PrimaryKeyConstraint("n"),
        comment="the last changes of the ledger: what is derived follows without reading all",
    )
    with op.batch_alter_table("ledger_changes", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_ledger_changes_revision"), ["revision"], unique=False)

    op.create_table(
        "live",
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("type", sa.Text(), nullable=False),
        sa.Column("data", sa.Text(), nullable=False, comment="JSON, as it goes out"),
        sa.Column("at", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("n"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "marks",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("name"),
        comment="how far the person has read",
    )
    op.create_table(
        "positions",
        sa.Column(
            "id", sa.Text(), nullable=False, comment="ULID, the same on all members' planners"
        ),
        sa.Column("kind", sa.Text(), nullable=False, comment="idea | holding"),
        sa.Column(
            "owner", sa.Text(), nullable=False, comment="did of the person whose position it is"
        ),
        sa.Column("symbol", sa.Text(), server_default="", nullable=False),
        sa.Column(
            "account", sa.Text(), server_default="", nullable=False, comment="of a holding of mine"
        ),
        sa.Column("state", sa.Text(), server_default="", nullable=False, comment="of an idea"),
        sa.Column(
            "fields",
            sa.JSON(none_as_null=True),
            nullable=True,
            comment="what all members see; null until it has arrived",
        ),
        sa.Column(
            "amounts",
            sa.JSON(none_as_null=True),
            nullable=True,
            comment="size, account, sums; null when I may not see them",
        ),
        sa.Column(
            "conflicts",
            sa.JSON(none_as_null=True),
            nullable=True,
            comment="fields written at the same time; null when none",
        ),
        sa.Column("created", sa.Text(), nullable=False),
        sa.Column("updated", sa.Text(), nullable=False),
        sa.Column("sample", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column(
            "hidden",
            sa.Integer(),
            server_default=sa.text("0"),
            nullable=False,
            comment="1 once a friend's share ended by our clock; shown again if they prolong it",
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("positions", schema=None) as batch_op:
        batch_op.create_index("positions_by_kind", ["kind", "id"], unique=False)

    op.create_table(
        "record_receipts",
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("doc", sa.Text(), nullable=False, comment="the journal's document"),
        sa.Column("person", sa.Text(), nullable=False),
        sa.Column("at", sa.Text(), nullable=False, comment="by the witness's clock"),
        sa.Column(
            "heads", sa.JSON(), nullable=False, comment="{stream: [seq, hash]} that it holds"
        ),
        sa.Column("raw", sa.LargeBinary(), nullable=False, comment="the receipt as signed"),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("n"),
        sa.UniqueConstraint("digest"),
    )
    with op.batch_alter_table("record_receipts", schema=None) as batch_op:
        batch_op.create_index("record_receipts_by_doc", ["doc", "n"], unique=False)

    op.create_table(
        "settings",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("value", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("name"),
    )
    op.create_table(
        "share_terms",
        sa.Column("doc", sa.Text(), nullable=False),
        sa.Column("person", sa.Text(), nullable=False),
        sa.Column("until", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("doc", "person"),
        comment="until when a person may see a document, as its owner's grant says",
    )
    with op.batch_alter_table("share_terms", schema=None) as batch_op:
        batch_op.create_index("share_terms_by_until", ["until"], unique=False)

    op.create_table(
        "standing_shares",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("person", sa.Text(), nullable=False, comment="did of the friend"),
        sa.Column("tag", sa.Text(), nullable=True, comment="null: the whole portfolio"),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.Column("until", sa.Text(), nullable=True),
        sa.Column("given", sa.JSON(), nullable=False, comment="positions that it shared"),
        sa.Column(
            "left_out", sa.JSON(), nullable=False, comment="positions taken back one by one"
        ),
        sa.Column("created", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        comment="shares that new positions join by themselves",
    )
    op.create_table(
        "undo",
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("at", sa.Text(), nullable=False),
        sa.Column(
            "action",
            sa.Text(),
            nullable=False,
            comment="what was done, such as transactions.removed",
        ),
        sa.Column("text", sa.Text(), nullable=False, comment="what was done, in words"),
        sa.Column(
            "steps", sa.JSON(), nullable=False, comment="how to go back, the last step first"
        ),
        sa.Column("undone", sa.Text(), nullable=True, comment="when it was; null = not yet"),
        sa.PrimaryKeyConstraint("n"),
        sa.UniqueConstraint("id"),
        comment="the last writes with their inverse",
    )
    op.create_table(
        "comments",
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False, comment="ULID on this planner"),
        sa.Column("position", sa.Text(), nullable=False),
        sa.Column(
            "key",
            sa.Text(),
            nullable=False,
            comment="<ULID>/<author did>: its name in the document",
        ),
        sa.Column("author", sa.Text(), nullable=False),
        sa.Column(
            "guest",
            sa.JSON(none_as_null=True),
            nullable=True,
            comment="{actor, name} when a stock ActivityPub actor wrote it",
        ),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("created", sa.Text(), nullable=False),
        sa.Column("clock_off", sa.Integer(), nullable=False, comment="`created` cannot be right"),
        sa.Column("edited", sa.Text(), nullable=True),
        sa.Column("reply_key", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["position"], ["positions.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("n"),
        sa.UniqueConstraint("id"),
        sa.UniqueConstraint("position", "key"),
    )
    op.create_table(
        "idea_alerts",
        sa.Column("position", sa.Text(), nullable=False),
        sa.Column(
            "level",
            sa.Text(),
            nullable=False,
            comment="entry | stop | target 1 | …, with its price",
        ),
        sa.ForeignKeyConstraint(["position"], ["positions.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("position", "level"),
        comment="levels that the price is near, told already; gone once it moved away",
    )
    op.create_table(
        "idea_fills",
        sa.Column(
            "transaction_id", sa.Text(), nullable=False, comment="may be undone, and come back"
        ),
        sa.Column("idea", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["idea"], ["positions.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("transaction_id"),
        comment="transactions that carried out an idea of mine",
    )
    with op.batch_alter_table("idea_fills", schema=None) as batch_op:
        batch_op.create_index("idea_fills_by_idea", ["idea"], unique=False)

    op.create_table(
        "idea_origins",
        sa.Column("position", sa.Text(), nullable=False),
        sa.Column("idea", sa.Text(), nullable=False, comment="the friend's idea it began as"),
        sa.Column("owner", sa.Text(), nullable=False, comment="did of its author"),
        sa.Column("at", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["position"], ["positions.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("position"),
        comment="never leaves this planner: the author chose who knows of the idea",
    )
    op.create_table(
        "idea_pictures",
        sa.Column("position", sa.Text(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("media_type", sa.Text(), nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=False),
        sa.Column("at", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["position"], ["positions.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("position", "digest"),
    )
    op.create_table(
        "import_files",
        sa.Column("import", sa.Text(), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column(
            "data", sa.LargeBinary(), nullable=True, comment="null once it cannot be read again"
        ),
        sa.ForeignKeyConstraint(["import"], ["imports.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("import", "n"),
    )
    op.create_table(
        "import_rows",
        sa.Column("import", sa.Text(), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("file", sa.Integer(), nullable=False),
        sa.Column(
            "line",
            sa.Integer(),
            nullable=False,
            comment="in the file, from 1; 0 = a row made here",
        ),
        sa.Column("status", sa.Text(), nullable=False, comment="new | known | rejected | skipped"),
        sa.Column("reason", sa.Text(), server_default="", nullable=False),
        sa.Column(
            "field",
            sa.Text(),
            server_default="",
            nullable=False,
            comment="column that is at fault",
        ),
        sa.Column(
            "text", sa.Text(), server_default="", nullable=False, comment="what stands there"
        ),
        sa.Column(
            "cells",
            sa.Text(),
            nullable=True,
            comment="JSON: the row as it stands in the file, if it was not taken",
        ),
        sa.Column("id", sa.Text(), nullable=True, comment="ULID of the transaction it becomes"),
        sa.Column("kind", sa.Text(), nullable=True),
        sa.Column("date", sa.Text(), nullable=True),
        sa.Column("time", sa.Text(), nullable=True),
        sa.Column("symbol", sa.Text(), nullable=True),
        sa.Column("isin", sa.Text(), nullable=True),
        sa.Column("name", sa.Text(), nullable=True),
        sa.Column("account", sa.Text(), nullable=True),
        sa.Column("currency", sa.Text(), nullable=True),
        sa.Column("quantity", sa.Text(), nullable=True),
        sa.Column("price", sa.Text(), nullable=True),
        sa.Column("amount", sa.Text(), nullable=True),
        sa.Column("fee", sa.Text(), nullable=True),
        sa.Column("tax", sa.Text(), nullable=True),
        sa.Column("numerator", sa.Integer(), nullable=True),
        sa.Column("denominator", sa.Integer(), nullable=True),
        sa.Column("reference", sa.Text(), nullable=True, comment="the broker's id of it"),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("settled", sa.Text(), nullable=True),
        sa.Column("settled_currency", sa.Text(), nullable=True),
        sa.Column("into", sa.Text(), nullable=True),
        sa.Column("pair", sa.Text(), nullable=True),
        sa.Column("tags", sa.JSON(none_as_null=True), nullable=True),
        sa.ForeignKeyConstraint(["import"], ["imports.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("import", "n"),
    )
    with op.batch_alter_table("import_rows", schema=None) as batch_op:
        batch_op.create_index("import_rows_by_status", ["import", "status", "n"], unique=False)
        batch_op.create_index("import_rows_by_transaction", ["id"], unique=False)

    op.create_table(
        "position_changes",
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("position", sa.Text(), nullable=False),
        sa.Column("who", sa.Text(), nullable=False),
        sa.Column("at", sa.Text(), nullable=False),
        sa.Column("field", sa.Text(), nullable=False),
        sa.Column("before", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("after", sa.JSON(none_as_null=True), nullable=True),
        sa.ForeignKeyConstraint(["position"], ["positions.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("n"),
        comment="history of a position before its first share; afterwards the log is the history",
    )
    with op.batch_alter_table("position_changes", schema=None) as batch_op:
        batch_op.create_index("position_changes_by_position", ["position", "n"], unique=False)

    op.create_table(
        "position_documents",
        sa.Column("doc", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False, comment="plan | holding | amounts"),
        sa.Column("owner", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False, comment="my own"),
        sa.Column("position", sa.Text(), nullable=True),
        sa.Column(
            "main",
            sa.Text(),
            nullable=True,
            comment="for amounts: the document of the position they belong to",
        ),
        sa.Column(
            "amounts",
            sa.JSON(none_as_null=True),
            nullable=True,
            comment="amounts that arrived before their position",
        ),
        sa.ForeignKeyConstraint(["position"], ["positions.id"], ondelete="SET NULL"),
        sa.PrimaryKeyConstraint("doc"),
    )
    with op.batch_alter_table("position_documents", schema=None) as batch_op:
        batch_op.create_index("position_documents_by_main", ["main"], unique=False)
        batch_op.create_index("position_documents_by_position", ["position", "kind"], unique=False)

    op.create_table(
        "record_steps",
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("position", sa.Text(), nullable=False),
        sa.Column("owner", sa.Text(), nullable=False),
        sa.Column("doc", sa.Text(), nullable=False, comment="the idea's document"),
        sa.Column("step", sa.Text(), nullable=False, comment="planned | opened | closed"),
        sa.Column("terms", sa.JSON(none_as_null=True), nullable=False),
        sa.Column(
            "at", sa.Text(), nullable=False, comment="when it became known here, by my clock"
        ),
        sa.Column(
            "number",
            sa.Integer(),
            nullable=True,
            comment="of my journal; null until it is entered",
        ),
        sa.ForeignKeyConstraint(["position"], ["positions.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("n"),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("record_steps", schema=None) as batch_op:
        batch_op.create_index("record_steps_by_owner", ["owner", "n"], unique=False)
        batch_op.create_index("record_steps_by_position", ["position", "n"], unique=False)

    op.create_table(
        "transactions",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("position", sa.Text(), nullable=True, comment="null when only money moves"),
        sa.Column("kind", sa.Text(), nullable=False, comment="as `domain.transactions.Kind`"),
        sa.Column("symbol", sa.Text(), nullable=False, comment="empty when only money moves"),
        sa.Column("account", sa.Text(), server_default="", nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("date", sa.Text(), nullable=False, comment="ISO 8601 day"),
        sa.Column("time", sa.Text(), nullable=True, comment="ISO 8601, of the exchange"),
        sa.Column("quantity", sa.Text(), nullable=True),
        sa.Column("price", sa.Text(), nullable=True),
        sa.Column(
            "amount",
            sa.Text(),
            nullable=True,
            comment="before fee and tax, where the document states a total",
        ),
        sa.Column("fee", sa.Text(), nullable=True),
        sa.Column("tax", sa.Text(), nullable=True),
        sa.Column("numerator", sa.Integer(), nullable=True, comment="of a split: 2 of 2 for 1"),
        sa.Column("denominator", sa.Integer(), nullable=True),
        sa.Column(
            "into", sa.Text(), nullable=True, comment="symbol that a merger turns units into"
        ),
        sa.Column(
            "settled",
            sa.Text(),
            nullable=True,
            comment="cash that moved, where it was in another currency",
        ),
        sa.Column("settled_currency", sa.Text(), nullable=True),
        sa.Column(
            "pair",
            sa.Text(),
            nullable=True,
            comment="id of the other half of a transfer between my accounts",
        ),
        sa.Column(
            "lots",
            sa.JSON(none_as_null=True),
            nullable=True,
            comment="{purchase: quantity} that a sale names",
        ),
        sa.Column(
            "tags",
            sa.JSON(none_as_null=True),
            nullable=True,
            comment="list of words; null when none",
        ),
        sa.Column("import_id", sa.Text(), nullable=True, comment="the import it came from"),
        sa.Column(
            "reference", sa.Text(), server_default="", nullable=False, comment="the broker's id"
        ),
        sa.Column("note", sa.Text(), server_default="", nullable=False),
        sa.Column("created", sa.Text(), nullable=False),
        sa.Column("updated", sa.Text(), nullable=False),
        sa.Column("sample", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.ForeignKeyConstraint(
            ["position"],
            ["positions.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("transactions", schema=None) as batch_op:
        batch_op.create_index("transactions_by_account", ["account", "date", "id"], unique=False)
        batch_op.create_index("transactions_by_date", ["date", "id"], unique=False)
        batch_op.create_index("transactions_by_import", ["import_id", "date", "id"], unique=False)
        batch_op.create_index(
            "transactions_by_instrument", ["symbol", "account", "date", "id"], unique=False
        )
        batch_op.create_index("transactions_by_kind", ["kind", "date", "id"], unique=False)
        batch_op.create_index("transactions_by_merger", ["into", "account"], unique=False)
        batch_op.create_index("transactions_by_pair", ["pair"], unique=False)
        batch_op.create_index("transactions_by_position", ["position", "date", "id"], unique=False)
