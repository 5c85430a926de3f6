"""The form of an event: what is an event, and every way not to be one."""

import json
from collections.abc import Callable
from typing import Any

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from federation.errors import MalformedError
from federation.log.events import (
    Draft,
    build_event,
    document_id,
    event_of,
    parse_event,
    seal_content,
    verify,
)
from federation.wire import CONTEXT, limit
from keys.canonical import jcs
from keys.identity import DeviceKey, IdentityKey
from keys.multiformats import digest
from keys.proofs import verify_document

DEVICE = DeviceKey.from_seed(b"d" * 32)
DID = IdentityKey(b"i" * 32).did
STREAM = f"{DEVICE.multibase}.AAAAAAAAAAAAAAAAAAAAAA"
DOC = document_id(DID, "plan", "01JD0000000000000000000000")
DIGEST = digest(b"{}")
ACTOR = f"https://alice.example/u/{DID}/actor"


def draft(**changes: Any) -> Draft:
    values: dict[str, Any] = {
        "base": "https://alice.example",
        "did": DID,
        "ulid": "01JD0000000000000000000007",
        "verb": "Create",
        "doc": DOC,
        "cls": "comment",
        "kind": "comment.added/1",
        "stream": STREAM,
        "seq": 7,
        "prev": digest(b"before"),
        "lc": 12,
        "grant": digest(b"grant"),
        "seen": (STREAM, 3),
        "entity": "comment/1",
        "identity": 1763800000000,
        "published": "2026-11-22T10:00:00Z",
        "digest": DIGEST,
    }
    return Draft(**{**values, **changes})


EVENT = build_event(draft(), DEVICE)


def changed(change: Callable[[dict[str, Any]], None]) -> bytes:
    value = orjson.loads(EVENT.raw)
    change(value)
    return jcs(value)


def setting(name: str, value: Any) -> bytes:
    def change(members: dict[str, Any]) -> None:
        if value is None:
            del members[name]
        else:
            members[name] = value

    return changed(change)


def test_a_built_event_is_read_back_as_it_was_meant() -> None:
    event = parse_event(EVENT.raw)

    assert event == EVENT
    assert (event.author, event.device, event.stream) == (DID, DEVICE.multibase, STREAM)
    assert (event.seq, event.lc, event.seen) == (7, 12, (STREAM, 3))
    assert (event.entity, event.identity, event.digest) == ("comment/1", 1763800000000, DIGEST)
    assert verify(event)


def test_the_proof_is_one_that_any_fep_8b32_library_verifies() -> None:
    verify_document(orjson.loads(EVENT.raw), DEVICE.public)


def test_the_hash_covers_everything_but_the_proof() -> None:
    value = orjson.loads(EVENT.raw)
    del value["proof"]

    assert EVENT.hash == digest(jcs(value))


def test_the_first_of_a_stream_has_no_predecessor_and_leaves_the_member_out() -> None:
    first = build_event(draft(seq=1, prev=None, grant=None, seen=None, entity=None), DEVICE)

    members = orjson.loads(first.raw)
    assert not {"pp:prev", "pp:grant", "pp:seen", "pp:entity"} & members.keys()
    assert parse_event(first.raw) == first


def test_a_member_of_tomorrow_is_kept_and_covered_by_the_hash() -> None:
    event = parse_event(setting("pp:mood", {"deep": ["fine", 3]}))

    assert b'"pp:mood"' in event.raw
    assert event.hash != EVENT.hash


def test_a_context_of_tomorrow_may_follow_ours() -> None:
    def change(value: dict[str, Any]) -> None:
        value["@context"] = [*CONTEXT, "https://example.org/more"]
        value["proof"]["@context"] = value["@context"]

    assert parse_event(changed(change)).context[-1] == "https://example.org/more"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("actor", None),
        ("actor", "https://alice.example/u/did:key:zWrong/actor"),
        ("actor", f"https://alice.example/users/{DID}/actor"),
        ("actor", f"ftp://alice.example/u/{DID}/actor"),
        ("id", f"https://alice.example/u/{DID}/events/short"),
        ("id", f"https://other.example/u/{DID}/events/01JD0000000000000000000007"),
        ("id", 7),
        ("object", "https://alice.example/object"),
        ("object", {"id": "x", "type": ["Document", "pp:Content"], "digestMultibase": DIGEST}),
        ("pp:class", "delete"),
        ("pp:class", None),
        ("pp:doc", "urn:uuid:6f1c2f6e-5d0e-4d0c-9a53-0f5f3c1b7a10"),
        ("pp:doc", None),
        ("pp:entity", ""),
        ("pp:entity", "x" * 301),
        ("pp:entity", ["comment"]),
        ("pp:grant", "sha256:abc"),
        ("pp:identity", 0),
        ("pp:identity", "1"),
        ("pp:kind", "comment.added"),
        ("pp:kind", "Comment/1"),
        ("pp:lc", 0),
        ("pp:lc", True),
        ("pp:prev", None),
        ("pp:prev", "uEiWrong"),
        ("pp:seen", [STREAM]),
        ("pp:seen", [STREAM, 0]),
        ("pp:seen", {"stream": STREAM}),
        ("pp:seq", 1),
        ("pp:seq", -1),
        ("pp:stream", DEVICE.multibase),
        ("pp:stream", f"{DEVICE.multibase}.AAAAAAAAAAAAAAAAAAAAAB"),
        ("proof", None),
        ("proof", {}),
        ("published", "2026-11-22T10:00:00.000Z"),
        ("published", "2026-13-22T10:00:00Z"),
        ("to", ["https://www.w3.org/ns/activitystreams#Public"]),
        ("type", "create"),
        ("@context", "https://www.w3.org/ns/activitystreams"),
        ("@context", list(reversed(CONTEXT))),
    ],
)
def test_a_member_that_is_missing_or_of_another_form_is_refused(name: str, value: Any) -> None:
    with pytest.raises(MalformedError) as refused:
        parse_event(setting(name, value))

    assert refused.value.reason == "schema"


@pytest.mark.parametrize(
    ("member", "value"),
    [
        ("verificationMethod", f"{ACTOR}#z6MkOther"),
        ("created", "2026-11-22T10:00:01Z"),
        ("cryptosuite", "eddsa-rdfc-2022"),
        ("proofPurpose", "authentication"),
        ("type", "Ed25519Signature2020"),
        ("proofValue", 5),
        ("expires", "2027-11-22T10:00:00Z"),
        ("@context", ["https://www.w3.org/ns/activitystreams"]),
    ],
)
def test_a_proof_of_another_device_time_or_form_is_refused(member: str, value: Any) -> None:
    with pytest.raises(MalformedError, match="schema"):
        parse_event(changed(lambda event: event["proof"].update({member: value})))


@pytest.mark.parametrize("keyword", ["@graph", "@reverse", "@included", "@id", "@type"])
def test_a_json_ld_keyword_is_refused_wherever_it_stands(keyword: str) -> None:
    for name, value in ((keyword, "x"), ("pp:more", {"a": [{keyword: "x"}]})):
        with pytest.raises(MalformedError, match="keyword"):
            parse_event(setting(name, value))


def test_a_text_that_begins_with_an_at_sign_is_no_keyword() -> None:
    assert parse_event(setting("pp:nick", "@alice")).author == DID


@pytest.mark.parametrize(
    "spoil",
    [
        lambda raw: raw.replace(b'"pp:lc":12', b'"pp:lc": 12'),
        lambda raw: raw.replace(b'"pp:lc":12', b'"pp:lc":12,"pp:lc":12'),
        lambda raw: raw.replace(b'"pp:lc":12', b'"pp:lc":12.0'),
        lambda raw: raw.replace(b'"Create"', b'"Cr\\u0065ate"'),
        lambda raw: raw.replace(b'"pp:lc":12', b'"pp:lc":9007199254740992'),
        lambda raw: raw + b"\n",
        lambda raw: raw[:-1],
        lambda raw: b"\xef\xbb\xbf" + raw,
        lambda raw: raw.replace(b"{", b"{" * 40, 1),
    ],
)
def test_a_second_spelling_of_the_same_event_is_refused(spoil: Callable[[bytes], bytes]) -> None:
    with pytest.raises(MalformedError, match="not_canonical"):
        parse_event(spoil(EVENT.raw))


def test_a_float_in_a_member_of_tomorrow_is_refused() -> None:
    raw = EVENT.raw.replace(b'"pp:prev"', b'"pp:mood":1.5,"pp:prev"')

    with pytest.raises(MalformedError, match="not_canonical"):
        event_of(orjson.loads(raw), raw)


def test_an_event_beyond_its_limit_is_refused_and_one_at_it_is_not() -> None:
    room = limit("event") - len(setting("pp:more", ""))

    assert parse_event(setting("pp:more", "x" * room)).raw
    with pytest.raises(MalformedError, match="size"):
        parse_event(setting("pp:more", "x" * (room + 1)))


def test_a_content_is_sealed_with_its_salt_and_bounded() -> None:
    sealed = seal_content({"text": "hello"}, "A" * 22)

    assert orjson.loads(sealed) == {"text": "hello", "salt": "A" * 22}
    with pytest.raises(MalformedError, match="size"):
        seal_content({"text": "x" * limit("content")}, "A" * 22)
    with pytest.raises(MalformedError, match="not_canonical"):
        seal_content({"price": 1.5}, "A" * 22)


@pytest.mark.parametrize("place", range(0, len(EVENT.raw), 7))
def test_an_event_with_one_flipped_bit_is_refused_or_does_not_verify(place: int) -> None:
    spoiled = bytearray(EVENT.raw)
    spoiled[place] ^= 1

    try:
        event = parse_event(bytes(spoiled))
    except MalformedError:
        return
    assert not verify(event)


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=300) | st.text(max_size=300).map(str.encode))
def test_no_bytes_make_the_parser_fail_otherwise(data: bytes) -> None:
    with pytest.raises(MalformedError):
        parse_event(data)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3)
    ),
    max_leaves=8,
)


@settings(max_examples=300, deadline=None)
@given(st.sampled_from(sorted(orjson.loads(EVENT.raw))), json_values)
def test_any_value_in_any_member_is_read_or_refused_but_never_fails(name: str, value: Any) -> None:
    members = orjson.loads(EVENT.raw)
    members[name] = value

    raw = json.dumps(members, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode(
        errors="surrogatepass"
    )

    for parse in (parse_event, lambda data: event_of(json.loads(data.decode()), data)):
        try:
            event = parse(raw)
        except MalformedError as error:
            reason = error.reason
        except UnicodeDecodeError:
            continue
        else:
            reason = ""
            assert event.doc == EVENT.doc or name == "pp:doc"
        assert reason in {"", "schema", "not_canonical", "size"}
