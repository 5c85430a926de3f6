"""One lane per peer device: what I write goes there, waits while it is away, and arrives once.

A lane says hello, learns what the other side lacks, and sends one batch at a time. It holds no
queue on disk: what is due is the difference between my log and the peer's heads, which every
answer renews. It backs off when the peer is away, never gives up, and any sign of life makes
it try at once, even out of an attempt that hangs in an address nobody answers at.
"""

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import structlog

from federation.net.backlog import Backlog
from federation.net.circle import Circle
from federation.net.client import OK, Address, Answered, Callee
from federation.net.courier import Courier, Delivered
from federation.net.dialling import Dialler, Refused
from federation.net.hello import Greeting
from federation.net.outgoing import OwnLine
from federation.net.reach import Link, Reach
from federation.peers import FriendState
from federation.wire import HEAL_GRACE_S, PRESENCE_S

WAKE_SPACING_S: Final = 1.0  # calls of a peer that I cannot reach wake the lane at most so often
PAUSE_FIRST_S: Final = 0.25
PAUSE_MAX_S: Final = 30.0
_KEPT_IN_TOUCH: Final = frozenset(
    {FriendState.FRIEND, FriendState.OUTGOING, FriendState.KEY_CHANGED}
)

log = structlog.get_logger()


@dataclass(slots=True)
class Schedule:
    """When a lane acts next, in seconds of the monotonic clock."""

    beat_s: float = 0.0  # ask for a sign of life
    paused_s: float = 0.0  # the peer asked to try again later
    pauses: int = 0
    compare_s: float = 0.0  # compare heads of `Lane._doubtful` now
    attempted_s: float = -WAKE_SPACING_S


class Lane:
    """The way to one device of one person."""

    def __init__(self, circle: Circle, dialler: Dialler, courier: Courier, callee: Callee) -> None:
        if callee.device is None:
            raise ValueError("a lane leads to a device")
        self.person = callee.person
        self.device = callee.device
        self.reach = Reach()
        self.backlog = Backlog(circle.roster.is_mine)
        self.records_due = True
        self.records_asked = 0  # how often; tells what was asked for during a delivery
        self._circle = circle
        self._dialler = dialler
        self._courier = courier
        self._callee = callee
        self._address: Address | None = None
        self._doubtful: set[str] = set()
        self._when = Schedule()
        self._wake = asyncio.Event()
        self._task: asyncio.Task[None] | None = None
        self._aborting = False

    @property
    def is_connected(self) -> bool:
        """Whether the peer answered last, and at which address is known."""
        return self._address is not None

    @property
    def address(self) -> Address | None:
        """Where the peer answers at the moment."""
        return self._address

    # --- what others tell it ------------------------------------------------------------------

    def offer(self, line: OwnLine) -> None:
        """Take an own event that was just committed; while the peer is away the log keeps it."""
        if self.is_connected:
            self.backlog.offer(line)
        else:
            self.backlog.postpone(line.doc)
        self._wake.set()

    def open(self, doc: str, lines: Sequence[OwnLine]) -> None:
        """Bring a document that was begun just now: all of it is at hand."""
        if not self.is_connected:
            self.owe(doc, is_new=True)
            return
        self.backlog.begin(doc, lines)
        self._wake.set()

    def owe(self, doc: str, *, is_new: bool = False) -> None:
        """Look into a document: something of mine may be missing there.

        `is_new`: the peer has nothing of it, be it for the first time or because it erased it.
        """
        self.backlog.postpone(doc)
        if is_new:
            self.backlog.of(doc).theirs = {}
        self._wake.set()

    def owe_records(self) -> None:
        """Bring records that the peer has not acknowledged."""
        self.records_due = True
        self.records_asked += 1
        self._wake.set()

    def heard(self) -> None:
        """The peer called me."""
        self.reach.inward = Link.UP
        if not self.is_connected:
            now_s = self._circle.monotonic()
            if now_s - self._when.attempted_s >= WAKE_SPACING_S:
                self.wake()

    def greeted(self, greeting: Greeting) -> None:
        """The peer said hello: it is there, and will bring and fetch what it can by itself."""
        self.reach.inward = Link.UP
        self._note_docs(greeting.docs, self._circle.monotonic() + HEAL_GRACE_S)
        self.wake()

    def hold(self) -> None:
        """The peer fetches page after page: what I would push now it has in a moment."""
        until_s = self._circle.monotonic() + HEAL_GRACE_S
        self._when.paused_s = max(self._when.paused_s, until_s)
        self._when.compare_s = max(self._when.compare_s, until_s)

    def doubt(self, docs: Iterable[str]) -> None:
        """Compare the heads of these documents."""
        self._doubtful.update(docs)
        self._when.compare_s = 0.0
        self._wake.set()

    def say_hello(self) -> None:
        """Say hello at once: this machine was away, and does not know for whom."""
        self._when.beat_s = 0.0
        self.backlog.doubt()
        self.wake()

    def wake(self, *, elsewhere: bool = False) -> None:
        """A sign of life: try at once, also out of an attempt that hangs.

        Args:
            elsewhere: The peer is at another address now; the old one is not tried again first.
        """
        now_s = self._circle.monotonic()
        hangs = self.reach.wake(now_s)
        if elsewhere:
            self._address = None
        if hangs and self._task is not None and not self._aborting:
            self._aborting = True
            self._task.cancel()
        self._wake.set()

    # --- its own life -------------------------------------------------------------------------

    async def run(self) -> None:
        """Work until cancelled."""
        self._task = asyncio.current_task()
        while True:
            try:
                await self._wait()
                await self._step()
            except asyncio.CancelledError:
                task = asyncio.current_task()
                if not self._aborting or task is None or task.uncancel() > 0:
                    raise
                self._aborting = False
                self._address = None
                self.reach.attempt_s = None
            except Exception:
                log.exception("lane stumbled", person=self.person[-8:])
                self._address = None
                self._lost()

    async def _wait(self) -> None:
        while (delay_s := self._delay_s()) is None or delay_s > 0:
            try:
                async with asyncio.timeout(delay_s):
                    await self._wake.wait()
            except TimeoutError:
                pass
            self._wake.clear()

    def _delay_s(self) -> float | None:
        now_s, when = self._circle.monotonic(), self._when
        has_work = self.records_due or bool(self._doubtful) or self.backlog.has_work()
        is_friend = self._circle.roster.state_of(self.person) in _KEPT_IN_TOUCH
        if not self.is_connected:
            return self.reach.wait_s(now_s) if has_work or is_friend else None
        due = [when.beat_s] if is_friend else []
        if self.records_due or self.backlog.has_work():
            due.append(when.paused_s)
        if self._doubtful:
            due.append(when.compare_s)
        return min(due) - now_s if due else None

    async def _step(self) -> None:
        now_s = self._circle.monotonic()
        self._when.attempted_s = now_s
        self.reach.attempt(now_s)
        if self._address is None or now_s >= self._when.beat_s:
            if not await self._connect():
                return
        elif self._doubtful and now_s >= self._when.compare_s:
            await self._compare()
        if self._address is not None:
            await self._push(self._address)
        self.reach.attempt_s = None

    async def _connect(self) -> bool:
        found = await self._dialler.dial(self._callee, self._address)
        if isinstance(found, Refused):
            return await self._unwelcome(found)
        if found is None:
            self._lost()
            return False
        address, greeting = found
        if not self.is_connected:
            log.info("peer reached", person=self.person[-8:], url=address.url)
        self._address = address
        self.reach.succeeded()
        self._circle.presence.reached(self.person, self.device)
        self._circle.contact(self.person)
        self._when.beat_s = self._circle.monotonic() + PRESENCE_S
        self._note_docs(greeting.docs, 0.0)
        self._doubtful.update(await self._courier.unconfirmed(self._callee))
        self._doubtful.update(self._circle.roster.with_strangers(self.person))
        await self._compare()
        return True

    async def _unwelcome(self, refused: Refused) -> bool:
        """Somebody is there who does not talk to me: bring what is addressed to them, if any."""
        if self.records_due and refused.address is not None:
            asked = self.records_asked
            delivered = await self._courier.introduce(refused.address, self._callee)
            self.records_due = not delivered or self.records_asked != asked
        self._lost()
        return False

    def _lost(self) -> None:
        was_connected = self.is_connected
        self._address = None
        for doc, share in self.backlog.docs.items():
            if share.lines:
                self.backlog.postpone(doc)
        now_s = self._circle.monotonic()
        self._circle.presence.lost(self.person, self.device)
        if was_connected:  # it may be elsewhere: try all its addresses before backing off
            self.reach.outward = Link.DOWN
            self.reach.attempt_s = None
            return
        delay_s = self.reach.failed(now_s, self._circle.rng)
        log.info(
            "peer away", person=self.person[-8:], tries=self.reach.failures, next_s=round(delay_s)
        )

    def _note_docs(self, theirs: Mapping[str, str], compare_s: float) -> None:
        """Compare digests of heads; what is the same there is settled without a call."""
        mine = self._circle.roster.digests(self.person)
        for doc, digest in mine.items():
            if theirs.get(doc) == digest:
                seqs = self._circle.roster.shared[doc].seqs()
                self.backlog.settle(doc, seqs, seqs)
                self._doubtful.discard(doc)
            else:
                self._doubtful.add(doc)
        for doc in theirs.keys() - mine.keys():
            self._circle.want(doc, self.device)
        if self._doubtful:
            self._when.compare_s = compare_s

    async def _compare(self) -> None:
        """Ask for the heads of documents that differ, and see who lacks what."""
        docs, address = sorted(self._doubtful), self._address
        if not docs or address is None:
            return
        found = await self._courier.heads(address, self._callee, docs)
        if found is None:
            self._lost()
            return
        self._doubtful.difference_update(docs)
        self._settle(found)

    def _settle(self, heads: Mapping[str, Mapping[str, int] | None]) -> None:
        for doc, theirs in heads.items():
            shared = self._circle.roster.shared.get(doc)
            if shared is None or theirs is None:
                self.backlog.forget(doc)
            elif self.backlog.settle(doc, theirs, shared.seqs()) and shared.is_open:
                self._circle.want(doc, self.device)

    async def _push(self, address: Address) -> None:
        while self._may_push():
            unknown = self.backlog.unknown(self.backlog.due())
            if unknown:
                self._doubtful.update(unknown)
                await self._compare()
                if not self.is_connected:
                    return
            delivered = await self._courier.deliver(self, address)
            if delivered is None:
                continue
            if not self._account(delivered):
                return

    def _may_push(self) -> bool:
        if not (self.records_due or self.backlog.has_work()):
            return False
        return self._circle.monotonic() >= self._when.paused_s

    def _account(self, delivered: Delivered) -> bool:
        """Note what became of a batch; return whether to go on."""
        now_s = self._circle.monotonic()
        outcome = delivered.outcome
        if not isinstance(outcome, Answered):
            self._lost()
            return False
        self.reach.succeeded()
        self.reach.attempt(now_s)
        self._when.beat_s = now_s + PRESENCE_S
        self._settle(delivered.heads)
        for doc in delivered.stopped:
            self.backlog.forget(doc)
        for doc in delivered.afresh:
            self.owe(doc, is_new=True)
        if delivered.again or delivered.records_again or outcome.status != OK:
            self._pause(outcome.retry_after_s, delivered.again)
            return False
        self._when.pauses = 0
        return True

    def _pause(self, at_least_s: float, again: Iterable[str]) -> None:
        when = self._when
        delay_s = min(PAUSE_FIRST_S * 2**when.pauses, PAUSE_MAX_S)
        when.pauses = min(when.pauses + 1, 16)
        when.paused_s = self._circle.monotonic() + max(delay_s, at_least_s)
        for doc in again:
            self.backlog.of(doc).due = True

    def may_get(self, doc: str) -> bool:
        """Say whether the peer gets anything of a document: a member, or one just removed."""
        roster = self._circle.roster
        shared = roster.shared.get(doc)
        if shared is None or (self.person, doc) in roster.stopped:
            return False
        if roster.state_of(self.person) is FriendState.KEY_CHANGED:
            return False
        role = shared.members.get(self.person)
        return role is not None and (role != "none" or shared.owner == roster.me)
