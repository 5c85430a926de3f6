"""The composition root: the only place that knows all parts of a planner, and the clock.

`serve` locks the home, opens the key and the database, wires keys, federation and the portfolio
together, and runs them in one TaskGroup until it is told to stop. Everything below takes what it
needs as arguments.
"""

import asyncio
import errno
import os
import random
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from importlib.metadata import version
from typing import Final

import structlog
from aiohttp import web

from federation.activitypub.actor import Profile as ActorProfile
from federation.activitypub.guests import OnReply
from federation.activitypub.stock import Stock
from federation.activitypub.stock import Surroundings as StockSurroundings
from federation.directory.client import Visibility
from federation.engine import reader_engine, writer_engine
from federation.guard import DialPolicy, Source, attached_networks
from federation.log.author import Me
from federation.log.log import Log
from federation.net.listener import Listener
from federation.net.peering import Store, World
from federation.net.tls import ensure_identity
from federation.node import Node, NodeConfig
from federation.writer import Reader, Writer
from keys import keystore
from keys.keystore import HomeKeys
from portfolio.api import AT_ROOT, OPERATIONS
from portfolio.api.gate import Gate, own_names
from portfolio.api.openapi import writer_of
from portfolio.api.page import mount_page
from portfolio.api.server import application
from portfolio.api.shell import Shell, Status
from portfolio.events import KINDS
from portfolio.home import Control, control
from portfolio.listening import BusyPortError, attached_addresses, listen, tls_context
from portfolio.live import Hub, with_hub
from portfolio.recovering import recovered
from portfolio.services import attachments, guests
from portfolio.services.access import Door, Principal, new_secret
from portfolio.services.imports import taking
from portfolio.services.journal import Keeper, take_receipt
from portfolio.services.planner import Planner
from portfolio.services.price_feed import FeedConfig, PriceFeed
from portfolio.services.profile import Preferences, Profile, read_preferences, read_profile
from portfolio.services.upkeep import Upkeep, attend
from portfolio.settings import Settings
from portfolio.storage.upgrade import upgrade

RNG: Final = random.SystemRandom()
VERSION: Final = version("portfolio-planner")
CONTROL_ID: Final = "0" * 26
COOKIE_CHARACTERS: Final = 8  # of the did, so that planners on one host stay apart
log = structlog.get_logger()


def _clock() -> datetime:
    return datetime.now(UTC)  # noqa: TID251 - the composition root


@dataclass(frozen=True, slots=True)
class Running:
    """A planner that answers: where its page is, and whose it is."""

    url: str
    name: str
    planner: Planner
    stop: Callable[[], None]


OnReady = Callable[[Running], Awaitable[None]]


@dataclass(slots=True)
class _Desk:
    """The open database: one writer, some readers, and the hub that hears the writer."""

    writer: Writer
    reader: Reader
    hub: Hub
    door: Door
    profile: Profile  # as it is now; `_app` keeps it so
    preferences: Preferences
    recovered: datetime | None


@asynccontextmanager
async def _desk(settings: Settings) -> AsyncIterator[_Desk]:
    hub, door = Hub(), Door()
    engine = with_hub(writer_engine(settings.database_url), hub)
    with engine.begin() as conn:
        upgrade(conn)
        hub.load(conn)
        door.load(conn)
        profile, preferences = read_profile(conn), read_preferences(conn)
        since = recovered(conn)
    writer = Writer(engine, _clock)
    reader = Reader(reader_engine(settings.database_url))
    writer.start()
    try:
        yield _Desk(writer, reader, hub, door, profile, preferences, since)
    finally:
        await writer.close()
        await reader.close()
        engine.dispose()


async def serve(settings: Settings, passphrase: str | None, *, on_ready: OnReady) -> None:
    """Run a planner until `Running.stop` is called or the task is cancelled.

    Raises (several at once in an exception group):
        keys.errors.KeystoreError: no key, a wrong passphrase, or the home is served already.
        federation.errors.LocalProtocolError: plain http beyond this machine, not asked for.
        portfolio.listening.BusyPortError: another program has one of the ports.
        portfolio.storage.upgrade.NewerDatabaseError: a newer version wrote the database.
    """
    with keystore.lock(settings.home):
        keys = await asyncio.to_thread(keystore.load, settings.home, passphrase)
        async with _desk(settings) as desk:
            await _run(settings, keys, desk, on_ready)


async def _run(settings: Settings, keys: HomeKeys, desk: _Desk, on_ready: OnReady) -> None:
    keeper = Keeper()
    node, planner = _compose(settings, keys, desk, keeper)
    await desk.writer.run(planner.log.start)
    await desk.writer.run(partial(attend, planner))  # what fell due while nothing ran
    upkeep = Upkeep(planner, desk.hub)
    feed = PriceFeed(planner, _feed_config(settings))
    started = asyncio.Event()
    async with asyncio.TaskGroup() as group:
        federating = group.create_task(_federate(settings, node, started))
        keeping = group.create_task(keeper.run(planner))
        importing = group.create_task(taking.work(planner))
        attending = group.create_task(upkeep.run())
        feeding = group.create_task(feed.run())

        async def answer() -> None:
            await started.wait()
            app = _app(settings, desk, node, planner)
            async with listen(app, settings.app, tls_context(settings), "--app") as url:
                await _until_stopped(settings, desk, planner, url, on_ready)
            federating.cancel()
            keeping.cancel()
            importing.cancel()
            attending.cancel()
            feeding.cancel()

        group.create_task(answer())
    log.info("planner stopped")


def _feed_config(settings: Settings) -> FeedConfig:
    return FeedConfig({"yahoo": settings.yahoo_url, "ecb": settings.ecb_url}, VERSION)


async def _federate(settings: Settings, node: Node, started: asyncio.Event) -> None:
    try:
        await node.run(started)
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            raise BusyPortError(settings.federation, "--federation") from error
        raise


async def _until_stopped(
    settings: Settings, desk: _Desk, planner: Planner, url: str, on_ready: OnReady
) -> None:
    stopping = asyncio.Event()
    secret = new_secret(os.urandom)
    desk.door.admit(secret, Principal(CONTROL_ID, "control", None))
    certificate = None if settings.tls_certificate is None else str(settings.tls_certificate)
    with control(settings.home, Control(url, secret, certificate)):
        log.info("planner started", app=url)
        await on_ready(Running(url, desk.profile.name, planner, stopping.set))
        await stopping.wait()


def _compose(
    settings: Settings, keys: HomeKeys, desk: _Desk, keeper: Keeper
) -> tuple[Node, Planner]:
    """Wire keys, federation and the portfolio; parts that need a later one get a function."""
    identity = keys.identity
    me = Me(identity.did, keys.device, identity, base_url=lambda: node.base_url())  # noqa: PLW0108 - made below
    heard = guests.HostingApplication(me.did, os.urandom, desk.hub.tell)
    heard.journal_due = keeper.wake
    documents = Log(me, KINDS, heard, os.urandom)
    documents.on_receipt.append(partial(take_receipt, me.did))
    listener = _listener(settings)
    stock = _stock(desk, me, listener, lambda tx, reply: guests.hear(planner, tx, reply))
    heard.stock = None if settings.solo else stock
    node = Node(
        NodeConfig(
            name=desk.profile.name,
            version=VERSION,
            handle=desk.profile.handle,
            directories=settings.directories,
            visibility=Visibility(desk.preferences.visibility),
            lan=settings.lan,
            lan_interfaces=settings.lan_interfaces,
            lan_service=settings.lan_service or None,
            nearby=desk.preferences.at(_clock()).nearby,
            solo=settings.solo,
            recovered=desk.recovered,
        ),
        me,
        listener,
        Store(documents, desk.writer, desk.reader, heard, attachments.find),
        World(_clock, time.monotonic, os.urandom, RNG, attached_networks),
        stock,
    )
    node.peering.hide(private=desk.preferences.through_owner)
    planner = Planner(
        me=me,
        log=documents,
        friends=node.friends,
        writer=desk.writer,
        reader=desk.reader,
        clock=_clock,
        entropy=os.urandom,
        stock=heard.stock,
        fetch_file=None if settings.solo else node.peering.files.fetch,
    )
    return node, planner


def _stock(desk: _Desk, me: Me, listener: Listener, on_reply: OnReply) -> Stock:
    return Stock(
        me,
        lambda: ActorProfile(desk.profile.name, desk.profile.handle, listener.pin),
        StockSurroundings(
            writer=desk.writer,
            reader=desk.reader,
            policy=DialPolicy(Source.STRANGER, attached_networks, loopback=listener.is_loopback),
            clock=_clock,
            monotonic_s=time.monotonic,
            entropy=os.urandom,
            rng=RNG,
            version=VERSION,
        ),
        on_reply,
    )


def _listener(settings: Settings) -> Listener:
    address = settings.federation
    tls = None if address.is_loopback else ensure_identity(settings.home, _clock())
    return Listener(
        address.host,
        address.port,
        tls,
        attached_addresses,
        public_urls=settings.public_urls,
        insecure_http=settings.insecure_http,
    )


def _status(settings: Settings, node: Node) -> Status:
    return Status(
        directory=str(node.directory_state),
        nearby=node.lan_state,
        app=str(settings.app),
        federation=None if settings.solo else f"{settings.federation.host}:{node.port}",
        public_urls=node.peering.listener.urls(),
        replaced=node.peering.roster.is_replaced(),
    )


def _app(settings: Settings, desk: _Desk, node: Node, planner: Planner) -> web.Application:
    me = planner.me.did
    cookie = f"pp_session_{me[-COOKIE_CHARACTERS:]}"

    def profile_changed(profile: Profile) -> None:
        desk.profile = profile
        node.rename(profile.name, profile.handle)

    def preferences_changed(chosen: Preferences) -> None:
        is_new = chosen.nearby_until != desk.preferences.nearby_until
        desk.preferences = chosen
        node.show_to(chosen.visibility, nearby=chosen.nearby if is_new else None)
        node.peering.hide(private=chosen.through_owner)

    names = own_names(settings.app.host, settings.allowed_hosts, attached_addresses())
    shell = Shell(
        gate=Gate(desk.door, cookie, names, _clock),
        door=desk.door,
        hub=desk.hub,
        entropy=os.urandom,
        version=VERSION,
        tls=settings.tls_certificate is not None,
        status=lambda: _status(settings, node),
        profile_changed=profile_changed,
        preferences_changed=preferences_changed,
        document=writer_of(OPERATIONS, VERSION, cookie),
    )
    app = application(planner, shell, OPERATIONS, at_root=AT_ROOT)
    mount_page(app)
    return app
