"""People nearby: strangers on the local network who are open to be found and said hello. Pure.

Only who proved themselves by hello is listed, and only for as long as the mode lasts.
"""

from collections.abc import Callable
from dataclasses import dataclass

from federation.wire import NEARBY_S, limit


@dataclass(frozen=True, slots=True)
class Neighbour:
    """A person nearby, as they proved and named themselves in their hello."""

    did: str
    name: str
    address: str
    port: int


class Nearby:
    """The list that the page shows. `monotonic` is seconds of a clock that never jumps."""

    def __init__(self, monotonic: Callable[[], float]) -> None:
        self._monotonic = monotonic
        self._met: dict[str, tuple[Neighbour, float]] = {}

    def met(self, neighbour: Neighbour) -> None:
        """Note a stranger who answered hello as themselves."""
        self._forget()
        if neighbour.did in self._met or len(self._met) < limit("lan_names"):
            self._met[neighbour.did] = (neighbour, self._monotonic() + NEARBY_S)

    def left(self, did: str) -> None:
        """Forget somebody: a friend now, or gone."""
        self._met.pop(did, None)

    def people(self) -> tuple[Neighbour, ...]:
        """Return who is nearby, by name."""
        self._forget()
        neighbours = (neighbour for neighbour, _ in self._met.values())
        return tuple(sorted(neighbours, key=lambda one: (one.name.casefold(), one.did)))

    def _forget(self) -> None:
        now_s = self._monotonic()
        for did in [did for did, (_, until_s) in self._met.items() if until_s <= now_s]:
            del self._met[did]
