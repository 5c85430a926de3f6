"""What the paths of calls need to know of people, in memory: no database read per call.

Whose device is it, is that person a friend, who are the members of a document, what are its
heads. Loaded once at start; afterwards every change comes through the `note_…` methods, called
after the commit that made it, so memory never runs ahead of the disk.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from sqlalchemy import Connection, bindparam, select

from federation import peers
from federation.errors import MalformedError
from federation.log.kinds import RoleName
from federation.log.log import Log
from federation.log.schema import documents, members
from federation.net.endpoints import ENDPOINT, Endpoint, parse_endpoint
from federation.peers import FriendRow, FriendState
from federation.records import IDENTITY, Listing, identities, people, records
from keys.canonical import jcs, parse_canonical
from keys.multiformats import digest

CONTACT: Final = "contact"
Heads = Mapping[str, tuple[int, str]]
"""{stream: (seq, hash)} of a document."""

_KEPT_STATES: Final = frozenset({"open", "left"})
_DOCUMENT: Final = select(documents.c.id, documents.c.owner, documents.c.state).where(
    documents.c.doc == bindparam("doc")
)
_MEMBERS: Final = select(members.c.person, members.c.role).where(
    members.c.document_id == bindparam("id")
)


@dataclass(slots=True)
class Shared:
    """A document as lanes see it: whose it is, who is in it, and how far it goes.

    `members` holds former members too, with role none. `is_open` is False once I have left it
    and only what I wrote last still has to reach the owner.
    """

    owner: str
    is_open: bool
    members: dict[str, RoleName]
    heads: dict[str, tuple[int, str]]
    _digest: str | None = field(default=None, repr=False)

    def digest(self) -> str:
        """Return the digest of the heads; two nodes with the same events have the same."""
        if self._digest is None:
            self._digest = heads_digest(self.heads)
        return self._digest

    def advance(self, stream: str, seq: int, hashed: str) -> None:
        """Note a new event at the end of a stream."""
        self.heads[stream] = (seq, hashed)
        self._digest = None

    def renew(self, heads: Heads) -> None:
        """Note all heads anew."""
        self.heads = dict(heads)
        self._digest = None

    def seqs(self) -> dict[str, int]:
        """Return {stream: seq}."""
        return {stream: head[0] for stream, head in self.heads.items()}


def heads_digest(heads: Heads) -> str:
    """Return the digest of the heads of a document."""
    return digest(jcs({stream: list(head) for stream, head in heads.items()}))


class Roster:
    """People, devices and documents of this node. `me` is my did, `device` this device.

    `hidden` says that I am reached through owners only: other members do not hear from me.
    `regranted` is told when the members of a document have changed: before and after.
    """

    def __init__(self, me: str, device: str) -> None:
        self.me = me
        self.device = device
        self.hidden = False
        self.friends: dict[str, FriendRow] = {}
        self.listings: dict[str, Listing] = {}
        self.endpoints: dict[str, Endpoint] = {}
        self.contacts: dict[str, Mapping[str, Any]] = {}
        self.shared: dict[str, Shared] = {}
        self.stopped: dict[tuple[str, str], str] = {}
        self.regranted: Callable[[str, Shared | None, Shared | None], None] | None = None
        self._owners: dict[str, str] = {}

    def load(self, conn: Connection, log: Log) -> None:
        """Read everything; run once, before the first call."""
        self.friends = {row.did: row for row in peers.friends(conn)}
        dids = conn.execute(select(identities.c.did).distinct()).scalars()
        for person in people(conn, dids).values():
            self.note_identity(person.newest)
        of_type = records.c.type.in_([ENDPOINT, CONTACT])
        for raw in conn.execute(select(records.c.raw).where(of_type)).scalars():
            self.note_record(parse_canonical(bytes(raw)))
        self.stopped = peers.stopped(conn)
        kept = documents.c.state.in_(_KEPT_STATES)
        for doc in conn.execute(select(documents.c.doc).where(kept)).scalars():
            self.note_shared(doc, read_shared(conn, log, doc))

    def note_identity(self, listing: Listing) -> None:
        """Note a person's identity record when it is the newest."""
        held = self.listings.get(listing.did)
        if held is not None and held.number > listing.number:
            return
        self.listings[listing.did] = listing
        for device in [d for d, owner in self._owners.items() if owner == listing.did]:
            del self._owners[device]
        for device in listing.devices:
            self._owners[device] = listing.did

    def note_record(self, value: Mapping[str, Any]) -> None:
        """Note a verified endpoint record or contact card; others mean nothing here."""
        if value["type"] == CONTACT:
            self.contacts[value["person"]] = value
        elif value["type"] == ENDPOINT:
            try:
                endpoint = parse_endpoint(value)
            except MalformedError:
                return
            self.endpoints[endpoint.device] = endpoint

    def note_shared(self, doc: str, shared: Shared | None) -> None:
        """Note members and heads of a document; None when it is not here any more."""
        before = self.shared.get(doc)
        if shared is None:
            self.shared.pop(doc, None)
        else:
            self.shared[doc] = shared
        members = None if shared is None else shared.members
        if self.regranted is not None and members != (before.members if before else None):
            self.regranted(doc, before, shared)

    def note_heads(self, doc: str, heads: Heads) -> None:
        """Note how far a document goes."""
        shared = self.shared.get(doc)
        if shared is not None:
            shared.renew(heads)

    def note_friend(self, did: str, row: FriendRow | None) -> None:
        """Note how I stand to a person now."""
        if row is None:
            self.friends.pop(did, None)
        else:
            self.friends[did] = row

    def holds(self, value: Mapping[str, Any]) -> bool:
        """Say whether a record is just what is known already."""
        if value.get("type") == IDENTITY:
            listing = self.listings.get(str(value.get("did")))
            return listing is not None and listing.raw == jcs(dict(value))
        endpoint = self.endpoints.get(str(value.get("by")))
        if endpoint is not None and endpoint.value == value:
            return True
        return self.contacts.get(str(value.get("person"))) == value

    def owner_of(self, device: str) -> str | None:
        """Return the person whose newest identity record lists the device."""
        return self._owners.get(device)

    def is_mine(self, stream: str) -> bool:
        """Say whether a stream is of a device of mine, be it a former one."""
        device = stream.partition(".")[0]
        listing = self.listings.get(self.me)
        mine = device == self.device or self._owners.get(device) == self.me
        return mine or (listing is not None and device in listing.retired)

    def devices_of(self, person: str) -> list[str]:
        """Return the devices of a person, but this one."""
        listing = self.listings.get(person)
        return [] if listing is None else sorted(listing.devices - {self.device})

    def is_replaced(self) -> bool:
        """Say whether my newest identity record does not list this device."""
        listing = self.listings.get(self.me)
        return listing is not None and self.device not in listing.devices

    def state_of(self, person: str) -> FriendState | None:
        """Return how I stand to a person."""
        row = self.friends.get(person)
        return None if row is None else row.state

    def is_friend(self, person: str) -> bool:
        """Say whether a person is a friend at the moment; I am one of my own."""
        return person == self.me or self.state_of(person) is FriendState.FRIEND

    def is_known(self, person: str) -> bool:
        """Say whether a person is no stranger: a friend, or a member of a shared document."""
        state = self.state_of(person)
        if state is FriendState.BLOCKED:
            return False
        return person == self.me or state is not None or any(self.common(person))

    def may_call(self, person: str) -> bool:
        """Say whether a person may see where I am: while hidden, only friends and owners."""
        return (
            not self.hidden
            or person == self.me
            or self.state_of(person) is not None
            or any(self.shared[doc].owner == person for doc in self.common(person))
        )

    def hidden_people(self) -> set[str]:
        """Return those whose planners are to be reached through owners only."""
        endpoints = self.endpoints.values()
        return {endpoint.person for endpoint in endpoints if endpoint.value.get("private")}

    def common(self, person: str) -> Iterable[str]:
        """Yield the open documents in which this person and I are members."""
        for doc, shared in self.shared.items():
            if shared.is_open and shared.members.get(person, "none") != "none":
                yield doc

    def role(self, doc: str, person: str) -> RoleName:
        """Return a person's role in a document; none when either is unknown."""
        shared = self.shared.get(doc)
        return "none" if shared is None else shared.members.get(person, "none")

    def with_strangers(self, person: str) -> list[str]:
        """Return the common documents with a member of whom I know no planner."""
        return [doc for doc in self.common(person) if self.has_strangers(doc)]

    def has_strangers(self, doc: str) -> bool:
        """Say whether a document has a member of whom I know no planner."""
        known = {endpoint.person for endpoint in self.endpoints.values()}
        members = self.shared[doc].members
        return any(role != "none" and who not in known for who, role in members.items())

    def digests(self, person: str) -> dict[str, str]:
        """Return {document: digest of its heads} of the common documents."""
        return {doc: self.shared[doc].digest() for doc in self.common(person)}


def read_shared(conn: Connection, log: Log, doc: str) -> Shared | None:
    """Read who is in a document and how far it goes; None when it is not here for me."""
    row = conn.execute(_DOCUMENT, {"doc": doc}).first()
    if row is None or row.state not in _KEPT_STATES:
        return None
    people_in = {found.person: found.role for found in conn.execute(_MEMBERS, {"id": row.id})}
    return Shared(row.owner, row.state == "open", people_in, dict(log.heads(conn, doc)))
