"""The writer thread: many writes in one commit, each of which fails alone."""

import asyncio
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import Column, MetaData, String, Table, insert, select

from federation.engine import writer_engine
from federation.writer import Tx, Writer

metadata = MetaData()
words = Table("words", metadata, Column("word", String, primary_key=True))


@pytest.fixture
async def writer(tmp_path: Path) -> AsyncIterator[Writer]:
    engine = writer_engine(f"sqlite:///{tmp_path / 'words.db'}")
    metadata.create_all(engine)
    writer = Writer(engine, lambda: datetime(2026, 1, 1, tzinfo=UTC))
    writer.start()
    yield writer
    await writer.close()
    engine.dispose()


def say(word: str, *, fails: bool = False, told: list[str] | None = None) -> Callable[[Tx], str]:
    def work(tx: Tx) -> str:
        tx.conn.execute(insert(words).values(word=word))
        if told is not None:
            tx.after_commit(lambda: told.append(word))
        if fails:
            raise ValueError(word)
        return word

    return work


async def test_of_a_group_only_what_failed_is_undone(writer: Writer) -> None:
    told: list[str] = []
    jobs = [say(f"word {n}", fails=n % 3 == 0, told=told) for n in range(12)]

    answers = await asyncio.gather(*(writer.run(job) for job in jobs), return_exceptions=True)

    wanted = [f"word {n}" for n in range(12) if n % 3]
    assert [one for one in answers if isinstance(one, str)] == wanted
    assert [str(one) for one in answers if isinstance(one, ValueError)] == [
        f"word {n}" for n in range(0, 12, 3)
    ]
    assert sorted(await writer.run(_all)) == sorted(wanted)
    assert told == wanted


async def test_a_refused_statement_undoes_its_own_write_and_no_other(writer: Writer) -> None:
    answers = await asyncio.gather(
        writer.run(say("one")),
        writer.run(say("two")),
        writer.run(say("one")),
        writer.run(say("three")),
        return_exceptions=True,
    )

    assert [isinstance(one, str) for one in answers] == [True, True, False, True]
    assert sorted(await writer.run(_all)) == ["one", "three", "two"]


async def test_a_write_that_fails_alone_leaves_nothing(writer: Writer) -> None:
    with pytest.raises(ValueError, match="one"):
        await writer.run(say("one", fails=True))

    assert await writer.run(_all) == []


def _all(tx: Tx) -> list[str]:
    return list(tx.conn.execute(select(words.c.word)).scalars())
