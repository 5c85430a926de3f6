"""A planner, a stock server and a client on loopback."""

from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest

from federation.activitypub.guests import Guest
from tests.federation.activitypub.sides import DOC, Peer, Planner, running_peer, running_planner


@pytest.fixture
async def planner(tmp_path: Path) -> AsyncIterator[Planner]:
    async with running_planner(tmp_path) as planner:
        yield planner


@pytest.fixture
async def peer() -> AsyncIterator[Peer]:
    async with running_peer() as peer:
        yield peer


@pytest.fixture
async def http() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as session:
        yield session


@pytest.fixture
async def guest(planner: Planner, peer: Peer) -> Guest:
    return await planner.stock.share_with_guest(DOC, peer.actor, "Long ACME at 100.50")


@pytest.fixture
async def stranger() -> AsyncIterator[Peer]:
    async with running_peer() as peer:
        yield peer
