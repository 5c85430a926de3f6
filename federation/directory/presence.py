"""Who is online, and who wants to know: topics, watchers, publishers. In memory, no input/output.

A planner is online from the moment it publishes a record until its socket closes, the record
expires, or it takes the record back. Each socket has a bounded queue of messages; one that cannot
keep up is cut and comes back for a snapshot, so that a slow reader costs nobody else anything.
"""

import asyncio
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from federation.wire import limit

Message = Mapping[str, Any]
Key = tuple[str, str]  # (topic, device)


class State(StrEnum):
    """What a message says of a planner; `known` is a live record of one that is not online."""

    ONLINE = "online"
    CHANGED = "changed"
    OFFLINE = "offline"
    KNOWN = "known"


@dataclass(eq=False, slots=True)
class Socket:
    """One open presence socket: what it watches, what it published, what waits to be sent."""

    cut: Callable[[], None]
    queue: asyncio.Queue[Message] = field(
        default_factory=lambda: asyncio.Queue(limit("directory_queue"))
    )
    topics: frozenset[str] = frozenset()


@dataclass(slots=True)
class _Online:
    expires: datetime
    publisher: Socket | None  # None: published by a plain request, online until it expires


class Presence:
    """The table of who is online and the sockets that watch it."""

    def __init__(self) -> None:
        self._online: dict[Key, _Online] = {}
        self._watchers: defaultdict[str, set[Socket]] = defaultdict(set)
        self.sockets: set[Socket] = set()
        self.cut_total = 0

    def __len__(self) -> int:
        """Return how many planners are online."""
        return len(self._online)

    @property
    def active(self) -> int:
        """How many planners are here: connected, or online by a plain request.

        Who is visible to nobody is connected without being online.
        """
        by_request = sum(one.publisher is None for one in self._online.values())
        return len(self.sockets) + by_request

    def is_online(self, key: Key) -> bool:
        """Tell whether a planner is online."""
        return key in self._online

    def add(self, socket: Socket) -> None:
        """Take a new socket."""
        self.sockets.add(socket)

    def remove(self, socket: Socket) -> None:
        """Forget a closed socket; whoever published through it is offline."""
        self.sockets.discard(socket)
        self.watch(socket, ())
        for key in [key for key, one in self._online.items() if one.publisher is socket]:
            self.went(key)

    def watch(self, socket: Socket, topics: Iterable[str]) -> frozenset[str]:
        """Replace what a socket watches; return the topics that are new to it."""
        wanted = frozenset(topics)
        for topic in socket.topics - wanted:
            self._watchers[topic].discard(socket)
            if not self._watchers[topic]:
                del self._watchers[topic]
        new = wanted - socket.topics
        for topic in new:
            self._watchers[topic].add(socket)
        socket.topics = wanted
        return new

    def came(
        self, key: Key, expires: datetime, publisher: Socket | None, said: Mapping[str, Any]
    ) -> None:
        """Note a new record; tell the watchers that its planner came online, or changed."""
        state = State.CHANGED if key in self._online else State.ONLINE
        self._online[key] = _Online(expires, publisher)
        self._tell(key, {"state": state, **said})

    def went(self, key: Key) -> None:
        """Note that a planner is offline, and tell the watchers if it was online."""
        if self._online.pop(key, None) is not None:
            self._tell(key, {"state": State.OFFLINE})

    def expire(self, now: datetime) -> None:
        """Take offline whoever's record has expired."""
        for key in [key for key, one in self._online.items() if one.expires <= now]:
            self.went(key)

    def _tell(self, key: Key, said: Mapping[str, Any]) -> None:
        topic, device = key
        message = {
            "type": "presence",
            "items": [{"topic": topic, "device": device, **said}],
        }
        for socket in tuple(self._watchers.get(topic, ())):
            try:
                socket.queue.put_nowait(message)
            except asyncio.QueueFull:
                self.cut_total += 1
                self.remove(socket)
                socket.cut()
