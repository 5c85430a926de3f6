"""Long pieces of work: which wait, how far each has come, and whose turn it is.

Nothing here is stored: what is unfinished is known from the database, and begins anew after a
restart.
"""

import asyncio
from dataclasses import dataclass, field


@dataclass(slots=True)
class Worklist:
    """Work by id. One piece is done at a time, which also bounds the memory that it takes."""

    turn: asyncio.Lock = field(default_factory=asyncio.Lock)
    _waiting: "asyncio.Queue[str]" = field(default_factory=asyncio.Queue)
    _progress: dict[str, float] = field(default_factory=dict)

    def add(self, identifier: str) -> None:
        """Let a piece of work be done later."""
        self._waiting.put_nowait(identifier)

    async def next(self) -> str:
        """Wait for the next piece of work."""
        return await self._waiting.get()

    def advance(self, identifier: str, share: float) -> None:
        """Note how far a piece of work has come, 0 to 1."""
        self._progress[identifier] = share

    def finish(self, identifier: str) -> None:
        """Forget a piece of work."""
        self._progress.pop(identifier, None)

    def progress(self, identifier: str) -> float:
        """Return how far a piece of work has come; 0 of one that waits."""
        return self._progress.get(identifier, 0.0)
