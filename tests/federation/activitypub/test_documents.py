"""The pure parts: contexts, activities, actors of others, text, and the published vectors."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from federation.activitypub.activity import (
    TEXT_CHARS_MAX,
    check_own,
    parse_activity,
    plain_text,
)
from federation.activitypub.collection import collection_digest, ordered_collection
from federation.activitypub.contexts import STANDARD_TERMS, check_context, check_names
from federation.activitypub.notes import markup
from federation.activitypub.remote import parse_actor, pem_of, public_of_pem
from federation.errors import MalformedError, RemoteProtocolError, UnauthenticError
from federation.wire import limit
from keys.canonical import stock_jcs
from keys.errors import BadKeyError
from keys.identity import DeviceKey
from keys.proofs import claimed_method, verify_document

VECTORS = Path(__file__).parents[2] / "vectors"
URL = "https://alice.example/users/alice"
KEY = DeviceKey.from_seed(b"k" * 32)


def _vector(name: str) -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads((VECTORS / name).read_text())
    return loaded


def test_the_wire_example_is_read_and_its_proof_verifies() -> None:
    example = _vector("pp-example.json")

    actor = parse_actor(example["actor"], URL)
    activity = parse_activity(stock_jcs(example["activity"]))
    key = actor.proof_keys[claimed_method(activity.value)]

    verify_document(activity.value, key, published_key_ok=True)
    assert actor.http_keys[f"{URL}#main-key"] == key
    assert activity.actor == actor.id
    assert activity.text == "Long ACME at 100.50, stop 95.00"


def test_the_digest_of_a_collection_is_that_of_fep_8fcf_in_any_order() -> None:
    vector = _vector("fep-8fcf-digest.json")
    followers = vector["followers"]

    assert collection_digest(followers) == vector["digest"]
    assert collection_digest(followers[::-1]) == vector["digest"]
    assert collection_digest(followers[:1]) == vector["sha256"][0]
    assert collection_digest([]) == "0" * 64
    assert ordered_collection(URL, followers)["totalItems"] == 2


@pytest.mark.parametrize("term", sorted(STANDARD_TERMS))
def test_no_standard_term_is_given_another_meaning(term: str) -> None:
    with pytest.raises(MalformedError, match="context"):
        check_context({term: "https://evil.example/ns#x"})


def test_terms_of_other_software_are_fine() -> None:
    check_context(
        [
            "https://www.w3.org/ns/activitystreams",
            {
                "toot": "http://joinmastodon.org/ns#",
                "sensitive": "as:sensitive",
                "focalPoint": {"@container": "@list", "@id": "toot:focalPoint"},
            },
        ]
    )


_ACTIVITY_MEMBERS = ["id", "type", "actor", "object", "proof", "signature", "@context"]
_ACTOR_MEMBERS = ["inbox", "name", "preferredUsername", "assertionMethod", "publicKey"]
json_values = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 9) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=20,
)


@given(json_values)
def test_any_json_is_read_or_refused_with_a_reason(value: object) -> None:
    assert _reading(value) in {"read", "not_ijson", "shape", "context", "jsonld_keyword"}


@given(st.dictionaries(st.sampled_from(_ACTIVITY_MEMBERS), json_values | st.just(URL)))
def test_any_activity_is_read_or_refused_with_a_reason(members: dict[str, object]) -> None:
    activity = {"@context": "https://www.w3.org/ns/activitystreams", **members}

    assert _reading(activity) in {"read", "shape", "context", "jsonld_keyword", "not_owner"}


@given(st.dictionaries(st.sampled_from(_ACTOR_MEMBERS), json_values))
def test_any_actor_is_read_or_refused_with_a_reason(members: dict[str, object]) -> None:
    document = {"id": URL, "inbox": f"{URL}/inbox", **members}

    try:
        actor = parse_actor(document, document["id"] if isinstance(document["id"], str) else URL)
    except UnauthenticError as error:
        reason = error.reason
    else:
        reason = "read" if actor.inbox else "no inbox"

    assert reason in {"read", "no inbox", "key_fetch", "key_id_mismatch"}


@given(json_values, st.sampled_from(["@graph", "@id", "@reverse", "@"]))
def test_a_keyword_is_found_wherever_it_stands(value: object, keyword: str) -> None:
    with pytest.raises(MalformedError):
        check_names([1, {"a": [value, {"b": {keyword: value}}]}])


@given(st.text(alphabet="<>&;/ab\n\t \x00'\"", max_size=60))
def test_text_survives_our_own_markup(text: str) -> None:
    shown = plain_text(markup(text))

    assert shown.split() == plain_text(markup(shown)).split()
    assert "<p>" not in shown
    assert "\x00" not in shown


@given(st.text(max_size=200))
def test_markup_holds_no_element_but_ours(text: str) -> None:
    rest = markup(text).replace("<p>", "").replace("</p>", "").replace("<br>", "")

    assert "<" not in rest
    assert ">" not in rest


def test_much_markup_is_read_in_time_and_cut() -> None:
    assert plain_text("<" * 200_000) == "<" * TEXT_CHARS_MAX
    assert plain_text("<br " * 60_000).startswith("<br")
    assert plain_text(None) == plain_text(["x"]) == ""


@pytest.mark.parametrize(
    ("change", "keys"),
    [
        ({}, 1),
        ({"controller": "https://alice.example/users/bob"}, 0),
        ({"controller": None}, 0),
        ({"id": "https://evil.example/users/alice#key"}, 0),
        ({"id": None}, 0),
        ({"type": "JsonWebKey"}, 0),
        ({"publicKeyMultibase": "z4MXj1wBzi9jUstyPMS4jQqB6KdJaiatPkAtVtGc6bQEQEEsKTic4G7R"}, 0),
        ({"publicKeyMultibase": 7}, 0),
    ],
)
def test_a_key_counts_only_when_the_actor_controls_it(
    change: dict[str, object], keys: int
) -> None:
    method = {
        "id": f"{URL}#key",
        "type": "Multikey",
        "controller": URL,
        "publicKeyMultibase": KEY.multibase,
    }
    document = {"id": URL, "inbox": f"{URL}/inbox", "assertionMethod": [{**method, **change}]}

    assert len(parse_actor(document, URL).proof_keys) == keys


@pytest.mark.parametrize("spare", [0, 1])
def test_keys_beyond_the_limit_are_not_looked_at(spare: int) -> None:
    document: dict[str, object] = {
        "id": URL,
        "inbox": f"{URL}/inbox",
        "assertionMethod": [
            {
                "id": f"{URL}#{number}",
                "type": "Multikey",
                "controller": URL,
                "publicKeyMultibase": KEY.multibase,
            }
            for number in range(limit("actor_keys") + spare)
        ],
    }

    assert len(parse_actor(document, URL).proof_keys) == limit("actor_keys")


@pytest.mark.parametrize("owner", [URL, "https://alice.example/users/bob", None])
def test_a_request_key_counts_only_with_its_owner(owner: str | None) -> None:
    key = {"id": f"{URL}#main-key", "owner": owner, "publicKeyPem": pem_of(KEY.public)}
    document = {"id": URL, "inbox": f"{URL}/inbox", "publicKey": key}

    actor = parse_actor(document, URL)

    assert bool(actor.http_keys) is (owner == URL)
    assert actor.proof_keys == {}


@pytest.mark.parametrize(
    ("document", "reason"),
    [
        ([], "key_fetch"),
        ({"id": URL}, "key_fetch"),
        ({"id": f"{URL}/other", "inbox": "x"}, "key_id_mismatch"),
        ({"inbox": "x"}, "key_id_mismatch"),
    ],
)
def test_what_is_no_actor_is_refused(document: object, reason: str) -> None:
    with pytest.raises(UnauthenticError) as refused:
        parse_actor(document, URL)
    assert refused.value.reason == reason


def test_a_pem_text_holds_one_ed25519_key_or_is_refused() -> None:
    assert public_of_pem(pem_of(KEY.public)) == KEY.public
    for text in ("", "AAAA", pem_of(KEY.public)[:-40], pem_of(KEY.public + b"x"), "ä"):
        with pytest.raises(BadKeyError):
            public_of_pem(text)


def _reading(value: object) -> str:
    try:
        check_own(parse_activity(json.dumps(value).encode()))
    except RemoteProtocolError as error:
        return error.reason
    return "read"
