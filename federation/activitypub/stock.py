"""All of stock ActivityPub in one object: what the node serves, takes, sends and runs for it.

The node adds `routes()` to its federation listener, hands POSTs of a stock media type to
`receive`, and runs `run()` in its task group. The application shares through
`share_with_guest`, `change_for_guests` and `unshare`, and hears of replies through `on_reply`.
"""

import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from aiohttp import web
from sqlalchemy import Connection

from federation.activitypub import nodeinfo, webfinger
from federation.activitypub.actor import ACTIVITY_TYPE, LocalActor, Me, Profile
from federation.activitypub.collection import collection_digest, ordered_collection
from federation.activitypub.contexts import AS_CONTEXT
from federation.activitypub.courier import Courier
from federation.activitypub.fetcher import Fetcher
from federation.activitypub.guests import Guest, GuestBook, OnReply, find, shown_note
from federation.activitypub.remote import RemoteActor
from federation.activitypub.stock_inbox import StockInbox, stock_request
from federation.errors import MalformedError
from federation.guard import DialPolicy
from federation.wire import (
    ACTIVITY_JSON,
    ACTOR_PATH,
    EVENT_PATH,
    FOLLOWERS_PATH,
    NODEINFO_21_PATH,
    NODEINFO_PATH,
    OUTBOX_PATH,
    WEBFINGER_PATH,
)
from federation.writer import Reader, Tx, Writer
from keys.canonical import stock_jcs
from keys.errors import BadHttpSignatureError, WeakKeyError
from keys.http_signatures import check_fresh
from keys.stock_signatures import read_stock_request, verify_stock_request

_JSON_TYPES: Final = frozenset({ACTIVITY_JSON, "application/ld+json", "application/json"})
_WILDCARDS: Final = frozenset({"*/*", "application/*"})


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What stock ActivityPub needs of the node around it.

    `policy` says where it may dial; `version` is that of the software; `monotonic_s` and
    `clock` tell the time, `entropy` returns random bytes.
    """

    writer: Writer
    reader: Reader
    policy: DialPolicy
    clock: Callable[[], datetime]
    monotonic_s: Callable[[], float]
    entropy: Callable[[int], bytes]
    rng: random.Random
    version: str


class Stock:
    """Stock ActivityPub for one planner."""

    def __init__(
        self,
        me: Me,
        profile: Callable[[], Profile],
        around: Surroundings,
        on_reply: OnReply,
    ) -> None:
        self.local = LocalActor(me, profile)
        self.fetcher = Fetcher(around.policy, around.monotonic_s)
        self._book = GuestBook(self.local, on_reply, around.entropy)
        self._around = around
        self._courier = Courier(
            self.local,
            around.policy,
            writer=around.writer,
            reader=around.reader,
            clock=around.clock,
            rng=around.rng,
        )
        self._inbox = StockInbox(
            self._book,
            self.fetcher,
            writer=around.writer,
            reader=around.reader,
            clock=around.clock,
            monotonic_s=around.monotonic_s,
        )

    def routes(self) -> list[web.RouteDef]:
        """Return the GET routes of the federation listener."""
        return [
            web.get(ACTOR_PATH, self._get_actor),
            web.get(OUTBOX_PATH, self._get_outbox),
            web.get(FOLLOWERS_PATH, self._get_followers),
            web.get(EVENT_PATH, self._get_event),
            web.get(WEBFINGER_PATH, self._get_webfinger),
            web.get(NODEINFO_PATH, self._get_nodeinfo_links),
            web.get(NODEINFO_21_PATH, self._get_nodeinfo),
        ]

    async def run(self) -> None:
        """Bring notes to guests until cancelled."""
        try:
            await self._courier.run()
        finally:
            await self.fetcher.close()

    def wake(self) -> None:
        """Look at once for what is due to guests, as after sleep or a change of network."""
        self._courier.wake()

    async def receive(self, request: web.Request) -> web.Response:
        """Take one stock activity; for POSTs to the inbox in a stock media type."""
        self._check_person(request)
        return await self._inbox.receive(request)

    # --- sharing ------------------------------------------------------------------------------

    async def look_up(self, actor: str) -> RemoteActor:
        """Return the actor at a URL, or behind `name@host`, as its server has it now.

        Raises:
            UnauthenticError: It cannot be fetched, or is no actor.
            RefusedError: `busy`.
        """
        if actor.startswith(("https://", "http://")):
            return await self.fetcher.actor_now(actor)
        return await self.fetcher.actor_of_handle(actor)

    async def share_with_guest(self, doc: str, actor: str, text: str) -> Guest:
        """Show a document to a stock actor, by URL or `name@host`.

        Raises:
            UnauthenticError: The actor cannot be fetched.
            LocalProtocolError: It has no key that could sign a reply.
        """
        remote = await self.look_up(actor)
        return await self._around.writer.run(lambda tx: self.share(tx, doc, remote, text))

    def share(self, tx: Tx, doc: str, remote: RemoteActor, text: str) -> Guest:
        """Show a document to an actor that was looked up, inside a write.

        Raises:
            LocalProtocolError: It has no key that could sign a reply.
        """
        tx.after_commit(self._courier.wake)
        return self._book.share(tx, doc, remote, text)

    def change_for_guests(self, tx: Tx, doc: str, text: str) -> int:
        """Show all guests of a document its new text; return how many there are."""
        told = self._book.change(tx, doc, text)
        if told:
            tx.after_commit(self._courier.wake)
        return told

    def unshare(self, tx: Tx, doc: str, actor: str) -> bool:
        """Take a document back from a guest; return whether it was shared."""
        tx.after_commit(self._courier.wake)
        return self._book.unshare(tx, doc, actor)

    def guests(self, conn: Connection, doc: str) -> list[Guest]:
        """Return the guests of a document, those who lost it too."""
        return find(conn, doc=doc)

    # --- what is public -----------------------------------------------------------------------

    async def _get_actor(self, request: web.Request) -> web.Response:
        self._check_person(request)
        return _activity_json(request, self.local.document())

    async def _get_outbox(self, request: web.Request) -> web.Response:
        self._check_person(request)
        return self._collection(request, OUTBOX_PATH)

    async def _get_followers(self, request: web.Request) -> web.Response:
        self._check_person(request)
        return self._collection(request, FOLLOWERS_PATH)

    async def _get_event(self, request: web.Request) -> web.Response:
        """Serve a note to the guest it was written for; to all others nothing is here."""
        self._check_person(request)
        note = await self._around.reader.run(lambda conn: self._note_for(conn, request))
        if note is None:
            raise web.HTTPNotFound
        response = _activity_json(request, {"@context": AS_CONTEXT, **note})
        response.headers["Cache-Control"] = "private, no-store"
        return response

    async def _get_webfinger(self, request: web.Request) -> web.Response:
        try:
            found = webfinger.describe(
                self.local, request.query.getall("resource", []), request.query.getall("rel", [])
            )
        except MalformedError as error:
            raise web.HTTPBadRequest(text=str(error)) from error
        if found is None:
            raise web.HTTPNotFound
        # Any page may ask: RFC 7033 §5.
        return _json(found, webfinger.JRD_TYPE, **{"Access-Control-Allow-Origin": "*"})

    async def _get_nodeinfo_links(self, _request: web.Request) -> web.Response:
        return _json(nodeinfo.links(self.local.me.base_url()), "application/json")

    async def _get_nodeinfo(self, _request: web.Request) -> web.Response:
        return _json(nodeinfo.nodeinfo(self._around.version), nodeinfo.NODEINFO_TYPE)

    def _collection(self, request: web.Request, path: str) -> web.Response:
        """Serve a collection: always empty, because nothing a planner makes is public."""
        members: tuple[str, ...] = ()
        response = _activity_json(
            request, ordered_collection(self.local.collection_url(path), members)
        )
        response.etag = collection_digest(members)
        return response

    def _check_person(self, request: web.Request) -> None:
        if request.match_info["did"] != self.local.me.did:
            raise web.HTTPNotFound

    def _note_for(self, conn: Connection, request: web.Request) -> dict[str, Any] | None:
        try:
            call = read_stock_request(stock_request(request, b""))
            check_fresh(call.created, self._around.clock(), expires=call.expires)
            known = find(conn, actor=call.keyid.partition("#")[0])
            for guest in known[:1]:  # all rows of one actor hold the same keys
                verify_stock_request(call, guest.keys.get(call.keyid, b""))
        except (BadHttpSignatureError, WeakKeyError):
            return None
        return shown_note(self.local, known, request.match_info["event"])


def _activity_json(request: web.Request, document: dict[str, Any]) -> web.Response:
    accepted = {
        entry.partition(";")[0].strip().lower()
        for entry in request.headers.get("Accept", "*/*").split(",")
    }
    if not accepted & (_JSON_TYPES | _WILDCARDS):
        raise web.HTTPNotAcceptable(headers={"Vary": "Accept"})
    return _json(document, ACTIVITY_TYPE, Vary="Accept")


def _json(document: dict[str, Any], content_type: str, **headers: str) -> web.Response:
    return web.Response(
        body=stock_jcs(document), headers={"Content-Type": content_type, **headers}
    )
