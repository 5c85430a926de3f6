"""What all parts of the network side share: who I am, the roster, the log, the ways in and out."""

import random
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from federation.log.author import Me
from federation.log.kinds import Application, Json
from federation.log.log import Log
from federation.net.client import Client
from federation.net.friendship import Friendships
from federation.net.presence import Presence
from federation.net.roster import Roster
from federation.writer import Reader, Writer


class Finder(Protocol):
    """Where addresses of people are asked for: the directory, behind this Protocol."""

    async def find(self, person: str) -> Sequence[Json]:
        """Return publications `{record, identity}` of a person; empty when there are none."""

    async def find_handle(self, handle: str) -> str | None:
        """Return the did that a handle stands for, or None."""


class NoFinder:
    """No directory: nobody is found."""

    async def find(self, person: str) -> Sequence[Json]:  # noqa: ARG002 - the Protocol's
        """Return nothing."""
        return ()

    async def find_handle(self, handle: str) -> str | None:  # noqa: ARG002 - the Protocol's
        """Return nothing."""
        return None


@dataclass(slots=True)
class Circle:
    """Everything that lanes, pulls and handlers of one node have in common.

    `endpoint` returns this device's current endpoint record, None with `--solo`; `pin` is this
    listener's own, None on plain http. `spawn` runs something in the node's task group, `want`
    fetches a document from a device, `contact` notes that a person's planner was there now.
    """

    me: Me
    name: Callable[[], str]
    roster: Roster
    log: Log
    writer: Writer
    reader: Reader
    client: Client
    friendships: Friendships
    application: Application
    finder: Finder
    clock: Callable[[], datetime]
    monotonic: Callable[[], float]
    rng: random.Random
    entropy: Callable[[int], bytes]
    endpoint: Callable[[], Json | None]
    pin: str | None
    spawn: Callable[[Callable[[], Awaitable[Any]]], None]
    presence: Presence
    want: Callable[[str, str], None]
    contact: Callable[[str], None]
