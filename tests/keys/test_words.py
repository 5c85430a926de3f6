"""Recovery words: 24 words, one identity; a mistake is named."""

import json
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from hypothesis import given, settings
from hypothesis import strategies as st
from mnemonic import Mnemonic

from keys.ed25519 import SigningKey
from keys.errors import BadWordsError
from keys.identity import IdentityKey, new_words, seed_of_words
from keys.multiformats import did_of

VECTORS = Path(__file__).parent.parent / "vectors/identity.json"
WORDS = (
    "legal winner thank year wave sausage worth useful legal winner thank year "
    "wave sausage worth useful legal winner thank year wave sausage worth title"
)


@pytest.mark.parametrize("person", json.loads(VECTORS.read_text())["people"])
def test_the_seed_is_hkdf_of_the_entropy_of_the_words(person: dict[str, str]) -> None:
    hkdf = HKDF(algorithm=SHA256(), length=32, salt=None, info=b"portfolio-planner/identity/1")
    expected = hkdf.derive(bytes.fromhex(person["entropy"]))

    assert seed_of_words(person["words"]) == expected
    assert did_of(SigningKey(expected).public) == person["did"]


@settings(deadline=None, max_examples=30)
@given(st.binary(min_size=32, max_size=32))
def test_words_lead_back_to_one_identity(entropy: bytes) -> None:
    words = new_words(entropy)

    with IdentityKey.from_words(words) as key, IdentityKey.from_words(words) as again:
        assert key.did == again.did
    assert bytes(Mnemonic("english").to_entropy(words)) == entropy
    assert len(words.split()) == 24


def test_new_words_differ_each_time() -> None:
    assert new_words() != new_words()


@pytest.mark.parametrize(
    "typed",
    [WORDS.upper(), f"  {WORDS}\n", WORDS.replace(" ", "\n"), WORDS.replace(" ", "\u3000")],
)
def test_words_are_understood_however_they_are_typed(typed: str) -> None:
    assert seed_of_words(typed) == seed_of_words(WORDS)


@pytest.mark.parametrize(
    ("typed", "message"),
    [
        ("", "0 words"),
        (WORDS.rsplit(" ", 1)[0], "23 words"),
        (WORDS + " title", "25 words"),
        (WORDS.replace("title", "titel"), "word 24 is not on the list: titel"),
        (WORDS.replace("legal", "légal", 1), "word 1 is not on the list"),
        (WORDS.replace("title", "useful"), "do not belong together"),
        ("winner legal " + WORDS.split(" ", 2)[2], "do not belong together"),
    ],
)
def test_words_with_a_mistake_are_refused_with_what_is_wrong(typed: str, message: str) -> None:
    with pytest.raises(BadWordsError, match=message):
        IdentityKey.from_words(typed)


@pytest.mark.parametrize("length", [0, 16, 31, 33])
def test_words_of_less_entropy_are_never_made(length: int) -> None:
    with pytest.raises(BadWordsError):
        new_words(bytes(length))
