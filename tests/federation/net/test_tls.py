import asyncio
import datetime as dt
import ssl
import stat
from pathlib import Path

import aiohttp
import pytest
from aiohttp import web

from federation.errors import LocalProtocolError
from federation.net.tls import PRIVATE_KEY_FILE, KeyPin, TlsIdentity, ensure_identity
from keys.multiformats import digest

NOW = dt.datetime(2026, 11, 22, 10, tzinfo=dt.UTC)


async def start(identity: TlsIdentity, context: ssl.SSLContext | None = None) -> web.TCPSite:
    async def answer(_request: web.Request) -> web.Response:
        return web.Response(text="here")

    app = web.Application()
    app.router.add_get("/", answer)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0, ssl_context=context or identity.server_context())
    await site.start()
    return site


async def fetch(site: web.TCPSite, pin: KeyPin | None = None) -> str:
    assert site._server is not None
    port = site._server.sockets[0].getsockname()[1]  # type: ignore[attr-defined]
    async with (
        aiohttp.ClientSession() as session,
        session.get(f"https://127.0.0.1:{port}/", ssl=pin or True) as response,
    ):
        return await response.text()


async def test_the_right_key_is_accepted_without_any_authority(tmp_path: Path) -> None:
    identity = await asyncio.to_thread(ensure_identity, tmp_path, NOW)
    site = await start(identity)

    assert await fetch(site, KeyPin(identity.pin)) == "here"
    await site._runner.cleanup()


async def test_another_key_is_refused(tmp_path: Path) -> None:
    site = await start(await asyncio.to_thread(ensure_identity, tmp_path, NOW))

    with pytest.raises(aiohttp.ServerFingerprintMismatch):
        await fetch(site, KeyPin(digest(b"another")))
    await site._runner.cleanup()


async def test_without_a_pin_a_self_signed_certificate_is_refused(tmp_path: Path) -> None:
    site = await start(await asyncio.to_thread(ensure_identity, tmp_path, NOW))

    with pytest.raises(aiohttp.ClientConnectorCertificateError):
        await fetch(site)
    await site._runner.cleanup()


async def test_an_older_tls_is_refused_though_the_key_is_right(tmp_path: Path) -> None:
    identity = await asyncio.to_thread(ensure_identity, tmp_path, NOW)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.maximum_version = ssl.TLSVersion.TLSv1_2
    context.load_cert_chain(identity.certificate, identity.private_key)
    site = await start(identity, context)

    with pytest.raises(aiohttp.ServerFingerprintMismatch):
        await fetch(site, KeyPin(identity.pin))
    await site._runner.cleanup()


def test_the_certificate_is_made_once_and_its_key_is_the_owners_alone(tmp_path: Path) -> None:
    first = ensure_identity(tmp_path, NOW)
    second = ensure_identity(tmp_path, NOW + dt.timedelta(days=1))

    assert first == second
    assert stat.S_IMODE((tmp_path / PRIVATE_KEY_FILE).stat().st_mode) == 0o600


def test_a_damaged_certificate_is_named_not_replaced(tmp_path: Path) -> None:
    identity = ensure_identity(tmp_path, NOW)
    identity.certificate.write_text("something else")

    with pytest.raises(LocalProtocolError, match=r"tls\.crt"):
        ensure_identity(tmp_path, NOW)


def test_a_pin_must_be_a_digest() -> None:
    with pytest.raises(LocalProtocolError):
        KeyPin("sha256/abc")
