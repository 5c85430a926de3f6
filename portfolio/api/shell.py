"""What the shell's own resources use beyond the planner's services: door, hub, node, version."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from aiohttp import web

from portfolio.api.gate import Gate
from portfolio.live import Hub
from portfolio.services.access import Door, Entropy
from portfolio.services.profile import Preferences, Profile


@dataclass(frozen=True, slots=True)
class Status:
    """How the node is doing: its directory, its look-out on the LAN, and where it listens."""

    directory: str
    nearby: str
    app: str = ""
    federation: str | None = None  # none with --solo
    public_urls: tuple[str, ...] = ()  # where others are told to reach it
    replaced: bool = False  # another device of this person has taken over


@dataclass(frozen=True, slots=True)
class Shell:
    """The outer parts of a running planner."""

    gate: Gate
    door: Door
    hub: Hub
    entropy: Entropy
    version: str
    tls: bool
    status: Callable[[], Status]
    profile_changed: Callable[[Profile], None]
    preferences_changed: Callable[[Preferences], None]
    document: Callable[[], bytes]  # the OpenAPI document, made when it is first asked for


SHELL: Final = web.AppKey("shell", Shell)
