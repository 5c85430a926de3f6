"""State is a fold: each entity of a document is the fold of its valid events by (lc, hash).

Events that come in order extend the entity that is there; anything else folds that entity anew
from the events in the store, in the same transaction. So every node that holds the same events
has the same entities, whatever order they came in.

A reducer also says which events are *superseded*: edited or deleted. Their content is dropped
here and now, and with it its last trace in this node's log.
"""

from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from typing import Any, Final

import orjson
import structlog
from sqlalchemy import BindParameter, Connection, bindparam, delete, select, update

from federation.bulk import BulkInsert
from federation.log.events import SALT
from federation.log.kinds import Applied, Change, Folded, Json, Kinds
from federation.log.schema import entities, events, streams
from federation.log.store import AnyRow
from federation.prepared import Prepared
from federation.writer import Tx

log = structlog.get_logger()

_EVENTS: Final = (
    select(
        events.c.hash,
        events.c.lc,
        events.c.kind,
        events.c.published,
        events.c.clock_off,
        events.c.content,
        events.c.superseded,
        events.c.missing,
        streams.c.person,
        streams.c.device,
    )
    .join(streams, streams.c.id == events.c.stream_id)
    .where(
        events.c.document_id == bindparam("document_id"),
        events.c.entity == bindparam("entity"),
        events.c.standing == "valid",
        events.c.fate == "known",
    )
    .order_by(events.c.lc, events.c.hash)
)
_THIS_EVENT: Final = (
    (events.c.document_id == bindparam("of"))
    & (events.c.entity == bindparam("in_entity"))
    & (events.c.hash == bindparam("named"))
)
_DROP: Final = Prepared(
    update(events).where(_THIS_EVENT).values(content=None, superseded=True, missing=False)
)
_WANT: Final = Prepared(
    update(events)
    .where(_THIS_EVENT, events.c.content.is_(None))
    .values(superseded=False, missing=True)
)
_PLACE: Final[dict[str, BindParameter[Any]]] = {
    name: bindparam(name) for name in ("value", "lc", "hash")
}
_THIS_ENTITY: Final = (entities.c.document_id == bindparam("of")) & (
    entities.c.key == bindparam("named")
)
_ADD_ENTITIES: Final = BulkInsert(entities, "document_id", "key", "value", "lc", "hash")
_SAVE_ENTITY: Final = Prepared(update(entities).where(_THIS_ENTITY).values(_PLACE))
_DROP_ENTITY: Final = Prepared(delete(entities).where(_THIS_ENTITY))
_STATE: Final = Prepared(
    select(entities.c.value, entities.c.lc, entities.c.hash).where(_THIS_ENTITY)
)
_QUARANTINE: Final = Prepared(update(events).where(_THIS_EVENT).values(fate="quarantined"))


@dataclass(slots=True)
class _State:
    """An entity as stored: its value, and the place of the last event in it."""

    value: Json | None = None
    lc: int = 0
    hash: str = ""


@dataclass(slots=True)
class Fold:
    """What is to be folded in one transaction: new events by entity, and entities to redo."""

    fresh: dict[str, list[Applied]] = field(default_factory=dict)
    dirty: set[str] = field(default_factory=set)

    def add(self, key: str, event: Applied) -> None:
        """Take in a new valid event."""
        self.fresh.setdefault(key, []).append(event)


def fold(tx: Tx, document_id: int, document: str, kinds: Kinds, work: Fold) -> list[Change]:
    """Bring entities up to date; return what changed.

    The new events are in the store already. Each of them is named by exactly one change; an
    entity that changed without a new event is named by a change without one.
    """
    keys = sorted(work.fresh.keys() | work.dirty)
    states = _load(tx.conn, document_id, keys)
    folder = _Folder(tx, document_id, document, kinds, states.keys())
    changes: list[Change] = []
    for key in keys:
        new = sorted(work.fresh.get(key, ()), key=_place)
        state = states.get(key, _State())
        if key in work.dirty or (new and _place(new[0]) < (state.lc, state.hash)):
            changes += folder.refold(key, state, new)
        else:
            changes += folder.extend(key, state, new)
    folder.write()
    return changes


def entity_events(conn: Connection, document_id: int, document: str, key: str) -> list[Applied]:
    """Return the valid events of an entity in their order."""
    rows = conn.execute(_EVENTS, {"document_id": document_id, "entity": key})
    return [_applied(row, document) for row in rows]


def content_value(raw: bytes | None) -> dict[str, Any] | None:
    """Return the value of stored content without its salt."""
    if raw is None:
        return None
    value: dict[str, Any] = orjson.loads(raw)
    value.pop(SALT, None)
    return value


class _Folder:
    """Folds entities of one document, and collects what is to be written."""

    def __init__(
        self, tx: Tx, document_id: int, document: str, kinds: Kinds, stored: AbstractSet[str]
    ) -> None:
        self._stored = stored
        self._tx = tx
        self._conn = tx.conn
        self._document_id = document_id
        self._document = document
        self._kinds = kinds
        self._states: dict[str, _State] = {}
        self._gone: list[str] = []
        self._dropped: list[dict[str, Any]] = []
        self._wanted: list[dict[str, Any]] = []
        self._quarantined: list[dict[str, Any]] = []

    def extend(self, key: str, state: _State, new: Sequence[Applied]) -> list[Change]:
        """Fold new events, all after the last one, on top of what is there."""
        changes = []
        for event in new:
            before = state.value
            folded = self._reduce(key, state.value, event)
            if folded is not None:
                state = _State(folded.entity, event.lc, event.hash)
                self._dropped += self._named(key, folded.superseded)
                changes.append(Change(key, before, folded.entity, event))
        self._states[key] = state
        return changes

    def refold(self, key: str, state: _State, new: Sequence[Applied]) -> list[Change]:
        """Fold all events of an entity anew."""
        rows = self._conn.execute(
            _EVENTS, {"document_id": self._document_id, "entity": key}
        ).fetchall()
        after, superseded = _State(), set[str]()
        for row in rows:
            event = _applied(row, self._document)
            folded = self._reduce(key, after.value, event)
            if folded is not None:
                after = _State(folded.entity, event.lc, event.hash)
                superseded.update(folded.superseded)
        self._settle(key, rows, superseded)
        if rows:
            self._states[key] = after
        else:
            self._gone.append(key)
        return _refolded(key, state.value, after.value, new)

    def write(self) -> None:
        """Write all entities, and drop the contents that were superseded."""
        self._tx.erases |= bool(self._dropped)
        states = self._states.items()
        new = [
            (self._document_id, key, _dumped(state.value), state.lc, state.hash)
            for key, state in states
            if key not in self._stored
        ]
        old = [self._row(key, state) for key, state in states if key in self._stored]
        _ADD_ENTITIES.execute(self._conn, new)
        for statement, names in (
            (_SAVE_ENTITY, old),
            (_DROP_ENTITY, [{"of": self._document_id, "named": key} for key in self._gone]),
            (_DROP, self._dropped),
            (_WANT, self._wanted),
            (_QUARANTINE, self._quarantined),
        ):
            statement.run_each(self._conn, names)

    def _row(self, key: str, state: _State) -> dict[str, Any]:
        return {
            "of": self._document_id,
            "named": key,
            "value": _dumped(state.value),
            "lc": state.lc,
            "hash": state.hash,
        }

    def _reduce(self, key: str, entity: Json | None, event: Applied) -> Folded | None:
        kind = self._kinds.get(event.kind)
        if kind is None:
            return None
        try:
            return kind.reduce(entity, event)
        except Exception as error:  # noqa: BLE001 - whatever a hostile content makes it raise
            # It must cost one event, not a lane. No traceback: its frames hold people's words.
            cause = type(error).__name__
            log.error("reducer failed", kind=event.kind, digest=event.hash, error=cause)  # noqa: TRY400 - a traceback would show content
            self._quarantined += self._named(key, [event.hash])
            return None

    def _settle(self, key: str, rows: Iterable[AnyRow], superseded: set[str]) -> None:
        self._dropped += self._named(
            key, [row.hash for row in rows if row.hash in superseded and not row.superseded]
        )
        self._wanted += self._named(
            key, [row.hash for row in rows if row.superseded and row.hash not in superseded]
        )

    def _named(self, key: str, hashes: Iterable[str]) -> list[dict[str, Any]]:
        return [{"of": self._document_id, "in_entity": key, "named": name} for name in hashes]


def _refolded(
    key: str, before: Json | None, after: Json | None, new: Sequence[Applied]
) -> list[Change]:
    if not new:
        return [Change(key, before, after, None)] if before != after else []
    first = Change(key, before, after, new[0])
    return [first, *(Change(key, after, after, event) for event in new[1:])]


def _load(conn: Connection, document_id: int, keys: Sequence[str]) -> Mapping[str, _State]:
    found: dict[str, _State] = {}
    for key in keys:
        row = _STATE.first(conn, of=document_id, named=key)
        if row is not None:
            value, lc, hashed = row
            found[key] = _State(None if value is None else orjson.loads(value), lc, hashed)
    return found


def _applied(row: AnyRow, document: str) -> Applied:
    return Applied(
        row.hash,
        document,
        row.person,
        row.device,
        row.lc,
        row.kind,
        row.published,
        content_value(row.content),
        row.clock_off,
    )


def _dumped(value: Json | None) -> bytes | None:
    return None if value is None else orjson.dumps(value)


def _place(event: Applied) -> tuple[int, str]:
    return event.lc, event.hash
