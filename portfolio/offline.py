"""A planner that nobody serves, for one command: its ledger and its log, without a network.

The composition root of such commands. What has to be sent waits in the database, as it does
while friends are away.
"""

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final, cast

from federation.engine import reader_engine, writer_engine
from federation.log.author import Me
from federation.log.log import Log
from federation.writer import Reader, Writer
from keys.keystore import HomeKeys
from portfolio.events import KINDS
from portfolio.events.application import PlannerApplication
from portfolio.live import Hub, with_hub
from portfolio.services.planner import Planner
from portfolio.storage.upgrade import upgrade

if TYPE_CHECKING:
    from federation.net.friends import Friends

BASE_URL: Final = "http://127.0.0.1:8100"  # events are told apart by their signer, not by it


def clock() -> datetime:
    """Return the time of this machine."""
    return datetime.now(UTC)  # noqa: TID251 - a composition root


@asynccontextmanager
async def offline(keys: HomeKeys, database_url: str) -> AsyncIterator[Planner]:
    """Open a home that nobody serves; the caller holds its lock.

    Raises:
        portfolio.storage.upgrade.NewerDatabaseError: a newer version wrote the database.
    """
    me = Me(keys.identity.did, keys.device, keys.identity, lambda: BASE_URL)
    log = Log(me, KINDS, PlannerApplication(me.did, os.urandom, _untold), os.urandom)
    engine, hub = writer_engine(database_url), Hub()
    with engine.begin() as conn:
        upgrade(conn)
        hub.load(conn)
    writer, reader = Writer(with_hub(engine, hub), clock), Reader(reader_engine(database_url))
    writer.start()
    try:
        await writer.run(log.start)
        no_friends = cast("Friends", None)  # nothing that a command does asks for them
        yield Planner(me, log, no_friends, writer, reader, clock, os.urandom)
    finally:
        await writer.close()
        await reader.close()
        engine.dispose()


def _untold(_kind: str, _data: dict[str, Any]) -> None:
    """Tell nobody of what passes by: no page is open."""
