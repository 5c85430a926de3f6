"""Lines of a native batch, and which of their events are authentic (PROTOCOL §4, §5).

One line, canonical, for each item: `{"content": {…}, "event": {…}}`, `{"event": {…}}` when
the content was dropped, or `{"record": {…}}`.

One signature vouches for a run of events: an event whose own proof is good proves the event
that its `prev` names, and that one the one before. So a page of 500 events of one author costs
one verification; every hash is still computed from the bytes at hand. `authenticate` is pure
and needs no database: run it off the event loop, before the transaction.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, Literal

import orjson

from federation.errors import MalformedError
from federation.log.events import SALT, Event, event_of, verify
from federation.wire import limit
from keys.canonical import check_ijson, jcs
from keys.errors import NotCanonicalError
from keys.multiformats import digest

Vouch = Literal["proof", "chain", "none"]
_CONTENT_BYTES_MAX: Final = limit("content")


@dataclass(slots=True)
class EventLine:
    """An event of a batch, its content, and what vouches for it.

    `vouch` is `proof` when its own signature was checked, `chain` when a later event of the
    batch reaches it, `none` when neither holds. `content` is None when it did not come along;
    `value` is the content without its salt.
    """

    event: Event
    content: bytes | None
    value: dict[str, Any] | None
    vouch: Vouch = "none"


@dataclass(frozen=True, slots=True)
class RecordLine:
    """A self-signed record of a batch, not yet verified."""

    value: dict[str, Any]
    raw: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class BadLine:
    """A line that is no item, with the reason of its refusal."""

    reason: str
    detail: str


Authenticated = EventLine | RecordLine | BadLine


def event_line(raw: bytes, content: bytes | None) -> bytes:
    """Return the line of an event with its content, or without when it was dropped."""
    if content is None:
        return b'{"event":' + raw + b"}"
    return b'{"content":' + content + b',"event":' + raw + b"}"


def record_line(raw: bytes) -> bytes:
    """Return the line of a record."""
    return b'{"record":' + raw + b"}"


def split_batch(body: bytes, items_max: int) -> list[bytes]:
    """Return the lines of a batch; the last one may end with a newline or not.

    Raises:
        MalformedError: `size` when there are more than `items_max`, or none.
    """
    lines = body.removesuffix(b"\n").split(b"\n", items_max)
    if len(lines) > items_max or not body:
        raise MalformedError("size", f"a batch holds 1 to {items_max} items")
    return lines


def authenticate(lines: Iterable[bytes]) -> list[Authenticated]:
    """Return the items of a batch, each event with what vouches for it. Pure."""
    items = [parse_line(line) for line in lines]
    vouch(item for item in items if isinstance(item, EventLine))
    return items


def vouch(events: Iterable[EventLine]) -> None:
    """Mark which events are authentic, with as few verifications as the chains allow."""
    streams: dict[tuple[str, str], list[EventLine]] = {}
    for item in events:
        streams.setdefault((item.event.doc, item.event.stream), []).append(item)
    for run in streams.values():
        run.sort(key=_seq)
        _vouch_stream(run)


def _vouch_stream(run: Sequence[EventLine]) -> None:
    proven: set[str] = set()  # hashes that a vouched event names as its predecessor
    for item in reversed(run):
        event = item.event
        if event.hash in proven:
            item.vouch = "chain"
        elif verify(event):
            item.vouch = "proof"
        else:
            continue
        if event.prev is not None:
            proven.add(event.prev)


def _seq(item: EventLine) -> int:
    return item.event.seq


def parse_line(line: bytes) -> Authenticated:
    """Return the item of one line; nothing vouches for it yet."""
    try:
        return _parse(line)
    except MalformedError as error:
        return BadLine(error.reason, error.detail)


def _parse(line: bytes) -> Authenticated:
    try:
        value = orjson.loads(line)
        if jcs(value) != line:
            raise MalformedError("not_canonical", "another spelling")
    except (orjson.JSONDecodeError, NotCanonicalError) as error:
        raise MalformedError("not_canonical", str(error)) from error
    if not isinstance(value, dict):
        raise MalformedError("schema", "a line is an object")
    names = tuple(value)
    if names == ("content", "event"):
        return _with_content(value["content"], value["event"], line)
    if names == ("event",):
        return EventLine(event_of(value["event"], line[len('{"event":') : -1]), None, None)
    if names == ("record",) and isinstance(value["record"], dict):
        _check(value["record"])
        return RecordLine(value["record"], line[len('{"record":') : -1])
    raise MalformedError("schema", "a line holds an event or a record")


def _with_content(value: object, event: object, line: bytes) -> EventLine:
    if not isinstance(value, dict):
        raise MalformedError("schema", "content is an object")
    content = jcs(value)
    if len(content) > _CONTENT_BYTES_MAX:
        raise MalformedError("size", f"a content of {len(content)} bytes")
    _check(value)
    start = len('{"content":') + len(content) + len(',"event":')
    parsed = event_of(event, line[start:-1])
    if digest(content) != parsed.digest:
        raise MalformedError("content_digest", "the content is another than the event names")
    value.pop(SALT, None)
    return EventLine(parsed, content, value)


def _check(value: object) -> None:
    try:
        check_ijson(value)
    except NotCanonicalError as error:
        raise MalformedError("not_canonical", str(error)) from error
