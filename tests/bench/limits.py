"""What this machine can do at best: the limits beside which our figures stand."""

import asyncio
import hashlib
import os
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

import aiohttp
from aiohttp import web
from nacl.signing import SigningKey
from sqlalchemy import text

from federation.engine import writer_engine
from federation.writer import Tx, Writer

VERIFY_SECONDS = 1.5
POSTS = 2000
POSTS_IN_FLIGHT = 32
COMMITS = 1000


def verify_per_s() -> float:
    """Ed25519 signatures that libsodium verifies per second on one core, 64-byte messages."""
    key = SigningKey.generate()
    message = hashlib.sha512(b"proof").digest()
    signature = key.sign(message).signature
    verify = key.verify_key.verify
    done, began = 0, time.perf_counter()
    while (spent := time.perf_counter() - began) < VERIFY_SECONDS:
        for _ in range(200):
            verify(message, signature)
        done += 200
    return done / spent


async def http_posts_per_s() -> float:
    """Bare aiohttp: POSTs of 1 KiB per second, client and server in this process."""

    async def answer(request: web.Request) -> web.Response:
        await request.read()
        return web.Response(body=b"{}")

    app = web.Application()
    app.router.add_post("/", answer)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    port = runner.addresses[0][1]
    body = os.urandom(1024)
    left = iter(range(POSTS))

    async def client(session: aiohttp.ClientSession) -> None:
        for _ in left:
            async with session.post(f"http://127.0.0.1:{port}/", data=body) as response:
                await response.read()

    async with aiohttp.ClientSession() as session:
        began = time.perf_counter()
        async with asyncio.TaskGroup() as group:
            for _ in range(POSTS_IN_FLIGHT):
                group.create_task(client(session))
        spent = time.perf_counter() - began
    await runner.cleanup()
    return POSTS / spent


async def commits_per_s() -> float:
    """Commits of one row of 1 KiB per second, one after the other, `synchronous=FULL`."""
    with tempfile.TemporaryDirectory() as folder:
        engine = writer_engine(f"sqlite:///{Path(folder, 'limit.db')}")
        with engine.connect() as conn, conn.begin():
            conn.execute(text("CREATE TABLE t (a BLOB)"))
        writer = Writer(engine, lambda: datetime.now(UTC))
        writer.start()
        row = {"a": os.urandom(1024)}

        def insert(tx: Tx) -> None:
            tx.conn.execute(text("INSERT INTO t VALUES (:a)"), row)

        began = time.perf_counter()
        for _ in range(COMMITS):
            await writer.run(insert)
        spent = time.perf_counter() - began
        await writer.close()
        engine.dispose()
    return COMMITS / spent
