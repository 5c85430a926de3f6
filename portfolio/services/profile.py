"""Who this planner belongs to, and how its person likes it."""

import hashlib
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Final, Literal

from sqlalchemy import Connection

from federation.wire import limit
from federation.writer import Tx
from portfolio.storage import settings

Visibility = Literal["everyone", "contacts", "nobody"]
Theme = Literal["system", "light", "dark"]
Colour = Literal["iris", "teal", "amber", "rose", "sky", "olive", "plum", "slate"]
_PROFILE: Final = "profile"
_PREFERENCES: Final = "preferences"


@dataclass(frozen=True, slots=True)
class Profile:
    """How friends see this person: a name, and a handle that the directory may know."""

    name: str
    handle: str | None = None


@dataclass(frozen=True, slots=True)
class Preferences:
    """What the person chose.

    `visibility` says who may find this planner through the directory, `nearby` whether people
    on the same network may; with `through_owner` other members of what I see are not told where
    it is, and reach it through the owner alone; the rest is for the page: `colour` of one's own
    name, `welcomed` once the first steps are done, `checklist` while the list of things to try
    is shown.
    `alerts` tell when the price of an idea's instrument is within `alert_percent` of a level.
    `price_provider` is asked for prices every `price_hours`; None: nobody is. With
    `rates_refresh` the European Central Bank is asked for exchange rates once a day.
    `nearby_until` is when `nearby` ends by itself.
    """

    visibility: Visibility = "contacts"
    nearby: bool = False
    through_owner: bool = False
    currency: str = "USD"
    language: str = "en"
    theme: Theme = "system"
    colour: Colour = "iris"
    welcomed: bool = False
    checklist: bool = True
    alerts: bool = True
    alert_percent: str = "1"
    price_provider: str | None = None
    price_hours: int = 12
    rates_refresh: bool = False
    nearby_until: str | None = None

    def at(self, now: datetime) -> "Preferences":
        """Return the preferences as they are now: to be found nearby lasts ten minutes."""
        until = None if self.nearby_until is None else datetime.fromisoformat(self.nearby_until)
        return replace(self, nearby=self.nearby and until is not None and now < until)


def fingerprint(did: str) -> str:
    """Return 30 digits, in groups of 5, that stand for a person's key.

    Two devices of one person show the same; they are the first digits of SHA-512 over the did,
    five bytes each as in a safety number.
    """
    hashed = hashlib.sha512(did.encode()).digest()
    groups = (int.from_bytes(hashed[i : i + 5], "big") % 100_000 for i in range(0, 30, 5))
    return " ".join(f"{group:05d}" for group in groups)


def read_profile(conn: Connection) -> Profile:
    """Return the profile; before `init` wrote one, an unnamed one."""
    return Profile(**settings.read(conn, _PROFILE, {"name": "me"}))


def write_profile(tx: Tx, profile: Profile) -> Profile:
    """Store the profile."""
    settings.write(tx.conn, _PROFILE, asdict(profile))
    return profile


def change_profile(tx: Tx, changes: dict[str, Any]) -> Profile:
    """Change what `changes` names; return the profile afterwards."""
    return write_profile(tx, replace(read_profile(tx.conn), **changes))


def read_preferences(conn: Connection) -> Preferences:
    """Return the preferences."""
    return Preferences(**settings.read(conn, _PREFERENCES, {}))


def change_preferences(tx: Tx, changes: dict[str, Any]) -> Preferences:
    """Change what `changes` names; return the preferences afterwards."""
    changed = replace(read_preferences(tx.conn), **changes)
    if "nearby" in changes:
        until = tx.now + timedelta(seconds=limit("nearby_time"))
        changed = replace(changed, nearby_until=until.isoformat() if changed.nearby else None)
    settings.write(tx.conn, _PREFERENCES, asdict(changed))
    return changed
