"""Rows inserted in bulk: as SQLAlchemy would insert them, without its price per row."""

from collections.abc import Iterator

import pytest
from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    Connection,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    create_engine,
    select,
)
from sqlalchemy.engine import make_url

from federation.bulk import BulkInsert

metadata = MetaData()
things = Table(
    "things",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("name", String, nullable=False, unique=True),
    Column("good", Boolean, nullable=False),
    Column("raw", LargeBinary),
    Column("more", JSON(none_as_null=True)),
)


@pytest.fixture
def conn() -> Iterator[Connection]:
    engine = create_engine("sqlite://")
    metadata.create_all(engine)
    with engine.connect() as connection:
        yield connection


def test_rows_are_read_back_as_they_were_given(conn: Connection) -> None:
    rows = [("a", True, b"\0\xff", {"k": [1]}), ("b", False, None, None)]

    inserted = BulkInsert(things, "name", "good", "raw", "more").execute(conn, iter(rows))

    read = select(things.c.name, things.c.good, things.c.raw, things.c.more).order_by(things.c.id)
    assert inserted == 2
    assert [tuple(row) for row in conn.execute(read)] == rows


@pytest.mark.parametrize("count", [1, 9, 10, 49, 50, 51, 173])
def test_many_rows_are_stored_in_their_order_and_counted(conn: Connection, count: int) -> None:
    conn.execute(things.insert(), [{"name": "7", "good": False}])
    rows = [(str(number), True) for number in range(count)]

    inserted = BulkInsert(things, "name", "good", unless_taken=True).execute(conn, rows)

    read = select(things.c.name).where(things.c.good).order_by(things.c.id)
    assert list(conn.execute(read).scalars()) == [name for name, _ in rows if name != "7"]
    assert inserted == count - (count > 7)


def test_no_rows_are_no_statement(conn: Connection) -> None:
    assert BulkInsert(things, "name", "good").execute(conn, []) == 0


def test_a_taken_row_is_left_out_when_told_so(conn: Connection) -> None:
    insert = BulkInsert(things, "name", "good", unless_taken=True)
    insert.execute(conn, [("a", True)])

    assert insert.execute(conn, [("a", False), ("b", False)]) == 1
    assert conn.execute(select(things.c.good).where(things.c.name == "a")).scalar_one() is True


def test_a_taken_row_is_an_error_otherwise(conn: Connection) -> None:
    insert = BulkInsert(things, "name", "good")
    insert.execute(conn, [("a", True)])

    with pytest.raises(Exception, match="UNIQUE"):
        insert.execute(conn, [("a", False)])


def test_columns_in_another_order_than_the_tables_are_refused(conn: Connection) -> None:
    with pytest.raises(ValueError, match="another order"):
        BulkInsert(things, "good", "name").execute(conn, [(True, "a")])


def test_a_driver_that_binds_by_name_gets_names() -> None:
    plan = BulkInsert(things, "name", "good")._plan(make_url("postgresql://").get_dialect()())

    assert plan.by_name
    assert list(plan.texts) == [1]
    assert plan.texts[1].endswith("VALUES (%(name)s::VARCHAR, %(good)s)")
