"""What one lane still owes its peer: per document their heads, and own events not yet there.

Pure bookkeeping. `theirs` is only a cache of what the peer said last: every answer replaces it,
and lower heads rewind the lane. New events wait here with their bytes and go out without a
database read, as long as they continue what the peer has; otherwise the document is *due* and
its pages are read from the log.
"""

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from federation.net.outgoing import OwnLine

OPENING_MAX: Final = 40  # leaves room for records in the same batch
LINES_MAX: Final = 200  # kept in memory per document and peer; beyond it the log is read


@dataclass(slots=True)
class DocumentBacklog:
    """One document's share. `theirs` is None when nothing is known of the peer's heads."""

    theirs: dict[str, int] | None = None
    lines: deque[OwnLine] = field(default_factory=deque)
    due: bool = False

    def has_work(self) -> bool:
        """Say whether something could be sent."""
        return self.due or bool(self.lines)


class Backlog:
    """All documents of one lane. `is_own` says whether a stream is of a device of mine."""

    def __init__(self, is_own: Callable[[str], bool]) -> None:
        self._is_own = is_own
        self.docs: dict[str, DocumentBacklog] = {}
        self._asked: dict[str, None] = {}  # in order; among thousands only these may have work

    def of(self, doc: str) -> DocumentBacklog:
        """Return a document's share. Who gives it work asks for it here each time."""
        self._asked[doc] = None
        return self.docs.setdefault(doc, DocumentBacklog())

    def has_work(self) -> bool:
        """Say whether anything could be sent."""
        return any(True for _ in self._working())

    def _working(self) -> Iterator[tuple[str, DocumentBacklog]]:
        for doc in tuple(self._asked):
            share = self.docs.get(doc)
            if share is not None and share.has_work():
                yield doc, share
            else:
                self._asked.pop(doc, None)

    def offer(self, line: OwnLine) -> None:
        """Take an event that was just appended."""
        share = self.of(line.doc)
        share.lines.append(line)
        if len(share.lines) > LINES_MAX:
            share.lines.clear()
            share.due = True

    def postpone(self, doc: str) -> None:
        """Owe a document without keeping its events in memory."""
        share = self.of(doc)
        share.lines.clear()
        share.due = True

    def begin(self, doc: str, lines: Sequence[OwnLine]) -> None:
        """Take a whole new document; what is too much for one batch is read from the log.

        A document is opened by a batch that holds its Genesis and the reader's grant; pages put
        those first, memory holds them in the order in which they were written.
        """
        fits = len(lines) <= OPENING_MAX
        self._asked[doc] = None
        self.docs[doc] = DocumentBacklog({}, deque(lines if fits else ()), due=not fits)

    def settle(self, doc: str, theirs: Mapping[str, int], mine: Mapping[str, int]) -> bool:
        """Take the peer's heads as it said them; return whether it has what I lack.

        Args:
            doc: The document.
            theirs: {stream: seq} there.
            mine: {stream: seq} here.
        """
        share = self.of(doc)
        share.theirs = dict(theirs)
        while share.lines and share.lines[0].seq <= theirs.get(share.lines[0].stream, 0):
            share.lines.popleft()
        waiting = {line.stream: line.seq for line in reversed(share.lines)}
        share.due = any(
            self._is_own(stream)
            and theirs.get(stream, 0) < seq
            and waiting.get(stream) != theirs.get(stream, 0) + 1
            for stream, seq in mine.items()
        )
        if share.due:
            share.lines.clear()
        return any(seq > mine.get(stream, 0) for stream, seq in theirs.items())

    def take(self, items_max: int, bytes_max: int) -> list[OwnLine]:
        """Return lines from memory that continue what the peer has, within the bounds.

        They stay here until the peer's answer says that it has them.
        """
        taken: list[OwnLine] = []
        size = 0
        for doc, share in self._working():
            if share.due or not share.lines:
                continue
            if share.theirs is None:
                share.due = True
                continue
            for line in _continuing(share):
                size += len(line.line) + 1
                if len(taken) == items_max or size > bytes_max:
                    return taken
                taken.append(line)
            if share.lines and not (taken and taken[-1].doc == doc):
                share.due = True  # there is a hole before the first of them
                share.lines.clear()
        return taken

    def due(self) -> list[str]:
        """Return the documents whose pages must be read from the log."""
        return [doc for doc, share in self._working() if share.due]

    def unknown(self, docs: Iterable[str]) -> list[str]:
        """Return those of the documents whose heads there are not known."""
        return [doc for doc in docs if self.of(doc).theirs is None]

    def forget(self, doc: str) -> None:
        """Owe nothing of a document any more."""
        self.docs.pop(doc, None)

    def doubt(self) -> None:
        """Trust no cached heads: the peer may be another copy of itself."""
        for share in self.docs.values():
            share.theirs = None


def _continuing(share: DocumentBacklog) -> Iterable[OwnLine]:
    following = dict(share.theirs or {})
    for line in share.lines:
        if line.seq != following.get(line.stream, 0) + 1:
            return
        following[line.stream] = line.seq
        yield line
