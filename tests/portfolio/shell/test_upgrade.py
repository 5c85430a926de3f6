"""Migrations bring a database from nothing to what the code declares, and no further."""

from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import inspect, text

from federation.engine import writer_engine
from portfolio.storage.upgrade import HEAD, METADATA, NewerDatabaseError, revision, upgrade


def test_an_empty_database_becomes_what_the_code_declares(tmp_path: Path) -> None:
    engine = writer_engine(f"sqlite:///{tmp_path / 'planner.db'}")

    with engine.begin() as conn:
        upgrade(conn)
    with engine.connect() as conn:
        context = MigrationContext.configure(conn, opts={"compare_type": True})
        difference = compare_metadata(context, list(METADATA))  # type: ignore[arg-type]

    assert difference == []
    engine.dispose()


def test_every_declared_table_is_there(tmp_path: Path) -> None:
    engine = writer_engine(f"sqlite:///{tmp_path / 'planner.db'}")
    declared = {table.name for metadata in METADATA for table in metadata.sorted_tables}

    with engine.begin() as conn:
        upgrade(conn)
        found = set(inspect(conn).get_table_names())

    assert found - {"alembic_version", "sqlite_sequence"} == declared
    engine.dispose()


def test_numbers_of_live_messages_are_never_given_twice(tmp_path: Path) -> None:
    engine = writer_engine(f"sqlite:///{tmp_path / 'planner.db'}")

    with engine.begin() as conn:
        upgrade(conn)
        insert = "INSERT INTO live (type, data, at) VALUES ('resync', '{}', '') RETURNING n"
        first = conn.execute(text(insert)).scalar_one()
        conn.execute(text("DELETE FROM live"))
        second = conn.execute(text(insert)).scalar_one()

    assert second == first + 1
    engine.dispose()


def test_an_upgraded_database_is_left_alone(tmp_path: Path) -> None:
    engine = writer_engine(f"sqlite:///{tmp_path / 'planner.db'}")

    for _ in range(2):
        with engine.begin() as conn:
            upgrade(conn)
            assert revision(conn) == HEAD

    engine.dispose()


def test_a_database_of_a_newer_version_is_refused_and_left_alone(tmp_path: Path) -> None:
    engine = writer_engine(f"sqlite:///{tmp_path / 'planner.db'}")
    with engine.begin() as conn:
        upgrade(conn)
        conn.execute(text("UPDATE alembic_version SET version_num = '9999'"))

    with engine.begin() as conn, pytest.raises(NewerDatabaseError):
        upgrade(conn)

    with engine.begin() as conn:
        assert revision(conn) == "9999"
    engine.dispose()
