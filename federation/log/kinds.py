"""What an application tells federation: its event kinds, and what it wants to hear.

Federation carries events without knowing what they mean. An application registers `Kind`s:
for each, the class that decides who may write it, a check of its content, the one *entity* of
the document that it changes, and a pure reducer. A document's state is a map of entities; each
event folds exactly one, in the order (lc, hash), so an event out of order refolds one entity.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, Protocol

from federation.errors import LocalProtocolError
from federation.writer import Tx

Json = Mapping[str, Any]
EventClass = Literal["comment", "edit", "grant", "close"]
RoleName = Literal["none", "viewer", "commenter", "editor", "owner"]


@dataclass(frozen=True, slots=True)
class Applied:
    """A valid event as a reducer sees it. `content` is None when it was dropped.

    `clock_off` says that `published` cannot be right. It is this node's own view: what a reducer
    folds must not depend on it.
    """

    hash: str
    doc: str
    author: str
    device: str
    lc: int
    kind: str
    published: str
    content: Json | None
    clock_off: bool = False


@dataclass(frozen=True, slots=True)
class Folded:
    """A reducer's answer: the entity afterwards, and events whose content is now superseded."""

    entity: Json | None
    superseded: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of event.

    `name` ends in its number: "comment.added/1". `cls` decides who may write it. `verb` is the
    ActivityStreams type on the wire. `documents` are the document kinds it may stand in.
    `check` raises ValueError on content that is not of this kind (it gets it without the salt).
    `entity` names the entity it changes. `reduce` is pure and tolerates a missing entity.
    """

    name: str
    cls: EventClass
    verb: Literal["Create", "Update", "Delete", "Add", "Remove"]
    documents: frozenset[str]
    check: Callable[[Json], None]
    entity: Callable[[Applied], str]
    reduce: Callable[[Json | None, Applied], Folded]


class Kinds:
    """The registry; a name registered twice is a start-up error."""

    def __init__(self, kinds: Iterable[Kind]) -> None:
        self._kinds: dict[str, Kind] = {}
        for kind in kinds:
            if kind.name in self._kinds:
                raise LocalProtocolError(f"event kind {kind.name} is registered twice")
            self._kinds[kind.name] = kind

    def get(self, name: str) -> Kind | None:
        """Return the kind, or None when this version does not know it."""
        return self._kinds.get(name)

    def names(self) -> tuple[str, ...]:
        """Return all names, sorted."""
        return tuple(sorted(self._kinds))


@dataclass(frozen=True, slots=True)
class Document:
    """A document as this node knows it. `role` is my own current role."""

    id: str
    kind: str
    nonce: str
    owner: str
    role: RoleName


@dataclass(frozen=True, slots=True)
class Change:
    """One entity before and after; `event` is None when it was refolded without a new event."""

    key: str
    before: Json | None
    after: Json | None
    event: Applied | None


@dataclass(frozen=True, slots=True)
class MemberChange:
    """A person's role in a document before and after; `by` are they themselves if they left."""

    person: str
    before: RoleName
    after: RoleName
    by: str
    published: str


@dataclass(frozen=True, slots=True)
class Gap:
    """What keeps a document from being shown whole.

    `known` counts the events that are known to exist, `missing` those of them that are not here,
    or without their content, `unknown` those that a newer version of this program understands.
    `forked` names people of whom two different events of one number exist.
    """

    known: int = 0
    missing: int = 0
    unknown: int = 0
    forked: tuple[str, ...] = ()


class Application(Protocol):
    """What the application hears. All but the last two run inside the transaction."""

    def document_opened(self, tx: Tx, document: Document, sender: str) -> None:
        """A document became known here: created by me (`sender` is me), or taken from a friend."""

    def entities_changed(self, tx: Tx, document: Document, changes: Sequence[Change]) -> None:
        """Entities changed: update read tables, feed, notifications, live messages."""

    def members_changed(self, tx: Tx, document: Document, changes: Sequence[MemberChange]) -> None:
        """Roles changed."""

    def document_closed(self, tx: Tx, document: Document, reason: str) -> None:
        """I lost it (`reason` removed) or left it (left): erase all its content everywhere."""

    def delivery_changed(self, tx: Tx, doc: str, person: str) -> None:
        """A receipt or a final refusal of that person's node for this document arrived."""

    def friend_changed(self, tx: Tx, person: str, before: str | None, after: str | None) -> None:
        """A friendship changed state: None, outgoing, incoming, friend, blocked, key_changed."""

    def device_added(self, tx: Tx, person: str) -> None:
        """A person I know runs their planner on a new device; it is accepted."""

    def replaced(self, tx: Tx) -> None:
        """A newer identity record of my own does not list this device: nobody listens to it."""

    def gap_changed(self, tx: Tx, doc: str, gap: Gap) -> None:
        """What is known to exist of a document but is not here, or not understood."""

    def forked(self, tx: Tx, doc: str, person: str) -> None:
        """A person signed two different events of one number; no more of that stream is taken."""

    def presence_changed(self, person: str, online: bool) -> None:  # noqa: FBT001 - a state
        """A friend's node came or went. Not in a transaction."""

    def directory_changed(self, state: str) -> None:
        """The directory is `connected`, `away` or `off`. Not in a transaction."""
