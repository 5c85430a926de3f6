"""Who is there: told by hello and lanes alone, never by announcements (PROTOCOL §6).

A person is online while one of their devices answers me, or has called me a short while ago.
When a device that used to answer stops answering, what it said before does not count any more.
"""

from collections.abc import Callable
from typing import Final

from federation.wire import PRESENCE_S

HEARD_FOR_S: Final = 1.5 * PRESENCE_S
TOUCH_S: Final = 60.0  # `last_contact` is written at most so often


class Presence:
    """Presence of people by their devices. `changed` is called with (person, online)."""

    def __init__(self, changed: Callable[[str, bool], None]) -> None:
        self._changed = changed
        self._up: dict[str, set[str]] = {}
        self._heard_s: dict[str, float] = {}
        self._online: set[str] = set()
        self._touched_s: dict[str, float] = {}

    def is_online(self, person: str) -> bool:
        """Say whether a person's planner is there."""
        return person in self._online

    def reached(self, person: str, device: str) -> None:
        """A device answered me."""
        self._up.setdefault(person, set()).add(device)
        self._set(person, online=True)

    def heard(self, person: str, now_s: float) -> None:
        """A device called me."""
        self._heard_s[person] = now_s
        self._set(person, online=True)

    def lost(self, person: str, device: str) -> None:
        """A device did not answer me."""
        devices = self._up.get(person)
        if devices is None or device not in devices:
            return
        devices.discard(device)
        if not devices:
            del self._up[person]
            self._heard_s.pop(person, None)
            self._set(person, online=False)

    def sweep(self, now_s: float) -> None:
        """Let go of those who only called me, and do so no more."""
        for person, heard_s in list(self._heard_s.items()):
            if now_s - heard_s > HEARD_FOR_S:
                del self._heard_s[person]
                if person not in self._up:
                    self._set(person, online=False)

    def wants_touch(self, person: str, now_s: float) -> bool:
        """Say whether the time of this contact should be written down; true once a minute."""
        if now_s - self._touched_s.get(person, -TOUCH_S) < TOUCH_S:
            return False
        self._touched_s[person] = now_s
        return True

    def _set(self, person: str, *, online: bool) -> None:
        if (person in self._online) is online:
            return
        if online:
            self._online.add(person)
        else:
            self._online.discard(person)
        self._changed(person, online)
