"""The world of the demo: a directory, Alice and Bob, with their homes, ports and processes."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import aiohttp

from portfolio.demo.planner import Addresses, Planner, until, wait_healthy
from portfolio.demo.processes import Command, free_port

APP_PORT: Final = 8000
FEDERATION_PORT: Final = 8100
DIRECTORY_PORT: Final = 9000
FRIENDS_TIMEOUT_S: Final = 20.0
NEARBY_TIMEOUT_S: Final = 45.0  # multicast DNS asks again at growing intervals


class DirectoryNode:
    """The directory in a process of its own."""

    def __init__(self, home: Path, port: int) -> None:
        self.url = f"http://127.0.0.1:{port}"
        listen = ("directory", "--listen", f"127.0.0.1:{port}", "--home", str(home))
        self.command = Command(listen, home.parent / "directory.log")

    async def start(self) -> None:
        """Start it and wait until it answers."""
        await self.command.start()
        await wait_healthy(self.url, self.command, "the directory")

    async def active_users(self) -> int:
        """Return how many planners are connected to it; records alone outlive a restart."""
        async with aiohttp.ClientSession() as session, session.get(f"{self.url}/health") as answer:
            return int((await answer.json())["active_users"])


@dataclass(slots=True)
class World:
    """Everybody who takes part; `directory` is None in a demo on the LAN alone."""

    alice: Planner
    bob: Planner
    directory: DirectoryNode | None

    def options(self) -> tuple[str, ...]:
        """Return the options that both planners are served with."""
        if self.directory is None:
            return ("--lan-interface", "127.0.0.1")
        return ("--directory", self.directory.url, "--no-lan")

    async def start(self) -> None:
        """Start everybody at once; each planner waits for the directory to answer."""
        listening = asyncio.Event()

        async def join(planner: Planner) -> None:
            await planner.prepare()
            await listening.wait()
            await planner.start(*self.options())

        async with asyncio.TaskGroup() as group:
            for planner in (self.alice, self.bob):
                group.create_task(join(planner))
            if self.directory is not None:
                await self.directory.start()
            listening.set()

    async def befriend(self) -> None:
        """Make them friends, by invite or by what the network shows; nothing if they are."""
        friends = {f["did"]: f for f in (await self.alice.get("/friends"))["items"]}
        bob = (await self.bob.get("/me"))["did"]
        if friends.get(bob, {}).get("state") == "friend":
            return
        if self.directory is None:
            await self._meet_nearby(bob)
        else:
            invite = await self.alice.post("/friends/invites")
            await self.bob.post("/friends", {"invite": invite["invite"]})

        async def both() -> bool:
            for planner in (self.alice, self.bob):
                listed = (await planner.get("/friends"))["items"]
                if not any(friend["state"] == "friend" for friend in listed):
                    return False
            return True

        await until(both, FRIENDS_TIMEOUT_S, "Alice and Bob to become friends")

    async def _meet_nearby(self, bob: str) -> None:
        """Both let people nearby find them; Bob sees Alice and asks, Alice accepts."""
        alice = (await self.alice.get("/me"))["did"]
        for planner in (self.alice, self.bob):
            await planner.call("PATCH", "/settings", {"nearby": True})

        async def seen() -> bool:
            return any(one["did"] == alice for one in (await self.bob.get("/nearby"))["items"])

        async def asked() -> bool:
            listed = (await self.alice.get("/friends"))["items"]
            return any(one["did"] == bob and one["state"] == "incoming" for one in listed)

        await until(seen, NEARBY_TIMEOUT_S, "Bob to see Alice on the network")
        await self.bob.post("/friends", {"did": alice})
        await until(asked, FRIENDS_TIMEOUT_S, "Bob's request to reach Alice")
        await self.alice.call("PATCH", f"/friends/{bob}", {"state": "friend"})


@contextlib.asynccontextmanager
async def opened(
    home: Path, *, lan: bool = False, any_ports: bool = False
) -> AsyncIterator[World]:
    """Start everybody; stop everybody at the end, whatever happened in between.

    `lan`: no directory, they find each other on the local network. `any_ports`: whatever is free
    instead of the well-known ports and those next to them.
    """
    await asyncio.to_thread(home.mkdir, parents=True, exist_ok=True, mode=0o700)
    taken: set[int] = set()

    def port(wanted: int) -> int:
        return free_port(0 if any_ports else wanted, taken)

    directory = None if lan else DirectoryNode(home / "directory", port(DIRECTORY_PORT))
    ports = [Addresses(port(APP_PORT), port(FEDERATION_PORT)) for _ in range(2)]
    async with (
        Planner("Alice", home / "alice", ports[0]) as alice,
        Planner("Bob", home / "bob", ports[1]) as bob,
    ):
        world = World(alice, bob, directory)
        try:
            await world.start()
            yield world
        finally:
            if directory is not None:
                await directory.command.stop()
