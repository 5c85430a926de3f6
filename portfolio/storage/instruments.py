"""What a person wrote down about instruments; most need no row here."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, delete, insert, select, update

from portfolio.storage.tables import instruments


@dataclass(frozen=True, slots=True)
class Instrument:
    """Something one can own; `unit` is 100 when it is quoted in hundredths (pence)."""

    id: str
    symbol: str
    isin: str | None
    mic: str | None
    name: str | None
    kind: str
    currency: str | None
    unit: int
    region: str | None
    tags: tuple[str, ...]
    created: str
    updated: str


def add(conn: Connection, instrument: Instrument) -> None:
    """Store a new instrument."""
    values = {name: getattr(instrument, name) for name in instrument.__slots__}
    conn.execute(insert(instruments).values(**_columns(values)))


def get(conn: Connection, key: str) -> Instrument | None:
    """Return an instrument by its id or its symbol."""
    wanted = (instruments.c.id == key) | (instruments.c.symbol == key)
    row = conn.execute(select(instruments).where(wanted)).first()
    return None if row is None else _instrument(row)


def everything(conn: Connection) -> list[Instrument]:
    """Return all of them, by symbol."""
    return [
        _instrument(row)
        for row in conn.execute(select(instruments).order_by(instruments.c.symbol))
    ]


def save(conn: Connection, identifier: str, values: Mapping[str, Any], *, now: str) -> None:
    """Store some values of an instrument."""
    changed = update(instruments).where(instruments.c.id == identifier)
    conn.execute(changed.values(**_columns(values), updated=now))


def remove(conn: Connection, identifier: str) -> None:
    """Delete what is written down of an instrument."""
    conn.execute(delete(instruments).where(instruments.c.id == identifier))


def _columns(values: Mapping[str, Any]) -> dict[str, Any]:
    columns = {"class" if name == "kind" else name: value for name, value in values.items()}
    if "tags" in columns:
        columns["tags"] = list(columns["tags"]) or None
    return columns


def _instrument(row: Row[Any]) -> Instrument:
    return Instrument(
        id=row.id,
        symbol=row.symbol,
        isin=row.isin,
        mic=row.mic,
        name=row.name,
        kind=getattr(row, "class"),
        currency=row.currency,
        unit=row.unit,
        region=row.region,
        tags=tuple(row.tags or ()),
        created=row.created,
        updated=row.updated,
    )
