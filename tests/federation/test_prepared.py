"""Prepared statements: what SQLAlchemy would answer, store and refuse, without its price."""

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
    bindparam,
    create_engine,
    delete,
    func,
    insert,
    select,
    update,
)
from sqlalchemy.engine import make_url
from sqlalchemy.exc import IntegrityError

from federation.prepared import Prepared

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
VALUES = ("name", "good", "raw", "more")
ADD = Prepared(insert(things).values({name: bindparam(name) for name in VALUES}))
BY_NAME = Prepared(select(things).where(things.c.name == bindparam("of")))
RENAME = Prepared(
    update(things).where(things.c.name == bindparam("of")).values(name=bindparam("to"))
)


@pytest.fixture
def conn() -> Iterator[Connection]:
    engine = create_engine("sqlite://")
    metadata.create_all(engine)
    with engine.connect() as connection:
        yield connection


def add(conn: Connection, *names: str) -> None:
    ADD.run_each(conn, [{"name": name, "good": True, "raw": None, "more": None} for name in names])


def test_values_come_back_as_they_were_given(conn: Connection) -> None:
    ADD.run(conn, name="a", good=True, raw=b"\0\xff", more={"k": [1]})
    ADD.run(conn, name="b", good=False, raw=None, more=None)

    assert BY_NAME.first(conn, of="a") == (1, "a", True, b"\0\xff", {"k": [1]})
    assert BY_NAME.rows(conn, of="b") == [(2, "b", False, None, None)]
    assert conn.execute(select(things).where(things.c.name == "a")).one() == (
        BY_NAME.first(conn, of="a")
    )


def test_nothing_found_is_no_row(conn: Connection) -> None:
    assert BY_NAME.first(conn, of="a") is None
    assert BY_NAME.rows(conn, of="a") == []
    assert BY_NAME.scalar(conn, of="a") is None


def test_touched_rows_are_counted(conn: Connection) -> None:
    add(conn, "a", "b")

    assert RENAME.run(conn, of="a", to="c") == 1
    assert RENAME.run(conn, of="a", to="d") == 0
    assert Prepared(delete(things)).run(conn) == 2
    assert Prepared(select(func.count()).select_from(things)).scalar(conn) == 0


def test_values_of_the_statement_itself_are_kept(conn: Connection) -> None:
    add(conn, "a", "b", "c")
    spoil = Prepared(
        update(things).where(things.c.name.in_(("a", "b"))).values(good=False, more={"k": 1})
    )

    assert spoil.run(conn) == 2
    assert BY_NAME.first(conn, of="b") == (2, "b", False, None, {"k": 1})
    assert BY_NAME.first(conn, of="c") == (3, "c", True, None, None)


def test_a_transaction_begins_with_the_first_statement(conn: Connection) -> None:
    add(conn, "a")
    assert conn.in_transaction()

    conn.rollback()

    assert BY_NAME.first(conn, of="a") is None


def test_what_the_driver_refuses_is_raised_as_sqlalchemy_does_without_the_values(
    conn: Connection,
) -> None:
    add(conn, "secret words")

    with pytest.raises(IntegrityError, match="UNIQUE") as refused:
        add(conn, "secret words")

    assert "secret words" not in str(refused.value)


def test_a_value_that_is_not_given_is_an_error(conn: Connection) -> None:
    with pytest.raises(KeyError, match="to"):
        RENAME.run(conn, of="a")


def test_a_driver_that_binds_by_name_gets_names() -> None:
    plan = RENAME.plan(make_url("postgresql://").get_dialect()())

    assert plan.order is None
    assert "name=%(to)s" in plan.text
    assert "name = %(of)s" in plan.text
