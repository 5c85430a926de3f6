"""People, a directory on loopback, and calls to it."""

from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from federation.directory.main import Options, running
from federation.directory.registrations import format_time
from federation.directory.sealing import OwnCard
from federation.directory.service import Directory
from keys.identity import DeviceKey, IdentityKey, IdentityRecord
from keys.purposes import sign_value

NOW = datetime(2026, 11, 22, 10, tzinfo=UTC)


@dataclass
class Planner:
    """A person with one device and one contact card."""

    seed: int
    device: DeviceKey = field(init=False)
    identity: IdentityRecord = field(init=False)
    card: OwnCard = field(init=False)

    def __post_init__(self) -> None:
        self.device = DeviceKey.from_seed(bytes([self.seed, 4]) * 16)
        self.card = OwnCard(
            DeviceKey.from_seed(bytes([self.seed, 5]) * 16), bytes([self.seed, 6]) * 16
        )
        self.list_devices(self.device.multibase, number=1_000)

    def list_devices(self, *devices: str, number: int) -> None:
        with IdentityKey(bytes([self.seed, 7]) * 16) as key:
            self.identity = key.sign_record(number, devices)

    @property
    def did(self) -> str:
        return self.identity.did

    def endpoint(self, number: int, /, **changed: Any) -> dict[str, Any]:
        value = {
            "type": "endpoint",
            "by": self.device.multibase,
            "person": self.did,
            "number": number,
            "urls": ["http://192.168.1.5:8100"],
            "expires": format_time(NOW + timedelta(hours=2)),
            **changed,
        }
        return sign_value(self.device, "endpoint", value)

    def publication(self, number: int, /, **changed: Any) -> dict[str, Any]:
        return {"record": self.endpoint(number, **changed), "identity": self.identity.value}

    def claim(self, handle: str, number: int = 1) -> dict[str, Any]:
        value = {
            "type": "handle",
            "by": self.device.multibase,
            "person": self.did,
            "number": number,
            "handle": handle,
        }
        return {"claim": sign_value(self.device, "handle", value), "identity": self.identity.value}


@dataclass
class Clock:
    """A clock that stands until it is moved."""

    now: datetime = NOW

    def __call__(self) -> datetime:
        return self.now

    def pass_(self, **by: float) -> None:
        self.now += timedelta(**by)


@dataclass
class Served:
    """A running directory, and a session to ask it."""

    url: str
    directory: Directory
    session: aiohttp.ClientSession

    async def post(self, path: str, body: object) -> tuple[int, dict[str, Any]]:
        async with self.session.post(f"{self.url}/pp/1/directory/{path}", json=body) as answer:
            return answer.status, dict(await answer.json(content_type=None))

    async def get(
        self, path: str, params: Mapping[str, str] | None = None
    ) -> tuple[int, dict[str, Any]]:
        async with self.session.get(self.url + path, params=params) as answer:
            return answer.status, dict(await answer.json(content_type=None))


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def alice() -> Planner:
    return Planner(1)


@pytest.fixture
def bob() -> Planner:
    return Planner(2)


@pytest.fixture
def mallory() -> Planner:
    return Planner(3)


Start = Callable[..., Any]


@pytest.fixture
def start(tmp_path: Path, clock: Clock) -> Start:
    """Return a context manager that serves a directory from this test's folder."""

    @asynccontextmanager
    async def serve(port: int = 0, **options: Any) -> AsyncIterator[Served]:
        chosen = Options("127.0.0.1", port, tmp_path, **options)
        async with running(chosen, clock) as (url, directory), aiohttp.ClientSession() as session:
            yield Served(url, directory, session)

    return serve


@pytest.fixture
async def served(start: Start) -> AsyncIterator[Served]:
    async with start() as one:
        yield one


@pytest.fixture
def planners() -> list[Planner]:
    return [Planner(seed) for seed in range(10, 110)]
