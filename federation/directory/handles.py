"""Handles: short names that lead to a person. Pure.

A handle is claimed first come, first served, by a signed value of its own, and kept for a year
after its last renewal. It only ever *starts* a friendship: what is trusted afterwards is the key.
So that nobody starts one with the wrong person, a name that looks like a held one is refused:
two names look alike when their skeletons are equal (the idea of Unicode TR 39, for our alphabet).
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from federation.directory.registrations import (
    Verdict,
    check_number,
    decide,
    parse_identity,
    vouch,
)
from federation.errors import MalformedError, RefusedError, UnauthenticError
from federation.wire import limit
from keys.canonical import jcs
from keys.errors import KeysError
from keys.identity import IdentityRecord
from keys.purposes import verify_value

HANDLE: Final = "handle"
HANDLE_CHARS_MIN: Final = 3
HANDLE_CHARS_MAX: Final = 30
RESERVED: Final = frozenset(
    {"abuse", "admin", "administrator", "directory", "help", "host", "info", "postmaster"}
    | {"root", "security", "support", "system", "webmaster"}
)

_HANDLE: Final = re.compile(r"[a-z0-9]+(?:[.-][a-z0-9]+)*")
_LOOK_ALIKE: Final = (("rn", "m"), ("vv", "w"), ("0", "o"), ("1", "l"), ("i", "l"))
_SEPARATORS: Final = str.maketrans("", "", ".-")


@dataclass(frozen=True, slots=True)
class Claim:
    """A verified claim to a handle."""

    handle: str
    did: str
    device: str
    number: int
    record: bytes  # canonical, as signed


@dataclass(frozen=True, slots=True)
class Held:
    """A claim as the directory keeps it."""

    handle: str
    did: str
    number: int
    record: bytes
    renewed: datetime

    def is_kept(self, now: datetime) -> bool:
        """Tell whether the name still belongs to its person."""
        return now < self.renewed + timedelta(seconds=limit("handle_lifetime"))


def check_handle(text: object) -> str:
    """Return a handle: 3 to 30 of a-z, 0-9, single dots and dashes between them.

    Raises:
        MalformedError: any other text, or a name that is kept for the directory itself.
    """
    if (
        not isinstance(text, str)
        or not HANDLE_CHARS_MIN <= len(text) <= HANDLE_CHARS_MAX
        or not _HANDLE.fullmatch(text)
    ):
        raise MalformedError("handle", "3 to 30 of a-z, 0-9, and . or - between them")
    if skeleton(text) in _RESERVED_SKELETONS:
        raise MalformedError("handle", "the name is reserved")
    return text


def skeleton(handle: str) -> str:
    """Return what a handle looks like: equal for two that a reader could take for each other."""
    text = handle.translate(_SEPARATORS)
    for seen, taken_for in _LOOK_ALIKE:
        text = text.replace(seen, taken_for)
    return text


_RESERVED_SKELETONS: Final = frozenset(skeleton(name) for name in RESERVED)


def parse_claim(body: Mapping[str, Any]) -> tuple[Claim, IdentityRecord]:
    """Check a claim, `{"claim": …, "identity": …}`, and return it with who vouches for it.

    Raises:
        MalformedError: not of its form, or no handle.
        UnauthenticError: the signature does not verify, or the device is not the person's.
    """
    value = body.get("claim")
    if not isinstance(value, dict) or value.get("type") != HANDLE:
        raise MalformedError("schema", "a claim is of type handle")
    try:
        verify_value(HANDLE, value)
    except KeysError as error:
        raise UnauthenticError("signature", str(error)) from error
    identity = parse_identity(body.get("identity"))
    vouch(value, identity)
    handle = check_handle(value["handle"])
    number = check_number(value["number"])
    return Claim(handle, identity.did, value["by"], number, jcs(value)), identity


def decide_claim(
    alike: Sequence[Held], own: Sequence[Held], offered: Claim, now: datetime
) -> Held | None:
    """Return the person's held claim that this one renews, or None for a new name.

    Args:
        alike: All held names of the same skeleton.
        own: All names that this person holds.
        offered: The claim.
        now: Names that were not renewed for a year count no more.

    Raises:
        RefusedError: `taken` by somebody else, or looks like a name that is; `stale` number;
            `too_many` names.
    """
    if any(held.did != offered.did and held.is_kept(now) for held in alike):
        raise RefusedError("taken", "somebody has this name, or one that looks like it")
    same = next((held for held in own if held.handle == offered.handle), None)
    if same is not None:
        if decide((same.number, same.record), offered.number, offered.record) is Verdict.STALE:
            raise RefusedError("stale", "a newer claim is kept")
        return same
    if sum(held.is_kept(now) for held in own) >= limit("handles_per_person"):
        raise RefusedError("too_many", "this person holds as many names as one may")
    return None
