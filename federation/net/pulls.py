"""Fetching what I lack from any member who has it (PROTOCOL §5).

Pulls begin when heads differ: after a hello, after an answer to a batch, and every few minutes by
asking a random reachable member of each open document. Pages are a pipeline: while one is being
stored, the next is verified on a worker thread and the one after that is on the wire.
"""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Final, Protocol

import orjson
import structlog

from federation.log.lines import Authenticated, authenticate
from federation.log.log import Sender
from federation.log.results import DURABLE
from federation.net.circle import Circle
from federation.net.client import OK, Address, Answered, Callee
from federation.net.inbox import Inbox
from federation.wire import PULL_INTERVAL_S, PULL_PATH, RECOVERY_SETTLE_S, limit
from federation.writer import Tx
from keys.canonical import jcs

DOCUMENTS_AT_ONCE: Final = 4
PAGES_MAX: Final = 100_000  # of one pull; each must bring something, so this is never reached
_TAIL_BYTES: Final = limit("answer_body")  # heads beside the lines
CHUNK_ITEMS: Final = 500  # of a page in one transaction: own writes get their turn in between

log = structlog.get_logger()


class Ways(Protocol):
    """The lanes, as far as pulls need them."""

    def address_of(self, device: str) -> Address | None:
        """Return where a device answers at the moment, None when it does not."""

    def doubt(self, device: str, doc: str) -> None:
        """Compare the heads of a document with a device when its lane has time."""


@dataclass(frozen=True, slots=True)
class _Page:
    lines: list[bytes]
    following: dict[str, int]
    more: bool


class Puller:
    """Fetches missing events, a few documents at a time, each from one member at a time."""

    def __init__(self, circle: Circle, inbox: Inbox, ways: Ways) -> None:
        self._circle = circle
        self._inbox = inbox
        self._ways = ways
        self._wanted: dict[str, list[str]] = {}
        self._running: set[str] = set()
        self._wake = asyncio.Event()
        self._busy_s = circle.monotonic()

    def want(self, doc: str, device: str) -> None:
        """Fetch what a device seems to have of a document and I lack."""
        devices = self._wanted.setdefault(doc, [])
        if device in devices:
            devices.remove(device)
        devices.append(device)
        self._wake.set()

    def is_quiet(self) -> bool:
        """Say whether nothing is being fetched, or has been for a while."""
        quiet_s = self._circle.monotonic() - self._busy_s
        return not (self._wanted or self._running) and quiet_s >= RECOVERY_SETTLE_S

    async def run(self) -> None:
        """Fetch until cancelled."""
        async with asyncio.TaskGroup() as group:
            group.create_task(self._ask_around())
            while True:
                await self._wake.wait()
                self._wake.clear()
                for doc in [doc for doc in self._wanted if doc not in self._running]:
                    if len(self._running) >= DOCUMENTS_AT_ONCE:
                        break
                    self._running.add(doc)
                    group.create_task(self._fetch(doc, self._wanted.pop(doc)))

    async def _ask_around(self) -> None:
        """Every few minutes compare each open document with a random reachable member."""
        while True:
            rng = self._circle.rng
            await asyncio.sleep(PULL_INTERVAL_S * rng.uniform(0.5, 1.5))
            for doc, shared in list(self._circle.roster.shared.items()):
                reachable = [
                    device
                    for person, role in shared.members.items()
                    if role != "none"
                    for device in self._circle.roster.devices_of(person)
                    if self._ways.address_of(device) is not None
                ]
                if reachable and shared.is_open:
                    self._ways.doubt(rng.choice(reachable), doc)

    async def _fetch(self, doc: str, devices: list[str]) -> None:
        try:
            for device in reversed(devices):
                if await self._pull(doc, device):
                    return
        except Exception:
            log.exception("pull failed")
        finally:
            self._busy_s = self._circle.monotonic()
            self._running.discard(doc)
            if self._wanted:
                self._wake.set()

    async def _pull(self, doc: str, device: str) -> bool:
        """Fetch a document from a device; return whether the device had pages to give."""
        address, person = self._ways.address_of(device), self._circle.roster.owner_of(device)
        if address is None or person is None:
            return False
        sender = Sender(person, device, self._circle.roster.is_friend(person), solicited=True)
        began_s = self._circle.monotonic()
        pipeline = _Pipeline(partial(self._page, doc, address, Callee(person, device)))
        shared = self._circle.roster.shared.get(doc)
        have = {} if shared is None else shared.seqs()
        count = await pipeline.run(have, partial(self._store, sender))
        if count is None:
            return False
        log.info(
            "pulled",
            person=person[-8:],
            items=count,
            ms=round((self._circle.monotonic() - began_s) * 1000, 1),
        )
        return True

    async def _page(
        self, doc: str, address: Address, callee: Callee, have: Mapping[str, int]
    ) -> _Page | None:
        known = {did: listing.number for did, listing in self._circle.roster.listings.items()}
        shared = self._circle.roster.shared.get(doc)
        people = set() if shared is None else set(shared.members)
        ask = {
            "doc": doc,
            "have": dict(have),
            "identities": {did: number for did, number in known.items() if did in people},
        }
        outcome = await self._circle.client.call(
            address, callee, PULL_PATH, jcs(ask), answer_max=limit("page_body") + _TAIL_BYTES
        )
        if not isinstance(outcome, Answered) or outcome.status != OK:
            return None
        return _read_page(outcome.body)

    async def _store(self, sender: Sender, items: Sequence[Authenticated]) -> bool:
        """Store a page; return whether it brought anything."""
        brought = False
        for start in range(0, len(items), CHUNK_ITEMS):
            chunk = items[start : start + CHUNK_ITEMS]

            def store(tx: Tx, chunk: Sequence[Authenticated] = chunk) -> list[str]:
                return self._inbox.store(sender, chunk, None, tx).results

            words = await self._circle.writer.run(store)
            brought = brought or any(word in DURABLE for word in words)
        return brought


class _Pipeline:
    """Three stages, each one page ahead of the next: on the wire, verified, stored."""

    def __init__(self, fetch: Callable[[Mapping[str, int]], Any]) -> None:
        self._fetch = fetch
        self._fetched: asyncio.Queue[_Page | None] = asyncio.Queue(1)
        self._verified: asyncio.Queue[list[Authenticated] | None] = asyncio.Queue(1)
        self._answered = False

    async def run(
        self, have: Mapping[str, int], store: Callable[[Sequence[Authenticated]], Any]
    ) -> int | None:
        """Run to the end; return the number of items, None when nothing was answered."""
        count = 0
        async with asyncio.TaskGroup() as group:
            fetching = group.create_task(self._fetch_pages(have))
            verifying = group.create_task(self._verify_pages())
            while (items := await self._verified.get()) is not None:
                count += len(items)
                if not await store(items):  # nothing of it was of use: the rest would not be
                    fetching.cancel()
                    verifying.cancel()
                    break
        return count if self._answered else None

    async def _fetch_pages(self, have: Mapping[str, int]) -> None:
        for _ in range(PAGES_MAX):
            page = await self._fetch(have)
            if page is None:
                break
            self._answered = True
            if page.lines:
                await self._fetched.put(page)
            if not page.more or page.following == have:
                break
            have = page.following
        await self._fetched.put(None)

    async def _verify_pages(self) -> None:
        while (page := await self._fetched.get()) is not None:
            await self._verified.put(await asyncio.to_thread(authenticate, page.lines))
        await self._verified.put(None)


def _read_page(body: bytes) -> _Page | None:
    """Return the page of an answer, None when it is not of the form."""
    lines = body.split(b"\n", limit("page_items") * 2)
    try:
        tail = orjson.loads(lines[-1])["page"]
        following, more = tail["next"], tail["more"]
    except (orjson.JSONDecodeError, KeyError, TypeError):
        return None
    if not isinstance(following, dict) or not all(type(n) is int for n in following.values()):
        return None
    return _Page(lines[:-1], following, more is True)
