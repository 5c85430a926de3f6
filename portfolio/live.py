"""Live: what changed, told to every open page after its commit, in order, and resumable.

`announce` writes a message in the transaction of the change itself; when that is on disk, the
hub hands it to all sockets. A page that comes back says the last `n` it saw and gets the rest
from the table, or `resync` when that is too long ago. Each socket has a bounded queue and one
writer; whoever cannot keep up is cut and comes back with `since` (Home Assistant's rule).

The hub travels as an execution option of the writer's engine: whoever announces needs a
transaction and nothing else, and two planners in one process stay apart.
"""

import asyncio
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Final

from sqlalchemy import Connection, Engine, bindparam, delete, func, select

from federation.bulk import BulkInsert
from federation.prepared import Prepared
from federation.writer import Tx
from portfolio.messages import MessageType, write_data
from portfolio.storage.access import live

KEPT_MAX: Final = 10_000  # messages in the table; at one a second, nearly three hours
PRUNE_EVERY: Final = 256
REPLAY_MAX: Final = 1_000  # more than this missed: reading all again is cheaper
QUEUE_MAX: Final = 1024  # messages left waiting for one socket: 150 KiB
SOCKETS_MAX: Final = 100
HUB_OPTION: Final = "portfolio_live_hub"
GOING_AWAY: Final = 1001
LOGGED_OUT: Final = 4401
_LAST: Final = Prepared(select(func.max(live.c.n)))
_PRUNE: Final = Prepared(delete(live).where(live.c.n <= bindparam("last")))
_ADD: Final = BulkInsert(live, "n", "type", "data", "at")

Message = tuple[MessageType, dict[str, Any]]
Row = tuple[int, MessageType, str, str]
"""A message as it is kept: n, type, data, and when it was written."""


@dataclass(frozen=True, slots=True)
class Frame:
    """One message as it goes out. A passing one (presence) is not kept and has the last `n`."""

    n: int
    text: str
    passing: bool = False


@dataclass(frozen=True, slots=True)
class End:
    """The last thing in a queue: close the socket with this code."""

    code: int


@dataclass(eq=False, slots=True)
class Listener:
    """One open socket: its queue, whose login it hangs on, and how to cut it."""

    login: str
    cut: Callable[[], None]
    sent: int = 0  # the newest kept message that it got
    ending: bool = False  # its close frame is on the way
    queue: "asyncio.Queue[Frame | End]" = field(default_factory=asyncio.Queue)

    def put(self, *items: Frame | End) -> bool:
        """Queue what came at once; a listener that is far behind is cut, and False answered.

        One page of a friend's events may bring more than `QUEUE_MAX` messages. That is no fault
        of the listener's: what counts is what it left waiting of earlier ones.
        """
        if self.queue.qsize() >= QUEUE_MAX:
            self.cut()
            return False
        for item in items:
            self.queue.put_nowait(item)
        return True


class Hub:
    """All open sockets of this planner."""

    def __init__(self) -> None:
        self.last = 0
        self.cut_total = 0
        self._listeners: set[Listener] = set()
        self._watchers: set[Callable[[str], None]] = set()

    def __len__(self) -> int:
        return len(self._listeners)

    def load(self, conn: Connection) -> None:
        """Go on counting from the newest message kept."""
        self.last = _LAST.scalar(conn) or 0

    @contextmanager
    def listening(self, login: str, cut: Callable[[], None]) -> Iterator[Listener]:
        """Take part in all messages from now on, until the block ends."""
        listener = Listener(login, cut)
        self._listeners.add(listener)
        try:
            yield listener
        finally:
            self._listeners.discard(listener)

    @contextmanager
    def watching(self, heard: Callable[[str], None]) -> Iterator[None]:
        """Let `heard` have the text of each message from now on, until the block ends."""
        self._watchers.add(heard)
        try:
            yield
        finally:
            self._watchers.discard(heard)

    def publish(self, *frames: Frame) -> None:
        """Hand messages to every socket. Called on the event loop, after their commit."""
        for frame in frames:
            if not frame.passing:
                self.last = frame.n
        for heard in tuple(self._watchers):
            for frame in frames:
                heard(frame.text)
        for listener in tuple(self._listeners):
            if not listener.put(*frames):
                self.cut_total += 1
                self._listeners.discard(listener)

    def committed(self, rows: Sequence[Row]) -> None:
        """Hand messages that are on disk to every socket, if there is one."""
        if self._listeners:
            self.publish(*(Frame(n, frame_text(n, kind, data)) for n, kind, data, _ in rows))
        elif rows:
            self.last = rows[-1][0]

    def tell(self, kind: MessageType, data: dict[str, Any]) -> None:
        """Tell all sockets something passing, such as presence; it is not kept."""
        text = frame_text(self.last, kind, write_data(kind, data))
        self.publish(Frame(self.last, text, passing=True))

    def end_login(self, login: str) -> None:
        """Close the sockets of a login that ended."""
        for listener in tuple(self._listeners):
            if listener.login == login:
                listener.put(End(LOGGED_OUT))

    def end_all(self) -> None:
        """Close all sockets: the planner stops."""
        for listener in tuple(self._listeners):
            listener.put(End(GOING_AWAY))


def frame_text(n: int, kind: MessageType, data: str) -> str:
    """Return a message as it goes over the socket."""
    return f'{{"n":{n},"type":"{kind}","data":{data}}}'


def with_hub(engine: Engine, hub: Hub) -> Engine:
    """Return the writer's engine, such that announcements reach `hub`."""
    return engine.execution_options(**{HUB_OPTION: hub})


def announce(tx: Tx, kind: MessageType, data: dict[str, Any]) -> None:
    """Write a live message in this transaction; pages get it once it is committed."""
    announce_all(tx, [(kind, data)])


def announce_all(tx: Tx, messages: Sequence[Message]) -> None:
    """Write live messages in this transaction, in order; pages get them once it is committed."""
    before: int = _LAST.scalar(tx.conn) or 0
    at = tx.now.isoformat()
    rows: list[Row] = [
        (n, kind, write_data(kind, data), at)
        for n, (kind, data) in enumerate(messages, before + 1)
    ]
    _ADD.execute(tx.conn, rows)
    last = before + len(rows)
    if before // PRUNE_EVERY != last // PRUNE_EVERY:
        _PRUNE.run(tx.conn, last=last - KEPT_MAX)
    hub = tx.conn.get_execution_options().get(HUB_OPTION)
    if isinstance(hub, Hub):
        tx.after_commit(partial(hub.committed, rows))


def missed(conn: Connection, since: int) -> list[Frame] | None:
    """Return the messages after `since`; None when they are not all kept, or too many."""
    first, last = conn.execute(select(func.min(live.c.n), func.max(live.c.n))).one()
    if since > (last or 0) or (first is not None and since < first - 1):
        return None
    rows = conn.execute(
        select(live).where(live.c.n > since).order_by(live.c.n).limit(REPLAY_MAX + 1)
    ).all()
    if len(rows) > REPLAY_MAX:
        return None
    return [Frame(row.n, frame_text(row.n, row.type, row.data)) for row in rows]
