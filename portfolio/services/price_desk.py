"""Where a person's wish for fresh prices waits until whoever fetches them looks."""

import asyncio
from dataclasses import dataclass, field


@dataclass(slots=True)
class PriceDesk:
    """Wishes by provider; of some instruments, or of all (an empty set)."""

    awake: asyncio.Event = field(default_factory=asyncio.Event)
    _wishes: dict[str, frozenset[str]] = field(default_factory=dict)

    def ask(self, provider: str, symbols: frozenset[str] = frozenset()) -> None:
        """Wish for fresh prices. Call it on the event loop."""
        before = self._wishes.get(provider)
        everything = not symbols or before == frozenset()
        self._wishes[provider] = frozenset() if everything else symbols | (before or frozenset())
        self.awake.set()

    def take(self) -> dict[str, frozenset[str]]:
        """Return the wishes so far, and forget them."""
        taken, self._wishes = self._wishes, {}
        return taken

    @property
    def waiting(self) -> frozenset[str]:
        """The providers that somebody waits for."""
        return frozenset(self._wishes)
