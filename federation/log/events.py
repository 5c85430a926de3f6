"""Events: one ActivityStreams activity with a FEP-8b32 proof, read and written (PROTOCOL §2).

    {"@context": […], "actor": "<base>/u/<did>/actor", "id": "<base>/u/<did>/events/<ULID>",
     "object": {"digestMultibase": "uEi…", "id": "<id>#content", "type": […]},
     "pp:class": …, "pp:doc": …, "pp:entity": …, "pp:grant": …, "pp:identity": …, "pp:kind": …,
     "pp:lc": …, "pp:prev": …, "pp:seen": [stream, seq], "pp:seq": …, "pp:stream": …,
     "proof": {…}, "published": …, "to": ["<doc>/members"], "type": "Create"}

Members without a value are left out. An event's *hash* is the digest of its canonical bytes
without `proof`; `pp:prev` is the hash of the event before it in its stream. `pp:entity` names
what of the document the event changes, so that a node can place an event whose content every
member has dropped. Members that later versions add are kept, covered by the hash, and ignored.
Nothing but author, device and stream is taken from URLs, and nothing is compared by them.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from federation.errors import MalformedError
from federation.log import forms
from federation.log.kinds import EventClass
from federation.wire import CONTEXT, limit
from keys.canonical import check_ijson, jcs, parse_canonical
from keys.errors import BadKeyError, BadSignatureError, NotCanonicalError
from keys.identity import DeviceKey
from keys.multiformats import decode_multikey, digest, is_digest
from keys.proofs import CRYPTOSUITE, PROOF_TYPE, PURPOSE, sign_event, verify_event

SALT: Final = "salt"

_CONTEXT: Final = list(CONTEXT)
_OBJECT_TYPE: Final = ["Document", "pp:Content"]
_OBJECT_MEMBERS: Final = 3
_PROOF_MEMBERS: Final = 7
_PROOF_NAME: Final = b'"proof":'
_REQUIRED: Final = frozenset(
    {"@context", "actor", "id", "object", "proof", "published", "to", "type"}
    | {"pp:class", "pp:doc", "pp:identity", "pp:kind", "pp:lc", "pp:seq", "pp:stream"}
)
_KNOWN: Final = _REQUIRED | {"pp:entity", "pp:grant", "pp:prev", "pp:seen"}
_EVENT_BYTES_MAX: Final = limit("event")
_CONTENT_BYTES_MAX: Final = limit("content")


@dataclass(frozen=True, slots=True)
class Event:
    """A parsed event; its form is right, its proof is *not* checked.

    `raw` holds the proof, `unsigned` is the same without it. `seq` counts from 1 in the stream,
    `lc` is the Lamport counter of the document. `identity` is the number of the author's
    identity record, `grant` the hash of the author's own grant, `seen` the place of the newest
    grant that the author had applied.
    """

    raw: bytes = field(repr=False)
    hash: str
    doc: str
    author: str
    device: str
    epoch: str
    stream: str
    seq: int
    prev: str | None
    lc: int
    cls: EventClass
    kind: str
    grant: str | None
    seen: tuple[str, int] | None
    entity: str | None
    identity: int
    published: str
    digest: str
    ulid: str
    unsigned: bytes = field(repr=False, compare=False)
    actor: str = field(repr=False, compare=False)
    proof_value: str = field(repr=False, compare=False)
    context: list[Any] = field(repr=False, compare=False)


@dataclass(frozen=True, slots=True)
class Draft:
    """What an author decides about an event before it is signed."""

    base: str
    did: str
    ulid: str
    verb: str
    doc: str
    cls: EventClass
    kind: str
    stream: str
    seq: int
    prev: str | None
    lc: int
    grant: str | None
    seen: tuple[str, int] | None
    entity: str | None
    identity: int
    published: str
    digest: str


def build_event(draft: Draft, device: DeviceKey) -> Event:
    """Return the signed event of a draft; it passes the same schema as a received one.

    Raises:
        MalformedError: The draft breaks the schema or a limit.
    """
    actor = f"{draft.base}/u/{draft.did}/actor"
    url = f"{draft.base}/u/{draft.did}/events/{draft.ulid}"
    members: dict[str, Any] = {
        "@context": _CONTEXT,
        "actor": actor,
        "id": url,
        "object": {
            "digestMultibase": draft.digest,
            "id": f"{url}#content",
            "type": _OBJECT_TYPE,
        },
        "pp:class": draft.cls,
        "pp:doc": draft.doc,
        "pp:entity": draft.entity,
        "pp:grant": draft.grant,
        "pp:identity": draft.identity,
        "pp:kind": draft.kind,
        "pp:lc": draft.lc,
        "pp:prev": draft.prev,
        "pp:seen": None if draft.seen is None else list(draft.seen),
        "pp:seq": draft.seq,
        "pp:stream": draft.stream,
        "published": draft.published,
        "to": [f"{draft.doc}/members"],
        "type": draft.verb,
    }
    activity = {name: value for name, value in members.items() if value is not None}
    activity["proof"] = sign_event(
        device,
        jcs(activity),
        context=_CONTEXT,
        created=draft.published,
        verification_method=f"{actor}#{device.multibase}",
    )
    return event_of(activity, jcs(activity))


def parse_event(raw: bytes) -> Event:
    """Return the event that canonical bytes are.

    Raises:
        MalformedError: `size`, `not_canonical` or `schema`.
    """
    try:
        value = parse_canonical(raw)
    except NotCanonicalError as error:
        raise MalformedError("not_canonical", str(error)) from error
    return event_of(value, raw)


def event_of(value: object, raw: bytes) -> Event:
    """Return the event of an object and its canonical bytes. The object loses its `proof`.

    Raises:
        MalformedError: `size` or `schema`; `not_canonical` for a float or the like in a member
            of a later version.
    """
    if len(raw) > _EVENT_BYTES_MAX:
        raise MalformedError("size", f"an event of {len(raw)} bytes")
    if not isinstance(value, dict) or not value.keys() >= _REQUIRED:
        raise forms.malformed("a required member is missing")
    _check_growth(value, raw)
    base, author = forms.actor_parts(value["actor"])
    device, epoch = forms.stream_parts(value["pp:stream"])
    ulid = _check_urls(value, f"{base}/u/{author}/events/")
    _check_proof(value, device)
    proof = value.pop("proof")
    unsigned = _without_proof(raw, proof) or _canonical(value)
    seq, prev, seen = value["pp:seq"], value.get("pp:prev"), value.get("pp:seen")
    if (prev is None) != (seq == 1):
        raise forms.malformed("pp:prev stands from seq 2 on")
    return Event(
        raw=raw,
        hash=digest(unsigned),
        doc=forms.document(value["pp:doc"]),
        author=author,
        device=device,
        epoch=epoch,
        stream=value["pp:stream"],
        seq=forms.positive(seq, "pp:seq"),
        prev=forms.digest_or_none(prev, "pp:prev"),
        lc=forms.positive(value["pp:lc"], "pp:lc"),
        cls=_checked_class(value["pp:class"]),
        kind=forms.matching(forms.KIND, value["pp:kind"], "pp:kind"),
        grant=forms.digest_or_none(value.get("pp:grant"), "pp:grant"),
        seen=None if seen is None else forms.place(seen, "pp:seen"),
        entity=_checked_entity(value.get("pp:entity")),
        identity=forms.positive(value["pp:identity"], "pp:identity"),
        published=forms.matching(forms.PUBLISHED, value["published"], "published"),
        digest=value["object"]["digestMultibase"],
        ulid=ulid,
        unsigned=unsigned,
        actor=value["actor"],
        proof_value=proof["proofValue"],
        # One list for all events; 500 of a page would each keep their own alive.
        context=_CONTEXT if value["@context"] == _CONTEXT else value["@context"],
    )


def verify(event: Event) -> bool:
    """Say whether the event's own proof is good: its stream's key signed these bytes."""
    try:
        verify_event(
            event.unsigned,
            _proof_of(event),
            context=event.context,
            public=decode_multikey(event.device),
        )
    except (BadSignatureError, BadKeyError):
        return False
    return True


def _without_proof(raw: bytes, proof: Mapping[str, Any]) -> bytes | None:
    """Cut the proof out of canonical bytes; None when something else has that name too.

    What is between the cuts is canonical as well, so this equals writing the rest again, at a
    third of the cost. A quotation mark inside a text is escaped: the name cannot stand in one.
    """
    if raw.count(_PROOF_NAME) != 1:
        return None
    start = raw.index(_PROOF_NAME)
    return raw[:start] + raw[start + len(_PROOF_NAME) + len(_canonical(proof)) + 1 :]


def _canonical(value: object) -> bytes:
    try:
        return jcs(value)
    except NotCanonicalError as error:
        raise MalformedError("not_canonical", str(error)) from error


def _proof_of(event: Event) -> dict[str, Any]:
    """Return the event's proof; all of it but the value follows from the event."""
    return {
        "@context": event.context,
        "created": event.published,
        "cryptosuite": CRYPTOSUITE,
        "proofPurpose": PURPOSE,
        "proofValue": event.proof_value,
        "type": PROOF_TYPE,
        "verificationMethod": f"{event.actor}#{event.device}",
    }


def document_id(owner: str, kind: str, nonce: str) -> str:
    """Return the id of the document that a Genesis with this body begins (PROTOCOL §3)."""
    return forms.DOCUMENT_PREFIX + digest(jcs({"kind": kind, "nonce": nonce, "owner": owner}))


def seal_content(content: Mapping[str, Any], salt: str) -> bytes:
    """Return the canonical bytes of a content with its salt: what an event's digest names.

    Raises:
        MalformedError: `not_canonical`, or `size` beyond the limit.
    """
    salted = {**content, SALT: salt}
    try:
        check_ijson(salted)
    except NotCanonicalError as error:
        raise MalformedError("not_canonical", str(error)) from error
    raw = jcs(salted)
    if len(raw) > _CONTENT_BYTES_MAX:
        raise MalformedError("size", f"a content of {len(raw)} bytes")
    return raw


def _check_growth(value: dict[str, Any], raw: bytes) -> None:
    """Check what later versions may add: no floats, no JSON-LD keywords, our contexts first."""
    context, body = value["@context"], value["object"]
    if not isinstance(body, dict):
        raise forms.malformed("object is an object")
    if (
        context != _CONTEXT
        or not value.keys() <= _KNOWN
        or len(body) != _OBJECT_MEMBERS
        or body.get("type") != _OBJECT_TYPE
    ):
        try:
            check_ijson(value)
        except NotCanonicalError as error:
            raise MalformedError("not_canonical", str(error)) from error
        if not isinstance(context, list) or context[: len(_CONTEXT)] != _CONTEXT:
            raise forms.malformed("@context begins with ours")
    # Twice `"@`: the @context of the activity and of its proof. One more may be a keyword, with
    # which a stock library would read something else than we do (CVE-2026-46349).
    if raw.count(b'"@') != 2:  # noqa: PLR2004 - the two contexts
        _refuse_keywords(value)


def _refuse_keywords(value: dict[str, Any]) -> None:
    level: list[object] = [
        {name: member for name, member in value.items() if name not in {"@context", "proof"}}
    ]
    while level:
        below: list[object] = []
        for item in level:
            if isinstance(item, dict):
                if any(name.startswith("@") for name in item):
                    raise forms.malformed("a JSON-LD keyword")
                below.extend(item.values())
            elif isinstance(item, list):
                below.extend(item)
        level = below


def _check_urls(value: dict[str, Any], prefix: str) -> str:
    """Return the ULID, having checked that `id`, `object` and `to` agree."""
    url, body = value["id"], value["object"]
    if not isinstance(url, str) or not url.startswith(prefix):
        raise forms.malformed("id is <base>/u/<did>/events/<ULID>")
    if body.get("id") != f"{url}#content" or not is_digest(body.get("digestMultibase")):
        raise forms.malformed("object names <id>#content and its digest")
    if value["to"] != [f"{value['pp:doc']}/members"]:
        raise forms.malformed("to is <doc>/members")
    forms.matching(forms.VERB, value["type"], "type")
    return forms.matching(forms.ULID, url[len(prefix) :], "id")


def _check_proof(value: dict[str, Any], device: str) -> None:
    """Check everything of the proof but its value; a run of events is not proved one by one."""
    proof = value["proof"]
    if (
        not isinstance(proof, dict)
        or len(proof) != _PROOF_MEMBERS
        or proof.get("@context") != value["@context"]
        or proof.get("verificationMethod") != f"{value['actor']}#{device}"
        or proof.get("created") != value["published"]
        or proof.get("cryptosuite") != CRYPTOSUITE
        or proof.get("proofPurpose") != PURPOSE
        or proof.get("type") != PROOF_TYPE
        or not isinstance(proof.get("proofValue"), str)
    ):
        raise forms.malformed("the proof is not of the event's device and time")


def _checked_class(cls: object) -> EventClass:
    if not isinstance(cls, str) or cls not in forms.CLASS_NAMES:
        raise forms.malformed("pp:class is none of the classes")
    return cls  # type: ignore[return-value] # one of the literals, just checked


def _checked_entity(entity: object) -> str | None:
    if entity is not None and (
        not isinstance(entity, str) or not 1 <= len(entity) <= forms.ENTITY_CHARACTERS_MAX
    ):
        raise forms.malformed("pp:entity is a short text")
    return entity
