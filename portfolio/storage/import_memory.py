"""What imports remember of each other: templates of files, and which instrument a name meant."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from sqlalchemy import JSON, Column, Connection, Index, Row, Table, Text, delete, insert, select
from sqlalchemy import update as change

from portfolio.storage.tables import metadata

templates: Final = Table(
    "import_templates",
    metadata,
    Column("id", Text, primary_key=True),
    Column("name", Text, nullable=False, unique=True),
    Column("headers", Text, nullable=False, comment="digest of the header it is for; or empty"),
    Column("options", JSON, nullable=False),
    Column("updated", Text, nullable=False),
    Index("import_templates_by_headers", "headers"),
)

choices: Final = Table(
    "import_choices",
    metadata,
    Column("stated", Text, primary_key=True, comment="ISIN, symbol or name as files have it"),
    Column("symbol", Text, nullable=False, comment="which instrument the person said it is"),
)


def all_templates(conn: Connection) -> Sequence[Row[Any]]:
    """Return (id, name, headers, options, updated) of all templates, by name."""
    return conn.execute(select(templates).order_by(templates.c.name)).all()


def add_template(
    conn: Connection,
    identifier: str,
    *,
    name: str,
    headers: str,
    options: Mapping[str, Any],
    now: str,
) -> None:
    """Store a new template."""
    conn.execute(
        insert(templates).values(
            id=identifier, name=name, headers=headers, options=options, updated=now
        )
    )


def save_template(
    conn: Connection, identifier: str, *, options: Mapping[str, Any], now: str
) -> None:
    """Store the options of a template as they are now."""
    changed = change(templates).where(templates.c.id == identifier)
    conn.execute(changed.values(options=options, updated=now))


def remove_template(conn: Connection, identifier: str) -> bool:
    """Delete a template; False when there is none of that id."""
    return conn.execute(delete(templates).where(templates.c.id == identifier)).rowcount > 0


def all_choices(conn: Connection) -> dict[str, str]:
    """Return which instrument the person said each stated ISIN, symbol or name is."""
    return {row[0]: row[1] for row in conn.execute(select(choices))}


def remember_choice(conn: Connection, stated: str, symbol: str) -> None:
    """Keep what the person said a stated ISIN, symbol or name is."""
    conn.execute(delete(choices).where(choices.c.stated == stated))
    conn.execute(insert(choices).values(stated=stated, symbol=symbol))
