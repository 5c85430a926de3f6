"""Checking an exported track record offline, from nothing but the file.

What is checked: every signature (author, witnesses) by itself, that the journal's events are one
unbroken chain per device, that its entries are numbered without gaps and chained, that what is
shown is what was committed to, and that each receipt covers the events that it names. What cannot
be checked is said in `LIMITS`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import pairwise
from typing import Any, Final

from federation.log.events import Event
from federation.log.events import verify as verifies
from federation.log.lines import EventLine, RecordLine, parse_line
from keys.canonical import jcs
from keys.errors import KeysError
from keys.identity import IdentityRecord, parse_identity_record
from keys.multiformats import digest
from keys.purposes import verify_value
from portfolio.domain.record import Step, Summary, Told, Trade, summary, trades
from portfolio.events.journal import JOURNAL, JOURNAL_ENTERED, entry_digest, tag_of, terms_digest
from portfolio.services.record import FORMAT, VERSION

FILE_BYTES_MAX: Final = 256 * 2**20
LIMITS: Final = (
    "A witness's clock is that of their computer; nothing here says that it was right.",
    "Names are the author's, who could have made up witnesses: compare their dids with people's.",
    "Witnesses who work together with the author could sign receipts for any moment.",
    "Two different journals show as soon as somebody who holds the other one compares.",
    "That an order was filled at the stated price is the author's word, and R comes from it.",
    "Ideas that were never shared are not here, and nothing says how many there were.",
)
_GENESIS: Final = "genesis/1"


class ProofError(Exception):
    """The file does not prove what it claims; the message says what is wrong."""


@dataclass(slots=True)
class Verified:
    """What a file proves. `holes` are numbers whose terms are not shown."""

    author: str
    name: str
    made: str
    numbers: int
    holes: tuple[int, ...]
    trades: tuple[Trade, ...]
    summary: Summary
    witnesses: Mapping[str, str]
    receipts: int
    first: datetime | None = None
    last: datetime | None = None
    notes: list[str] = field(default_factory=list)


def verify(value: object) -> Verified:
    """Check an exported record.

    Raises:
        ProofError: with the first thing that is wrong.
    """
    file = _object(value, "The file")
    if file.get("format") != FORMAT or file.get("version") != VERSION:
        raise ProofError("This is no track record of a version that is known here")
    author = _object(file.get("author"), "author")
    journal = _object(file.get("journal"), "journal")
    did, doc = str(author.get("did")), str(journal.get("doc"))
    events = _journal_events(did, doc, _strings(journal.get("lines"), "journal.lines"))
    entries = _entries(events)
    terms = _shown(_list(file.get("ideas"), "ideas"), entries)
    held, names, receipts = _held(file, doc, events)
    told = [_told(number, event, entries, terms, held) for number, event in entries.items()]
    holes = tuple(number for number in entries if number not in terms)
    found = trades([one for one in told if one.terms is not None])
    moments = [at for one in held.values() for at in one.values()]
    return Verified(
        author=did,
        name=str(author.get("name")),
        made=str(file.get("made")),
        numbers=len(entries),
        holes=holes,
        trades=found,
        summary=summary(found, len(holes)),
        witnesses=names,
        receipts=receipts,
        first=min(moments, default=None),
        last=max(moments, default=None),
    )


Entries = dict[int, EventLine]


def _journal_events(did: str, doc: str, lines: Sequence[str]) -> list[EventLine]:
    """Return the author's events, each proven, in unbroken chains from their beginning."""
    items = [parse_line(line.encode()) for line in lines]
    identities = _identities(item for item in items if isinstance(item, RecordLine))
    events: dict[str, EventLine] = {}
    for item in items:
        if isinstance(item, RecordLine):
            continue
        if not isinstance(item, EventLine):
            raise ProofError(f"A line of the journal cannot be read: {item.detail}")
        event = item.event
        if event.doc != doc or event.author != did:
            continue  # members who left say so in the journal; that is no entry
        if not verifies(event):
            raise ProofError(f"The signature of event {event.seq} does not verify")
        record = identities.get((did, event.identity))
        if record is None or event.device not in record.devices:
            raise ProofError(f"Event {event.seq} is signed by a device that is not the author's")
        events[event.hash] = item
    found = sorted(events.values(), key=lambda item: (item.event.stream, item.event.seq))
    _check_chains([item.event for item in found])
    _check_genesis(found, did, doc)
    return found


def _identities(
    records: Any,  # noqa: ANN401 - an iterable of record lines
) -> dict[tuple[str, int], IdentityRecord]:
    found: dict[tuple[str, int], IdentityRecord] = {}
    for line in records:
        try:
            record = parse_identity_record(line.raw)
        except KeysError as error:
            raise ProofError(f"An identity record does not verify: {error}") from error
        found[record.did, record.number] = record
    return found


def _check_chains(events: Sequence[Event]) -> None:
    for before, event in pairwise([None, *events]):
        if event is None:
            continue
        begins = before is None or before.stream != event.stream
        if begins and (event.seq != 1 or event.prev is not None):
            raise ProofError(
                f"The journal begins with event {event.seq}: earlier ones are missing"
            )
        if (
            before is not None
            and not begins
            and (event.seq, event.prev)
            != (
                before.seq + 1,
                before.hash,
            )
        ):
            raise ProofError(f"Event {before.seq + 1} is missing, or another one stands there")


def _check_genesis(events: Sequence[EventLine], did: str, doc: str) -> None:
    for item in events:
        if item.event.kind == _GENESIS and item.value is not None:
            body = {name: item.value.get(name) for name in ("kind", "nonce", "owner")}
            named = f"urn:pp:{digest(jcs(body))}"
            if named == doc and (body["owner"], body["kind"]) == (did, JOURNAL):
                return
    raise ProofError("The document is not the author's journal")


def _entries(events: Sequence[EventLine]) -> Entries:
    found: Entries = {}
    for item in events:
        if item.event.kind != JOURNAL_ENTERED.name:
            continue
        if item.value is None:
            raise ProofError(f"The content of event {item.event.seq} is missing")
        try:
            JOURNAL_ENTERED.check(item.value)
        except ValueError as error:
            raise ProofError(f"An entry is not of the known form: {error}") from error
        number = int(item.value["n"])
        if number in found:
            raise ProofError(f"There are two entries of number {number}")
        found[number] = item
    entries = dict(sorted(found.items()))
    if list(entries) != list(range(1, len(entries) + 1)):
        gap = next(n for n in range(1, len(entries) + 2) if n not in entries)
        raise ProofError(f"Number {gap} is missing")
    for number in range(2, len(entries) + 1):
        if _content(entries, number).get("prev") != entry_digest(_content(entries, number - 1)):
            raise ProofError(f"Entry {number} does not follow entry {number - 1}")
    return entries


def _shown(ideas: Sequence[Any], entries: Entries) -> dict[int, Mapping[str, Any]]:
    """Return the terms behind the numbers that are shown, each as it was committed to."""
    found: dict[int, Mapping[str, Any]] = {}
    for idea in ideas:
        doc, salt = str(_object(idea, "An idea").get("doc")), str(idea.get("salt"))
        for each in _list(idea.get("entries"), "entries"):
            shown = _object(each, "An entry shown")
            number, terms = shown.get("n"), _object(shown.get("terms"), "terms")
            if type(number) is not int or number not in entries or number in found:
                raise ProofError(f"The journal has no one number {number} for an idea shown")
            content = _content(entries, number)
            if content["tag"] != tag_of(doc, salt):
                raise ProofError(f"Number {number} is of another idea than the one shown")
            if content["terms"] != terms_digest(doc, salt, terms):
                raise ProofError(f"Number {number} was committed to with other terms")
            found[number] = terms
    return found


def _held(
    file: Mapping[str, Any], doc: str, events: Sequence[EventLine]
) -> tuple[dict[str, dict[str, datetime]], dict[str, str], int]:
    """Return {event hash: {witness: since}}, the witnesses' names, and how many receipts."""
    names: dict[str, str] = {}
    devices: dict[str, set[str]] = {}
    for did, witness in _object(file.get("witnesses"), "witnesses").items():
        raws = _strings(_object(witness, "A witness").get("identities"), "identities")
        records = [_identity(raw) for raw in raws]
        if any(record.did != did for record in records):
            raise ProofError(f"An identity record of {did} is somebody else's")
        names[did] = str(witness.get("name") or did)
        devices[did] = {device for record in records for device in record.devices}
    found: dict[str, dict[str, datetime]] = {item.event.hash: {} for item in events}
    author = {item.event.author for item in events}
    receipts = _distinct(_list(file.get("receipts"), "receipts"))
    for receipt in receipts:
        if str(receipt.get("person")) in author:
            raise ProofError("A receipt is the author's own: nobody is their own witness")
        _take_receipt(receipt, doc, events, devices, found)
    return found, names, len(receipts)


def _distinct(receipts: Sequence[Any]) -> list[Mapping[str, Any]]:
    """Return receipts, each once."""
    found: dict[bytes, Mapping[str, Any]] = {}
    for one in receipts:
        try:
            found[jcs(dict(_object(one, "A receipt")))] = one
        except KeysError as error:
            raise ProofError(f"A receipt is not of its form: {error}") from error
    return list(found.values())


def _identity(raw: str) -> IdentityRecord:
    try:
        return parse_identity_record(raw.encode())
    except KeysError as error:
        raise ProofError(f"A witness's identity record does not verify: {error}") from error


def _take_receipt(
    receipt: Mapping[str, Any],
    doc: str,
    events: Sequence[EventLine],
    devices: Mapping[str, set[str]],
    found: dict[str, dict[str, datetime]],
) -> None:
    person = str(receipt.get("person"))
    try:
        verify_value("receipt", receipt)
        at = datetime.fromisoformat(str(receipt.get("at")))
        ends = _ends(receipt)
    except (KeysError, ValueError) as error:
        raise ProofError(f"A receipt of {person} does not verify: {error}") from error
    if at.tzinfo is None:
        raise ProofError(f"A receipt of {person} is of no moment: its time has no zone")
    if receipt.get("doc") != doc or receipt.get("by") not in devices.get(person, set()):
        raise ProofError(f"A receipt of {person} is for something else, or by an unknown device")
    mine = {item.event.device for item in events}
    by_place = {(item.event.stream, item.event.seq): item.event.hash for item in events}
    own = {stream for stream in ends if stream.partition(".")[0] in mine}
    for stream, end in ends.items():
        known = by_place.get((stream, end[0]))
        if known is None and stream in own:
            raise ProofError(f"{person} holds more of the journal than is shown here")
        if known is not None and known != end[1]:
            raise ProofError(f"{person} holds another journal than this one")
    for item in events:
        if ends.get(item.event.stream, (0, ""))[0] >= item.event.seq:
            since = found[item.event.hash]
            since[person] = min(at, since.get(person, at))


def _ends(receipt: Mapping[str, Any]) -> dict[str, tuple[int, str]]:
    """Return how far a receipt goes: {stream: (seq, hash)}."""
    found: dict[str, tuple[int, str]] = {}
    for stream, end in _object(receipt.get("heads"), "heads").items():
        if not (isinstance(end, list) and [type(one) for one in end] == [int, str]):
            raise ValueError("its heads are not of their form")
        found[stream] = end[0], end[1]
    return found


def _told(
    number: int,
    item: EventLine,
    entries: Entries,
    terms: Mapping[int, Mapping[str, Any]],
    held: Mapping[str, Mapping[str, datetime]],
) -> Told:
    content = _content(entries, number)
    return Told(
        number=number,
        idea=content["tag"],
        step=Step(content["step"]),
        terms=terms.get(number),
        held=held[item.event.hash],
    )


def _content(entries: Entries, number: int) -> Mapping[str, Any]:
    return entries[number].value or {}


def _object(value: object, name: str) -> Mapping[str, Any]:
    if not isinstance(value, Mapping):
        raise ProofError(f"{name} is not an object")
    return value


def _list(value: object, name: str) -> list[Any]:
    if not isinstance(value, list):
        raise ProofError(f"{name} is not a list")
    return value


def _strings(value: object, name: str) -> list[str]:
    found = _list(value, name)
    if not all(isinstance(one, str) for one in found):
        raise ProofError(f"{name} holds something else than text")
    return found
