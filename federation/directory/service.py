"""The directory itself: what it does on each request, over its store and presence table.

No HTTP here: requests come in as parsed JSON, answers go out as JSON, refusals are raised.
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Any, Final

import orjson

from federation.directory import store as tables
from federation.directory.handles import Held, check_handle, parse_claim
from federation.directory.presence import Presence, Socket, State
from federation.directory.registrations import Verdict, is_topic, parse_publication
from federation.directory.store import Found, Store
from federation.errors import MalformedError, RefusedError
from federation.wire import ACTOR_PATH, DIRECTORY_RECONNECT_MAX_S, DIRECTORY_RECONNECT_S, limit

Json = Mapping[str, Any]

RECONNECTS_PER_S: Final = 200  # a reconnection is a handshake, one verification and one commit
SNAPSHOT_ITEMS: Final = 20  # in one message, so that it stays below the bound of a message


class StaleError(RefusedError):
    """The offered number is not above the kept one; carries the record that is kept."""

    def __init__(self, current: bytes) -> None:
        super().__init__("stale", "a record with this or a higher number is kept")
        self.current = current


class Directory:
    """Registrations, handles and presence of one directory."""

    def __init__(self, store: Store, clock: Callable[[], datetime]) -> None:
        self._store = store
        self._clock = clock
        self.presence = Presence()
        self.look_ups = 0
        self.registrations_ever = 0
        self._expected = 0

    async def start(self) -> None:
        """Learn from the store how many planners are about to come back."""
        now = self._clock()
        self._expected = await self._store.run(lambda conn: tables.live_count(conn, now))
        self.registrations_ever = await self._store.run(tables.registrations_ever)

    def now(self) -> datetime:
        """Return the directory's time."""
        return self._clock()

    @property
    def reconnect_s(self) -> float:
        """The window over which planners are asked to spread when the socket is lost."""
        planners = max(self._expected, len(self.presence))
        return min(
            max(DIRECTORY_RECONNECT_S, planners / RECONNECTS_PER_S), DIRECTORY_RECONNECT_MAX_S
        )

    async def publish(self, body: Json, socket: Socket | None = None) -> dict[str, Any]:
        """Take a publication; online is who publishes, for as long as `socket` is open.

        Raises:
            RemoteProtocolError: malformed, not authentic, or refused.
            StaleError: the kept number is higher, or the same with another record.
        """
        registration, identity = parse_publication(body, self._clock())
        done = await self._store.run(lambda conn: tables.publish(conn, registration, identity))
        for device in done.dropped:
            self.presence.went((registration.topic, device))
        if done.verdict is Verdict.STALE:
            raise StaleError(done.current or b"")
        answer = {"number": registration.number, "result": done.verdict.value}
        if done.verdict is Verdict.REPEATED:
            return answer
        self.registrations_ever += done.is_first
        if registration.withdrawn:
            self.presence.went(registration.key)
        elif socket is None or socket in self.presence.sockets:
            said = {"record": body["record"]}
            if identity is not None:
                said["identity"] = identity.value
            self.presence.came(registration.key, registration.expires, socket, said)
        return answer

    async def claim(self, body: Json) -> dict[str, Any]:
        """Give or renew a handle.

        Raises:
            RemoteProtocolError: malformed, not authentic, or refused (`taken`, `too_many`).
        """
        offered, identity = parse_claim(body)
        now = self._clock()
        await self._store.run(lambda conn: tables.claim(conn, offered, identity, now))
        return {"handle": offered.handle, "number": offered.number}

    async def look_up(self, body: Json) -> dict[str, Any] | None:
        """Answer an exact look-up by one of `did`, `contact`, `handle`; None is: nobody.

        Raises:
            MalformedError: not exactly one of the three, or none of their forms.
        """
        asked = [name for name in ("did", "contact", "handle") if name in body]
        if len(asked) != 1:
            raise MalformedError("schema", "look up one of did, contact, handle")
        self.look_ups += 1
        value = body[asked[0]]
        if asked[0] == "handle":
            return await self._look_up_handle(value)
        if not is_topic(value) or (asked[0] == "did") != value.startswith("did:"):
            raise MalformedError("schema", f"not the form of a {asked[0]}")
        found = await self._found(value)
        return _shown(found) if found.records else None

    async def actor_of(self, handle: str) -> tuple[str, str] | None:
        """Return the did and the actor URL that a handle leads to, for WebFinger."""
        self.look_ups += 1
        held = await self._holder(handle)
        if held is None:
            return None
        found = await self._found(held.did)
        if not found.records:
            return None
        base = orjson.loads(found.records[0].record)["urls"][0]
        return held.did, base.rstrip("/") + ACTOR_PATH.format(did=held.did)

    def check_topics(self, value: object) -> frozenset[str]:
        """Return the topics that a socket asks to watch.

        Raises:
            MalformedError: not a list of dids and contact card keys, or too many.
        """
        if not isinstance(value, list) or len(value) > limit("directory_topics"):
            raise MalformedError("schema", f"watch at most {limit('directory_topics')} topics")
        if not all(is_topic(topic) for topic in value):
            raise MalformedError("schema", "a topic is a did or a contact card's key")
        return frozenset(value)

    async def watch(self, socket: Socket, topics: Iterable[str]) -> None:
        """Watch these topics only, and queue what is known of those that are new."""
        new = sorted(self.presence.watch(socket, topics))
        items: list[dict[str, Any]] = []
        for topic in new:
            found = await self._found(topic)
            items += [self._snapshot(topic, found, one) for one in found.records]
            if len(items) >= SNAPSHOT_ITEMS:
                await socket.queue.put({"type": "presence", "items": items})
                items = []
        await socket.queue.put({"type": "presence", "items": items, "complete": True})

    async def sweep(self) -> None:
        """Take the expired offline and forget what nobody can ask for."""
        now = self._clock()
        self.presence.expire(now)
        await self._store.run(lambda conn: tables.sweep(conn, now))

    def _snapshot(self, topic: str, found: Found, one: tables.Kept) -> dict[str, Any]:
        online = self.presence.is_online((topic, one.device))
        item: dict[str, Any] = {
            "topic": topic,
            "device": one.device,
            "state": State.ONLINE if online else State.KNOWN,
            "record": orjson.loads(one.record),
        }
        if found.identity is not None:
            item["identity"] = orjson.loads(found.identity)
        return item

    async def _look_up_handle(self, value: object) -> dict[str, Any] | None:
        held = await self._holder(value)
        if held is None:
            return None
        shown = _shown(await self._found(held.did))
        return {**shown, "claim": orjson.loads(held.record)}

    async def _holder(self, value: object) -> Held | None:
        try:
            handle = check_handle(value)
        except MalformedError:
            return None  # a name that nobody can have is a name that nobody has
        now = self._clock()
        return await self._store.run(lambda conn: tables.holder(conn, handle, now))

    async def _found(self, topic: str) -> Found:
        now = self._clock()
        return await self._store.run(lambda conn: tables.look_up(conn, topic, now))


def _shown(found: Found) -> dict[str, Any]:
    shown: dict[str, Any] = {"records": [orjson.loads(one.record) for one in found.records]}
    if found.identity is not None:
        shown["identity"] = orjson.loads(found.identity)
    return shown
