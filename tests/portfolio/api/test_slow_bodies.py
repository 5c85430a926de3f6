"""Who drips a body byte by byte is cut; who sends it whole, however small, is not."""

import asyncio
from dataclasses import replace
from typing import Any

import pytest

from federation import wire
from tests.limits import hits

BODY = b'{"symbol":"IBM","side":"long","currency":"USD","entry":"203","stop":"196"}'


def _head(stand: Any, path: str, kind: str, length: int) -> bytes:
    return (
        f"POST /api/v1{path} HTTP/1.1\r\nHost: 127.0.0.1\r\n"
        f"Authorization: Bearer {stand.token}\r\n"
        f"Content-Type: {kind}\r\nContent-Length: {length}\r\n\r\n"
    ).encode()


@pytest.fixture
def hurried(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(
        wire.LIMITS, "app_body_time", replace(wire.LIMITS["app_body_time"], value=1)
    )


@hits("app_body_time")
@pytest.mark.usefixtures("hurried")
@pytest.mark.parametrize(
    ("path", "kind", "begun"),
    [
        ("/positions/ideas", "application/json", BODY[:20]),
        ("/imports", "application/json", b'{"files":['),
        ("/imports", "multipart/form-data; boundary=x", b"--x\r\nContent-Disposition: form-data"),
    ],
)
async def test_a_body_that_never_ends_is_408_and_its_connection_ends(
    stand: Any, path: str, kind: str, begun: bytes
) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", stand.client.port)
    writer.write(_head(stand, path, kind, 10_000) + begun)

    async with asyncio.timeout(30):
        answered = await reader.read()  # to the end of the connection

    assert b" 408 " in answered.splitlines()[0]
    assert b"problems/too-slow" in answered
    writer.close()


@pytest.mark.usefixtures("hurried")
async def test_a_body_in_two_pieces_within_the_time_is_taken(stand: Any) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", stand.client.port)
    writer.write(_head(stand, "/positions/ideas", "application/json", len(BODY)) + BODY[:20])
    await writer.drain()
    await asyncio.sleep(0.2)
    writer.write(BODY[20:])

    async with asyncio.timeout(30):
        assert b" 201 " in await reader.readline()
    writer.close()
