"""Two sides on loopback: a planner with real keys and store, and a small stock server."""

import random
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import aiohttp
from aiohttp import web
from aiohttp.test_utils import TestServer
from nacl.utils import random as random_bytes

from federation.activitypub.actor import Profile
from federation.activitypub.guests import GuestReply
from federation.activitypub.remote import pem_of
from federation.activitypub.stock import Stock, Surroundings
from federation.engine import reader_engine, writer_engine
from federation.errors import LocalProtocolError
from federation.guard import DialPolicy, Source
from federation.schema import metadata
from federation.wire import ACTIVITY_JSON, INBOX_PATH
from federation.writer import Reader, Tx, Writer
from keys.canonical import stock_jcs
from keys.identity import DeviceKey, IdentityKey, IdentityRecord, new_words, next_number
from keys.multiformats import did_of
from keys.proofs import sign_document
from keys.stock_signatures import StockRequest, sign_stock_request

NOW = datetime(2026, 11, 22, 10, 0, 0, tzinfo=UTC)
DOC = "urn:pp:uEiB1cGxhbg"
CLOSED = "urn:pp:uEiBjbG9zZWQ"
SOMEBODY_ELSE = did_of(DeviceKey.from_seed(b"somebody else, not Alice, not me").public)
# The secret half of the key that FEP-8b32 prints.
FEP_8B32_SEED = "c96ef9ea10c5e414c471723aff9de72c35fa5b70fae97e8832ecac7d2e2b8ed6"
CONTEXTS = [
    "https://www.w3.org/ns/activitystreams",
    "https://w3id.org/security/data-integrity/v1",
    {"toot": "http://joinmastodon.org/ns#", "sensitive": "as:sensitive"},
]


@dataclass
class Me:
    """Alice, as federation's composition root would hand her over."""

    did: str
    device: DeviceKey
    identity: IdentityRecord
    url: str = ""

    def base_url(self) -> str:
        return self.url


def new_me() -> Me:
    device = DeviceKey.generate()
    with IdentityKey.from_words(new_words()) as identity:
        record = identity.sign_record(next_number(NOW, 0), [device.multibase])
        return Me(identity.did, device, record)


@dataclass
class Planner:
    """A planner's stock side behind a real server."""

    me: Me
    stock: Stock
    writer: Writer
    reader: Reader
    clock: list[datetime]
    replies: list[GuestReply] = field(default_factory=list)

    @property
    def base(self) -> str:
        return self.me.url

    @property
    def inbox(self) -> str:
        return self.base + INBOX_PATH.format(did=self.me.did)

    def later(self, seconds: float) -> None:
        self.clock[0] += timedelta(seconds=seconds)


@dataclass
class Peer:
    """A stock server with one actor. `answer` is what its inbox says, `posts` what it got."""

    key: DeviceKey
    base: str = ""
    answer: int = 202
    posts: list[tuple[dict[str, str], bytes]] = field(default_factory=list)
    fetches: int = 0

    @property
    def actor(self) -> str:
        return f"{self.base}/users/faye"

    @property
    def key_id(self) -> str:
        return f"{self.actor}#ed25519-key"

    def document(self) -> dict[str, Any]:
        return {
            "@context": ["https://www.w3.org/ns/activitystreams"],
            "id": self.actor,
            "type": "Person",
            "preferredUsername": "faye",
            "name": "Faye <b>Fed</b>",
            "inbox": f"{self.actor}/inbox",
            "assertionMethod": [
                {
                    "id": self.key_id,
                    "type": "Multikey",
                    "controller": self.actor,
                    "publicKeyMultibase": self.key.multibase,
                }
            ],
            "publicKey": {
                "id": f"{self.actor}#main-key",
                "owner": self.actor,
                "publicKeyPem": pem_of(self.key.public),
            },
        }

    def create(self, in_reply_to: str, *, name: str = "1", text: str = "Nice.") -> dict[str, Any]:
        """Return an unsigned reply."""
        return {
            "@context": CONTEXTS,
            "id": f"{self.base}/activities/create-{name}",
            "type": "Create",
            "actor": self.actor,
            "object": {
                "id": f"{self.base}/notes/{name}",
                "type": "Note",
                "attributedTo": self.actor,
                "inReplyTo": in_reply_to,
                "content": f"<p>{text}</p>",
            },
        }

    def signed(self, activity: dict[str, Any], key: DeviceKey | None = None) -> bytes:
        """Return the bytes of an activity with a proof."""
        signer = key or self.key
        return stock_jcs(sign_document(activity, signer, self.key_id, "2026-11-22T10:00:00Z"))


@asynccontextmanager
async def running_planner(folder: Path) -> AsyncIterator[Planner]:
    """A planner on a free port, with its store in a folder."""
    url = f"sqlite:///{folder / 'planner.db'}"
    engine = writer_engine(url)
    metadata.create_all(engine)
    clock = [NOW]
    writer, reader = Writer(engine, lambda: clock[0]), Reader(reader_engine(url))
    writer.start()
    me = new_me()
    replies: list[GuestReply] = []

    def on_reply(_tx: Tx, reply: GuestReply) -> str:
        if reply.doc == CLOSED:
            raise LocalProtocolError("the document is closed")
        replies.append(reply)
        return reply.comment or f"comment-{len(replies)}"

    around = Surroundings(
        writer=writer,
        reader=reader,
        policy=DialPolicy(Source.STRANGER, loopback=True),
        clock=lambda: clock[0],
        monotonic_s=time.monotonic,
        entropy=random_bytes,
        rng=random.Random(7),
        version="0.1.0",
    )
    stock = Stock(me, lambda: Profile("Alice", "alice", "uEiSpki"), around, on_reply)
    app = web.Application()
    app.add_routes(stock.routes())
    app.router.add_post(INBOX_PATH, stock.receive)
    async with TestServer(app) as server:
        me.url = str(server.make_url("")).rstrip("/")
        yield Planner(me, stock, writer, reader, clock, replies)
    await stock.fetcher.close()
    await writer.close()
    await reader.close()
    engine.dispose()


@asynccontextmanager
async def running_peer() -> AsyncIterator[Peer]:
    """A stock server on a free port."""
    faye = Peer(DeviceKey.generate())

    async def get_actor(_request: web.Request) -> web.Response:
        faye.fetches += 1
        return web.Response(
            body=stock_jcs(faye.document()), headers={"Content-Type": ACTIVITY_JSON}
        )

    async def post_inbox(request: web.Request) -> web.Response:
        faye.posts.append((dict(request.headers), await request.read()))
        return web.Response(status=faye.answer)

    app = web.Application()
    app.router.add_get("/users/faye", get_actor)
    app.router.add_post("/{inbox:.*}", post_inbox)
    async with TestServer(app) as server:
        faye.base = str(server.make_url("")).rstrip("/")
        yield faye


async def post(
    http: aiohttp.ClientSession,
    planner: Planner,
    body: bytes | AsyncIterator[bytes],
    headers: dict[str, str] | None = None,
) -> tuple[int, dict[str, Any]]:
    sent = {"Content-Type": ACTIVITY_JSON, **(headers or {})}
    async with http.post(planner.inbox, data=body, headers=sent) as response:
        return response.status, await response.json()


def activity_of(peer: Peer, kind: str, object_: str) -> dict[str, Any]:
    return {
        "@context": ["https://www.w3.org/ns/activitystreams"],
        "id": f"{peer.base}/activities/{kind}",
        "type": kind,
        "actor": peer.actor,
        "object": object_,
    }


def signature_of(planner: Planner, peer: Peer, body: bytes) -> dict[str, str]:
    path = planner.inbox.removeprefix(planner.base)
    request = StockRequest("POST", "http", planner.stock.local.authority, path, {}, body)
    return sign_stock_request(
        peer.key, request, keyid=f"{peer.actor}#main-key", created=int(NOW.timestamp())
    )
