"""Live messages: the closed list, and a model of each one's data.

A message is `{n, type, data}`. `data.id` names the thing that changed, `data.who` the person
(a did) who changed it, the rest what changed. No text and no amount ever stands in one: a page
that may see them reads them, so a revocation leaves nothing behind here.
"""

from typing import Any, Final, Literal

import orjson
from pydantic import BaseModel, ConfigDict

MessageType = Literal[
    "hello",
    "position_shared",
    "position_updated",
    "share_revoked",
    "comment_added",
    "comment_edited",
    "comment_deleted",
    "delivery_changed",
    "friend_requested",
    "friend_added",
    "friend_removed",
    "friend_online",
    "friend_offline",
    "notification",
    "prices_changed",
    "sync_gap",
    "directory_state",
    "resync",
]


class Data(BaseModel):
    """Base of all data; a member left unset is absent."""

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)


class Hello(Data):
    """First message of a socket, and the answer to any text: whose planner; `n` goes on from."""

    who: str
    version: str


class PositionShared(Data):
    """Somebody shared a position with me, or I with somebody: `did` has `role` now."""

    id: str
    who: str
    did: str
    role: str
    amounts: bool = False


class PositionUpdated(Data):
    """Fields of a position changed, or it was created, or (with `deleted`) deleted."""

    id: str
    who: str
    fields: tuple[str, ...] = ()
    deleted: bool = False


class ShareRevoked(Data):
    """`did` is no longer a member of the position."""

    id: str
    who: str
    did: str


class CommentChanged(Data):
    """A comment was added, edited or deleted; `id` is the comment's."""

    id: str
    who: str
    position_id: str


class DeliveryChanged(Data):
    """What is known of a friend's copy of a position changed."""

    id: str
    who: str
    delivery: str


class FriendChanged(Data):
    """A friendship, or a friend's presence, changed; `id` and `who` are the friend's did."""

    id: str
    who: str
    state: str | None = None


class Notification(Data):
    """A new notification; `n` of it orders the list."""

    id: str
    who: str
    kind: str
    position_id: str | None = None


class PricesChanged(Data):
    """Prices or exchange rates came in; of these instruments, or of any when none is named."""

    id: str
    symbols: tuple[str, ...] = ()


class SyncGap(Data):
    """What is known to exist of a position and cannot be shown, as in its `complete`."""

    id: str
    who: str | None = None
    known: int
    missing: int
    unknown: int = 0
    forked: tuple[str, ...] = ()


class DirectoryState(Data):
    """The directory is connected, away or off."""

    state: str


class Resync(Data):
    """The messages since `since` are no longer kept: read everything again."""


MESSAGES: Final[dict[MessageType, type[Data]]] = {
    "hello": Hello,
    "position_shared": PositionShared,
    "position_updated": PositionUpdated,
    "share_revoked": ShareRevoked,
    "comment_added": CommentChanged,
    "comment_edited": CommentChanged,
    "comment_deleted": CommentChanged,
    "delivery_changed": DeliveryChanged,
    "friend_requested": FriendChanged,
    "friend_added": FriendChanged,
    "friend_removed": FriendChanged,
    "friend_online": FriendChanged,
    "friend_offline": FriendChanged,
    "notification": Notification,
    "prices_changed": PricesChanged,
    "sync_gap": SyncGap,
    "directory_state": DirectoryState,
    "resync": Resync,
}


def write_data(kind: MessageType, data: dict[str, Any]) -> str:
    """Return the JSON of a message's data.

    Raises:
        pydantic.ValidationError: it is not the data of that message; a fault of the caller.
    """
    MESSAGES[kind].model_validate(data)
    return orjson.dumps(data).decode()
