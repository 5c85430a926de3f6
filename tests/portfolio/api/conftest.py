"""A real app listener over real SQLite, with a person who has no friends."""

import itertools
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import aiohttp
import pytest
from aiohttp.test_utils import TestClient, TestServer

from federation.engine import reader_engine, writer_engine
from federation.writer import Reader, Writer
from keys.identity import DeviceKey
from portfolio.api import AT_ROOT, RESOURCES
from portfolio.api.gate import Gate, own_names
from portfolio.api.op import Operation
from portfolio.api.openapi import writer_of
from portfolio.api.page import mount_page
from portfolio.api.server import application
from portfolio.api.shell import Shell, Status
from portfolio.live import Hub, with_hub
from portfolio.services.access import Door, Principal, issue
from portfolio.services.planner import Planner
from portfolio.storage.upgrade import METADATA

DID = "did:key:z6MkhaXgBZDvotDkL5257faiztiGiC2QtKLGpbnnEGta2doK"
COOKIE = "pp_session_test"


class Clock:
    """A clock that the test moves."""

    def __init__(self) -> None:
        self.moment = datetime(2026, 11, 22, 10, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.moment

    def advance(self, **by: float) -> None:
        self.moment += timedelta(**by)


class Stand:
    """A running app listener and what a test needs to look into it."""

    def __init__(self, path: Path) -> None:
        self.clock = Clock()
        self.hub = Hub()
        self.door = Door()
        url = f"sqlite:///{path / 'planner.db'}"
        self.engine = with_hub(writer_engine(url), self.hub)
        self.writer = Writer(self.engine, self.clock)
        self.reader = Reader(reader_engine(url))
        self.client: TestClient[Any, Any]
        self.token = ""
        counter = itertools.count(1)
        self.entropy = lambda size: next(counter).to_bytes(size, "big")

    async def open(self, operations: tuple[Operation, ...]) -> None:
        with self.engine.begin() as conn:
            for metadata in METADATA:
                metadata.create_all(conn)
        self.writer.start()
        device = DeviceKey.from_seed(b"\1" * 32)
        identity = SimpleNamespace(number=1, devices=(device.multibase, "z6MkOther"), retired=())
        self.me = me = SimpleNamespace(
            did=DID, device=device, identity=identity, base_url=lambda: "http://127.0.0.1:8100"
        )
        planner = Planner(
            me=cast("Any", me), log=cast("Any", None), friends=cast("Any", None),
            writer=self.writer, reader=self.reader, clock=self.clock, entropy=self.entropy,
        )  # fmt: skip
        gate = Gate(
            self.door, COOKIE, own_names("127.0.0.1", ("planner.example",), ()), self.clock
        )
        shell = Shell(
            gate=gate, door=self.door, hub=self.hub, entropy=self.entropy, version="0.0.1",
            tls=False, status=lambda: Status("off", "off"), profile_changed=lambda _: None,
            preferences_changed=lambda _: None, document=writer_of(operations, "0.0.1", COOKIE),
        )  # fmt: skip
        app = application(planner, shell, operations, at_root=AT_ROOT)
        mount_page(app)
        self.client = TestClient(TestServer(app), cookie_jar=aiohttp.DummyCookieJar())
        await self.client.start_server()
        self.token = await self.admit("token")

    async def admit(self, kind: Any) -> str:
        """Issue a credential and let it in; return its secret."""
        issued: tuple[str, Principal] = await self.writer.run(
            lambda tx: issue(tx, kind, "test", self.entropy)
        )
        if kind != "code":
            self.door.admit(*issued)
        return issued[0]

    def control(self) -> str:
        """Return the secret of a command on this machine."""
        self.door.admit("control secret", Principal("0" * 26, "control", None))
        return "control secret"

    async def call(self, method: str, path: str, **options: Any) -> aiohttp.ClientResponse:
        """Call the API with the token."""
        headers = {"Authorization": f"Bearer {self.token}", **options.pop("headers", {})}
        return await self.client.request(method, f"/api/v1{path}", headers=headers, **options)

    async def cookie(self) -> dict[str, str]:
        """Log in as a browser does; return the Cookie header."""
        code = await self.admit("code")
        answer = await self.client.post("/api/v1/session", json={"code": code})
        return {"Cookie": f"{COOKIE}={answer.cookies[COOKIE].value}"}

    async def close(self) -> None:
        await self.client.close()
        await self.writer.close()
        await self.reader.close()
        self.engine.dispose()


@pytest.fixture
def resources() -> tuple[Operation, ...]:
    """All operations; a test module may add its own."""
    return tuple(operation for resource in RESOURCES for operation in resource.ROUTES)


@pytest.fixture
async def stand(tmp_path: Path, resources: tuple[Operation, ...]) -> AsyncIterator[Stand]:
    running = Stand(tmp_path)
    await running.open(resources)
    yield running
    await running.close()


@pytest.fixture
def problem() -> Any:
    """Return a reader of problems: the name at the end of `type`."""

    async def name(answer: aiohttp.ClientResponse) -> str:
        assert answer.content_type == "application/problem+json"
        body = await answer.json(content_type=None)
        assert body["status"] == answer.status
        return str(body["type"]).rsplit("/", 1)[1]

    return name
