"""Contents of the events that federation itself understands: who may do what, until when.

| kind | class | content |
|---|---|---|
| `genesis/1` | grant | `{owner, kind, nonce}`: begins the document, makes its author the owner |
| `grant/1` | grant | `{person, k, role, cut}`: a person's role, and where it ends their streams |
| `close/1` | close | `{person, streams}`: where streams of the author's own devices end |
| `left/1` | close | `{}`: the author leaves; the owner's planner answers with role `none` |

Their content is never dropped: it travels with the event, always.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, cast

from federation.log import forms
from federation.log.kinds import EventClass, RoleName

GENESIS: Final = "genesis/1"
GRANT: Final = "grant/1"
CLOSE: Final = "close/1"
LEFT: Final = "left/1"

OWN_KINDS: Final[Mapping[str, EventClass]] = {
    GENESIS: "grant",
    GRANT: "grant",
    CLOSE: "close",
    LEFT: "close",
}

Ends = Mapping[str, tuple[int, str]]
"""{stream: (seq, hash)}: the last event of each stream that counts."""

_TEXT_MAX: Final = 100


@dataclass(frozen=True, slots=True)
class Genesis:
    """The body of a document's first event; its digest is the document's id."""

    owner: str
    kind: str
    nonce: str


@dataclass(frozen=True, slots=True)
class GrantBody:
    """A person's role from now on. Streams that `cut` does not name are cut at 0."""

    person: str
    k: int
    role: RoleName
    cut: Ends


@dataclass(frozen=True, slots=True)
class CloseBody:
    """Where streams of one person end."""

    person: str
    streams: Ends


def parse_genesis(value: Mapping[str, Any]) -> Genesis:
    """Return the body of a Genesis; raise `MalformedError` for another content."""
    kind, nonce = value.get("kind"), value.get("nonce")
    for text in (kind, nonce):
        if not isinstance(text, str) or not 1 <= len(text) <= _TEXT_MAX:
            raise forms.malformed("a Genesis names kind and nonce")
    return Genesis(forms.person(value.get("owner")), str(kind), str(nonce))


def parse_grant(value: Mapping[str, Any]) -> GrantBody:
    """Return the body of a grant; raise `MalformedError` for another content."""
    role = value.get("role")
    if not isinstance(role, str) or role not in forms.ROLE_NAMES:
        raise forms.malformed("a grant names a role")
    return GrantBody(
        person=forms.person(value.get("person")),
        k=forms.positive(value.get("k"), "k"),
        role=cast("RoleName", role),
        cut=forms.ends(value.get("cut"), "cut"),
    )


def parse_close(value: Mapping[str, Any]) -> CloseBody:
    """Return the body of a close; raise `MalformedError` for another content."""
    person = forms.person(value.get("person"))
    return CloseBody(person, forms.ends(value.get("streams"), "streams"))


def ends_value(ends: Ends) -> dict[str, list[int | str]]:
    """Return the JSON form of a cut or of a close's streams."""
    return {stream: [seq, hashed] for stream, (seq, hashed) in ends.items()}
