"""Text forms inside an event: actor, stream, document, kind, time. Each has one spelling.

Checks raise `MalformedError("schema")`. Those over texts that come again and again (a friend's
actor, a stream) are cached: they stand on the path of every received event.
"""

import re
from functools import lru_cache
from typing import Final, get_args

from federation.errors import MalformedError
from federation.log.kinds import EventClass, RoleName
from federation.wire import limit
from keys.errors import BadKeyError
from keys.multiformats import decode_multikey, is_digest, public_of_did

INTEGER_MAX: Final = limit("integer")
ENTITY_CHARACTERS_MAX: Final = 300
DOCUMENT_PREFIX: Final = "urn:pp:"

CLASS_NAMES: Final[frozenset[str]] = frozenset(get_args(EventClass))
ROLE_NAMES: Final[frozenset[str]] = frozenset(get_args(RoleName))
ACTOR: Final = re.compile(
    r"(https?://[!-~]{1,200})/u/(did:key:z6Mk[1-9A-HJ-NP-Za-km-z]{44})/actor"
)
STREAM: Final = re.compile(r"(z6Mk[1-9A-HJ-NP-Za-km-z]{44})\.([A-Za-z0-9_-]{21}[AQgw])")
ULID: Final = re.compile(r"[0-7][0-9A-HJKMNP-TV-Z]{25}")
KIND: Final = re.compile(r"[a-z][a-z0-9_.]{0,62}/[1-9][0-9]{0,3}")
VERB: Final = re.compile(r"[A-Z][A-Za-z]{1,30}")
SALT: Final = re.compile(r"[A-Za-z0-9_-]{21}[AQgw]")
PUBLISHED: Final = re.compile(
    r"[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])T([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]Z"
)

_TEXTS_CACHED: Final = 4096  # actors, streams and documents seen lately


def malformed(detail: str) -> MalformedError:
    """Return the error of a member that is missing or not of its form."""
    return MalformedError("schema", detail)


def matching(pattern: re.Pattern[str], text: object, member: str) -> str:
    """Return the text when it has the form; raise `MalformedError` otherwise."""
    if not isinstance(text, str) or pattern.fullmatch(text) is None:
        raise malformed(f"{member} is not of its form")
    return text


def actor_parts(actor: object) -> tuple[str, str]:
    """Return base URL and did of an actor's URL; raise `MalformedError` otherwise."""
    if not isinstance(actor, str):
        raise malformed("actor is a URL")
    return _split_actor(actor)


def stream_parts(stream: object) -> tuple[str, str]:
    """Return device and epoch of a stream's name; raise `MalformedError` otherwise."""
    if not isinstance(stream, str):
        raise malformed("a stream is <device>.<epoch>")
    return _split_stream(stream)


def document(doc: object) -> str:
    """Return a document's id; raise `MalformedError` otherwise."""
    if not isinstance(doc, str):
        raise malformed("a document is urn:pp:<digest>")
    return _check_document(doc)


def person(did: object) -> str:
    """Return a did; raise `MalformedError` otherwise."""
    if not isinstance(did, str):
        raise malformed("a person is a did:key")
    return _check_person(did)


def positive(number: object, member: str) -> int:
    """Return an integer from 1 to 2^53 - 1; raise `MalformedError` otherwise."""
    if type(number) is not int or not 1 <= number <= INTEGER_MAX:
        raise malformed(f"{member} is a positive integer")
    return number


def digest_or_none(text: object, member: str) -> str | None:
    """Return a digest or None; raise `MalformedError` otherwise."""
    if text is not None and not is_digest(text):
        raise malformed(f"{member} is a digest")
    return text  # type: ignore[return-value] # None, or checked to be text


def place(value: object, member: str) -> tuple[str, int]:
    """Return (stream, seq) of a two-element list; raise `MalformedError` otherwise."""
    if not isinstance(value, list) or len(value) != 2:  # noqa: PLR2004 - a pair
        raise malformed(f"{member} is [stream, seq]")
    stream_parts(value[0])
    return value[0], positive(value[1], member)


def ends(value: object, member: str) -> dict[str, tuple[int, str]]:
    """Return {stream: (seq, hash)} of a cut or close; raise `MalformedError` otherwise."""
    if not isinstance(value, dict):
        raise malformed(f"{member} is {{stream: [seq, hash]}}")
    found: dict[str, tuple[int, str]] = {}
    for stream, end in value.items():
        stream_parts(stream)
        if not isinstance(end, list) or len(end) != 2 or not is_digest(end[1]):  # noqa: PLR2004 - a pair
            raise malformed(f"{member} is {{stream: [seq, hash]}}")
        found[stream] = (positive(end[0], member), end[1])
    return found


@lru_cache(maxsize=_TEXTS_CACHED)
def _split_actor(actor: str) -> tuple[str, str]:
    match = ACTOR.fullmatch(actor)
    if match is None:
        raise malformed("actor is <base>/u/<did>/actor")
    return match[1], _check_person(match[2])


@lru_cache(maxsize=_TEXTS_CACHED)
def _split_stream(stream: str) -> tuple[str, str]:
    match = STREAM.fullmatch(stream)
    if match is None:
        raise malformed("a stream is <device>.<epoch>")
    try:
        decode_multikey(match[1])
    except BadKeyError as error:
        raise malformed("a stream's device is a Multikey") from error
    return match[1], match[2]


@lru_cache(maxsize=_TEXTS_CACHED)
def _check_document(doc: str) -> str:
    if not doc.startswith(DOCUMENT_PREFIX) or not is_digest(doc[len(DOCUMENT_PREFIX) :]):
        raise malformed("a document is urn:pp:<digest>")
    return doc


@lru_cache(maxsize=_TEXTS_CACHED)
def _check_person(did: str) -> str:
    try:
        public_of_did(did)
    except BadKeyError as error:
        raise malformed("a person is a did:key") from error
    return did
