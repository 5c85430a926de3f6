"""Text forms: one text per value, every other spelling refused."""

import base58
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from keys.errors import BadKeyError, BadSignatureError, NotCanonicalError
from keys.multiformats import (
    decode_base64url,
    decode_multikey,
    decode_signature,
    did_of,
    digest,
    encode_base64url,
    encode_multikey,
    encode_signature,
    is_digest,
    public_of_did,
)

# The key of FEP-8b32 and of W3C vc-di-eddsa appendix B.
PUBLIC = bytes.fromhex("b00d8d938e7f773d51565aad36a623f5344f7f5d1960f9cf3e8e12620ea2810f")
MULTIKEY = "z6MkrJVnaZkeFzdQyMZu1cgjg7k1pZZ6pvBQ7XJPt4swbTQ2"
DID = "did:key:" + MULTIKEY

keys = st.binary(min_size=32, max_size=32) | st.binary(max_size=16).map(
    lambda b: b.rjust(32, b"\0")
)
signatures = st.binary(min_size=64, max_size=64) | st.binary(max_size=40).map(
    lambda b: b.rjust(64, b"\0")
)


def test_the_published_key_has_its_published_text() -> None:
    assert encode_multikey(PUBLIC) == MULTIKEY
    assert decode_multikey(MULTIKEY) == PUBLIC
    assert did_of(PUBLIC) == DID
    assert public_of_did(DID) == PUBLIC


@settings(deadline=None)
@given(keys)
def test_keys_survive_the_way_to_text_and_back(public: bytes) -> None:
    assert decode_multikey(encode_multikey(public)) == public
    assert public_of_did(did_of(public)) == public
    assert encode_multikey(public) == "z" + base58.b58encode(b"\xed\x01" + public).decode()


@settings(deadline=None)
@given(signatures)
def test_signatures_survive_the_way_to_text_and_back(signature: bytes) -> None:
    assert decode_signature(encode_signature(signature)) == signature
    assert encode_signature(signature) == "z" + base58.b58encode(signature).decode()


@settings(deadline=None)
@given(signatures, st.data())
def test_a_changed_text_is_refused_or_another_signature(
    signature: bytes, data: st.DataObject
) -> None:
    text = encode_signature(signature)
    at = data.draw(st.integers(0, len(text) - 1))
    other = text[:at] + data.draw(st.characters()) + text[at + 1 :]

    try:
        decoded = decode_signature(other)
    except BadSignatureError:
        return

    assert encode_signature(decoded) == other


@pytest.mark.parametrize(
    "text",
    [
        "",
        "z",
        None,
        7,
        [MULTIKEY],
        MULTIKEY[1:],
        MULTIKEY + "\n",
        " " + MULTIKEY,
        MULTIKEY + "1",
        "z1" + MULTIKEY[1:],
        MULTIKEY[:-1],
        "Z" + MULTIKEY[1:],
        "u" + MULTIKEY[1:],
        MULTIKEY[:-1] + "0",
        MULTIKEY[:-1] + "é",
        MULTIKEY.replace("z6Mk", "z6Ls"),
        "z" + base58.b58encode(b"\xec\x01" + PUBLIC).decode(),
        "z" + "z" * 47,
    ],
)
def test_a_text_that_is_no_multikey_is_refused(text: object) -> None:
    with pytest.raises(BadKeyError):
        decode_multikey(text)
    with pytest.raises(BadKeyError):
        public_of_did(f"did:key:{text}")


@pytest.mark.parametrize(
    "did",
    [MULTIKEY, DID + "#" + MULTIKEY, DID + "/", "did:web:a.example", "DID:key:" + MULTIKEY, 1],
)
def test_what_is_no_did_of_a_person_is_refused(did: object) -> None:
    with pytest.raises(BadKeyError):
        public_of_did(did)


@pytest.mark.parametrize("length", [0, 31, 33, 64])
def test_keys_of_another_length_have_no_text(length: int) -> None:
    with pytest.raises(BadKeyError):
        encode_multikey(bytes(length))


@pytest.mark.parametrize(
    "text",
    [
        None,
        "",
        "z",
        b"z",
        "z" + "1" * 63,
        "z" + "1" * 65,
        "z" + "z" * 88,
        "z" + "z" * 10_000,
        "m" + encode_signature(bytes(range(64)))[1:],
        encode_signature(bytes(range(64))) + " ",
        "z1" + encode_signature(bytes(range(1, 65)))[1:],
        "z" + base58.b58encode(bytes(range(1, 64))).decode(),
    ],
)
def test_a_text_that_is_no_signature_is_refused(text: object) -> None:
    with pytest.raises(BadSignatureError):
        decode_signature(text)


def test_signatures_of_another_length_have_no_text() -> None:
    with pytest.raises(BadSignatureError):
        encode_signature(bytes(63))


def test_a_digest_is_a_base64url_multihash() -> None:
    # SHA-256 of nothing, FIPS 180-4.
    empty = "1220e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"

    assert decode_base64url(digest(b"")[1:]).hex() == empty
    assert digest(b"") == "uEiDjsMRCmPwcFJr79MiZb7kkJ65B5GSbk0yklZkbeFK4VQ"


@settings(deadline=None)
@given(st.binary())
def test_every_digest_is_recognised_and_a_longer_or_shorter_text_is_not(data: bytes) -> None:
    text = digest(data)

    assert is_digest(text)
    assert len(text) == 47
    assert not is_digest(text[:-1])
    assert not is_digest(text + "A")
    assert not is_digest(text + "\n")


@pytest.mark.parametrize(
    "text", [None, b"", "", "zEi" + "A" * 44, "uEi" + "E" + "A" * 43, "uEi" + "A" * 43 + "B"]
)
def test_a_text_that_no_digest_can_be_is_not_one(text: object) -> None:
    assert not is_digest(text)


@settings(deadline=None)
@given(st.binary())
def test_base64url_survives_the_way_and_back(data: bytes) -> None:
    assert decode_base64url(encode_base64url(data)) == data


@pytest.mark.parametrize(
    "text", ["A", "AA==", "AB", "+/+/", "A A", "AA\n", "é", "AAAA=", "\ud800"]
)
def test_other_spellings_of_base64url_are_refused(text: str) -> None:
    with pytest.raises(NotCanonicalError):
        decode_base64url(text)
