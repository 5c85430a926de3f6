"""Signatures per purpose: vectors for each, and none that passes for another.

`python -m tests.keys.test_purposes` writes `tests/vectors/purposes.json` anew.
"""

import json
from hashlib import sha256
from itertools import permutations
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from nacl.signing import VerifyKey

from keys.canonical import INTEGER_MAX, jcs
from keys.ed25519 import SigningKey
from keys.errors import (
    BadMacError,
    BadSignatureError,
    MisuseError,
    NotCanonicalError,
    WeakKeyError,
)
from keys.identity import DeviceKey
from keys.multiformats import decode_signature, did_of, digest
from keys.purposes import (
    INVITE_ANSWER_TAG,
    INVITE_TAG,
    PURPOSES,
    check_invite_mac,
    invite_mac,
    sign_value,
    verify_value,
)

VECTORS = Path(__file__).parent.parent / "vectors/purposes.json"
# RFC 8032 §7.1 tests 1 and 2: published, so refused unless a test asks for them.
VECTOR_KEY = DeviceKey.from_seed(
    bytes.fromhex("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60")
)
VECTOR_PEER = SigningKey(
    bytes.fromhex("4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb")
)
KEY = DeviceKey.from_seed(sha256(b"device").digest())
OTHER = DeviceKey.from_seed(sha256(b"other").digest())
PERSON = did_of(SigningKey(sha256(b"person").digest()).public)
SECRET = bytes(range(32))

EXAMPLES: dict[str, Any] = {
    "person": PERSON,
    "number": 1_763_800_000_000,
    "urls": ["https://alice.example:8100"],
    "expires": "2026-11-22T12:00:00Z",
    "box": "uAAAA",
    "P": VECTOR_PEER.multibase,
    "e": "uAAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8",
    "to": did_of(VECTOR_PEER.public),
    "name": "Zoë",
    "accept": True,
    "doc": "urn:pp:" + digest(b"doc"),
    "heads": {"stream": [7, digest(b"event")]},
    "at": "2026-11-22T10:00:00Z",
    "n": 1,
    "k": 2,
    "nonce": "AAECAwQFBgcICQoLDA0ODw",
    "handle": "alice",
}
everyone = pytest.mark.parametrize("purpose", PURPOSES)


def value_of(purpose: str, key: SigningKey = KEY) -> dict[str, Any]:
    required = sorted(PURPOSES[purpose].members - {"by"})
    return {"by": key.multibase, **{member: EXAMPLES[member] for member in required}}


def vectors() -> dict[str, Any]:
    """Return one signed value per purpose, with what is hashed and signed, and two MACs."""
    cases = []
    for purpose in PURPOSES:
        value = value_of(purpose, VECTOR_KEY)
        cases.append(
            {
                "purpose": purpose,
                "canonical": jcs(value).decode(),
                "message": (f"pp-{purpose}-v1\0".encode() + sha256(jcs(value)).digest()).hex(),
                "signed": sign_value(VECTOR_KEY, purpose, value),
            }
        )
    invite = {"acceptor": PERSON, "device": VECTOR_KEY.multibase, "id": "1", "inviter": PERSON}
    return {
        "note": "Ed25519 over `message`; the key is RFC 8032 test 1: published, never to use",
        "seed": VECTOR_KEY.seed.hex(),
        "public": VECTOR_KEY.multibase,
        "cases": cases,
        "macs": [
            {
                "secret": SECRET.hex(),
                "tag": tag,
                "value": invite,
                "mac": invite_mac(SECRET, invite, tag=tag),
            }
            for tag in (INVITE_TAG, INVITE_ANSWER_TAG)
        ],
    }


def test_the_published_vectors_are_what_this_version_makes() -> None:
    assert json.loads(VECTORS.read_text()) == vectors()


@pytest.mark.parametrize("case", json.loads(VECTORS.read_text())["cases"])
def test_a_vector_verifies_by_its_message_alone(case: dict[str, Any]) -> None:
    signature = decode_signature(case["signed"]["sig"])

    VerifyKey(VECTOR_KEY.public).verify(bytes.fromhex(case["message"]), signature)
    verify_value(case["purpose"], case["signed"], published_key_ok=True)
    with pytest.raises(WeakKeyError):
        verify_value(case["purpose"], case["signed"])


@everyone
def test_a_signed_value_verifies(purpose: str) -> None:
    signed = sign_value(KEY, purpose, value_of(purpose))

    verify_value(purpose, signed)
    verify_value(purpose, json.loads(jcs(signed)))


@pytest.mark.parametrize(("made_for", "used_for"), list(permutations(PURPOSES, 2)))
def test_a_signature_for_one_purpose_is_none_for_another(made_for: str, used_for: str) -> None:
    value = {"by": KEY.multibase, **EXAMPLES}
    signed = sign_value(KEY, made_for, value)

    verify_value(made_for, signed)
    with pytest.raises(BadSignatureError, match="does not verify"):
        verify_value(used_for, signed)


@everyone
def test_a_value_without_one_of_its_members_is_neither_signed_nor_accepted(purpose: str) -> None:
    for member in PURPOSES[purpose].members:
        value = value_of(purpose)
        del value[member]
        with pytest.raises(MisuseError):
            sign_value(KEY, purpose, value)

        signed = sign_value(KEY, purpose, value_of(purpose))
        del signed[member]
        with pytest.raises(BadSignatureError):
            verify_value(purpose, signed)


@everyone
def test_a_value_with_one_changed_member_is_refused(purpose: str) -> None:
    for member in PURPOSES[purpose].members - {"by", "person", "to"}:
        signed = sign_value(KEY, purpose, value_of(purpose))
        signed[member] = "changed"
        with pytest.raises(BadSignatureError):
            verify_value(purpose, signed)


def test_a_value_is_bound_to_signer_person_and_recipient() -> None:
    signed = sign_value(KEY, "friend_request", value_of("friend_request"))

    for change in (
        {"by": OTHER.multibase},
        {"person": did_of(OTHER.public)},
        {"to": did_of(OTHER.public)},
        {"added": 1},
    ):
        with pytest.raises(BadSignatureError, match="does not verify"):
            verify_value("friend_request", {**signed, **change})


@pytest.mark.parametrize(
    "change",
    [
        {"by": None},
        {"by": [KEY.multibase]},
        {"by": "did:key:" + KEY.multibase},
        {"by": ""},
        {"person": KEY.multibase},
        {"person": {}},
        {"to": None},
        {"to": [PERSON]},
        {"sig": None},
        {"sig": ""},
        {"sig": ["z"]},
        {"sig": "z" + "1" * 64},
        {"sig": "u" + "A" * 86},
    ],
    ids=str,
)
def test_a_value_whose_names_are_not_of_their_form_is_refused(change: dict[str, Any]) -> None:
    signed = sign_value(KEY, "friend_request", value_of("friend_request"))

    with pytest.raises(BadSignatureError):
        verify_value("friend_request", {**signed, **change})


def test_an_unsigned_value_is_refused() -> None:
    with pytest.raises(BadSignatureError):
        verify_value("hello", value_of("hello"))


@pytest.mark.parametrize("purpose", ["", "event", "endpoint-v1\0", "Endpoint"])
def test_an_unknown_purpose_is_neither_signed_nor_accepted(purpose: str) -> None:
    value = {"by": KEY.multibase, **EXAMPLES}

    with pytest.raises(MisuseError):
        sign_value(KEY, purpose, value)
    with pytest.raises(BadSignatureError):
        verify_value(purpose, {**value, "sig": "z"})


def test_nobody_signs_in_anothers_name_or_twice() -> None:
    with pytest.raises(MisuseError, match="by"):
        sign_value(OTHER, "hello", value_of("hello"))
    with pytest.raises(MisuseError, match="already"):
        sign_value(KEY, "hello", sign_value(KEY, "hello", value_of("hello")))


@pytest.mark.parametrize("odd", [1.5, 2**53, {"é": 1}, "\ud800", b"x", float("nan")])
def test_a_value_outside_canonical_json_is_neither_signed_nor_accepted(odd: object) -> None:
    with pytest.raises(NotCanonicalError):
        sign_value(KEY, "hello", {**value_of("hello"), "odd": odd})
    with pytest.raises(NotCanonicalError):
        verify_value("hello", {**sign_value(KEY, "hello", value_of("hello")), "odd": odd})


@settings(deadline=None)
@given(
    st.dictionaries(
        st.text("abcdefgh", min_size=6, max_size=9),
        st.none() | st.booleans() | st.integers(-INTEGER_MAX, INTEGER_MAX) | st.text(),
    )
)
def test_whatever_else_a_value_holds_is_signed_too(members: dict[str, Any]) -> None:
    signed = sign_value(KEY, "hello", {**members, **value_of("hello")})

    verify_value("hello", signed)
    for member in members:
        fewer = {name: value for name, value in signed.items() if name != member}
        with pytest.raises(BadSignatureError):
            verify_value("hello", fewer)


def test_a_mac_verifies_with_its_secret_value_and_tag_only() -> None:
    value = {"id": "1", "acceptor": PERSON}
    mac = invite_mac(SECRET, value)

    check_invite_mac(SECRET, value, mac)
    for secret, changed, tag in (
        (bytes(32), value, INVITE_TAG),
        (SECRET, {**value, "id": "2"}, INVITE_TAG),
        (SECRET, value, INVITE_ANSWER_TAG),
    ):
        with pytest.raises(BadMacError):
            check_invite_mac(secret, changed, mac, tag=tag)


@pytest.mark.parametrize("mac", [None, "", "u", 1, b"u", ["u"], "ü" * 44, "\ud800"])
def test_what_is_no_mac_is_refused(mac: object) -> None:
    with pytest.raises(BadMacError):
        check_invite_mac(SECRET, {"id": "1"}, mac)


def test_a_mac_over_a_value_outside_canonical_json_is_refused() -> None:
    with pytest.raises(NotCanonicalError):
        invite_mac(SECRET, {"id": 1.5})


if __name__ == "__main__":
    VECTORS.write_text(json.dumps(vectors(), indent=1, ensure_ascii=False) + "\n")
