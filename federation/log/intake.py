"""Taking in the events of one document from one batch.

Lines are tried in the order of their counters, which is the order their authors saw; what has
to wait is tried again while something moves, then parked. Nothing is answered from here: the
caller answers after the commit.
"""

from collections.abc import Iterable, Sequence
from operator import attrgetter
from typing import Final

from federation.errors import MalformedError
from federation.log.admission import Verdict, decide
from federation.log.changeset import Changeset
from federation.log.facts import ParkedLine
from federation.log.grants import CLOSE, parse_close
from federation.log.kinds import Kinds
from federation.log.lines import EventLine, parse_line
from federation.log.results import GAP, reason_of
from federation.log.view import View
from federation.wire import limit

PASSES_MAX: Final = 16  # over one batch; what still waits then is parked
_TURNS_MAX: Final = 2  # a branch that is replaced is decided on once more


class Intake:
    """Takes lines into a changeset."""

    def __init__(self, changeset: Changeset, kinds: Kinds) -> None:
        self._changeset = changeset
        self._view: View = changeset.view
        self._kinds = kinds
        self._branch: frozenset[str] = frozenset()

    def take(self, lines: Sequence[EventLine]) -> list[str]:
        """Admit what can be admitted; return one word for each line."""
        waiting_for = {waiting.person for waiting in self._view.parked.values()}
        self._view.know(waiting_for | {line.event.author for line in lines})
        self._hear_closes(lines)
        self._branch = _branch(self._view, lines)
        words = [GAP] * len(lines)
        waiting = sorted(range(len(lines)), key=lambda at: _order(lines[at]))
        for _ in range(PASSES_MAX):
            before = len(waiting)
            waiting = [at for at in waiting if not self._try(lines[at], words, at)]
            if not self._release() and len(waiting) in {0, before}:
                break
        for at in waiting:
            self._park(lines[at])
        return words

    def _try(self, line: EventLine, words: list[str], at: int) -> bool:
        """Decide on a line; return False when it has to wait."""
        verdict = self._settle(line)
        words[at] = verdict.word
        return verdict.act != "wait"

    def _settle(self, line: EventLine) -> Verdict:
        verdict = decide(self._view, line, self._kinds, self._branch)
        for _ in range(_TURNS_MAX):
            if verdict.act != "replace":
                break
            self._changeset.truncate(line.event.stream, line.event.seq - 1)
            verdict = decide(self._view, line, self._kinds, self._branch)
        self._act(line, verdict)
        return verdict

    def _act(self, line: EventLine, verdict: Verdict) -> None:
        event = line.event
        match verdict.act:
            case "store":
                self._changeset.add(line, verdict, mine=event.author == self._view.me)
            case "fill":
                self._changeset.fill(line)
            case "fork":
                self._changeset.fork(line)
            case "restart":
                head = self._view.heads[event.stream]
                self._changeset.truncate(event.stream, max(head.forked - 1, 0))
            case "reject":
                self._changeset.reject(event.hash, reason_of(verdict.word) or "")
            case "nothing" | "wait" | "replace":
                pass

    def _hear_closes(self, lines: Iterable[EventLine]) -> None:
        """Take in closes first: they let the history of a former device count."""
        for line in lines:
            event = line.event
            if event.kind == CLOSE and line.vouch != "none" and line.value is not None:
                try:
                    body = parse_close(line.value)
                except MalformedError:
                    continue  # refused where its turn comes
                if body.person == event.author and self._view.device(event) == "listed":
                    self._changeset.hear_close(event, line.value)

    def _release(self) -> bool:
        """Try parked events whose predecessor is here now; say whether anything moved."""
        moved = False
        for waiting in sorted(self._view.parked.values(), key=attrgetter("seq")):
            if waiting.seq > self._view.head_seq(waiting.stream) + 1:
                continue
            verdict = self._settle(parked_line(waiting))
            if verdict.act != "wait":
                self._changeset.unpark([waiting.hash])
                moved = True
        return moved

    def _park(self, line: EventLine) -> None:
        event, view = line.event, self._view
        if event.hash in view.parked or line.vouch == "none":
            return
        if not view.membership.was_member(event.author):
            return  # nothing is kept for who is not known here; their grant comes with a pull
        if event.seq > view.head_seq(event.stream) + limit("parked_distance"):
            return
        waiting = view.parked.values()
        of_stream = sum(1 for other in waiting if other.stream == event.stream)
        of_author = sum(1 for other in waiting if other.person == event.author)
        if of_stream < limit("parked_per_stream") and of_author < limit("parked_per_author"):
            self._changeset.park(line)


def parked_line(waiting: ParkedLine) -> EventLine:
    """Return a parked event as a line; it was authentic when it was parked."""
    line = parse_line(waiting.line)
    assert isinstance(line, EventLine), "it was parsed when it came"  # noqa: S101 - our own bytes
    line.vouch = waiting.vouch
    return line


def _order(line: EventLine) -> tuple[int, str]:
    return line.event.lc, line.event.hash


def _branch(view: View, lines: Iterable[EventLine]) -> frozenset[str]:
    """Return the hashes of this batch that lead to a place which a cut or close names."""
    streams: dict[tuple[str, str], list[EventLine]] = {}
    for line in lines:
        streams.setdefault((line.event.author, line.event.stream), []).append(line)
    found: set[str] = set()
    for (author, stream), run in streams.items():
        pins = view.pins(author, stream)
        if not pins:
            continue
        for line in sorted(run, key=lambda line: line.event.seq, reverse=True):
            event = line.event
            if event.hash in found or pins.get(event.seq) == event.hash:
                found.add(event.hash)
                if event.prev is not None:
                    found.add(event.prev)
    return frozenset(found)
