"""Identity keys, identity records, numbers and safety numbers.

`python -m tests.keys.test_identity` writes `tests/vectors/identity.json` anew.
"""

import hashlib
import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from mnemonic import Mnemonic

from keys.canonical import INTEGER_MAX, jcs
from keys.ed25519 import SigningKey
from keys.errors import (
    BadKeyError,
    BadProofError,
    BadRecordError,
    KeysError,
    MisuseError,
    NotCanonicalError,
    WeakKeyError,
)
from keys.identity import (
    DEVICES_MAX,
    RECORD_BYTES_MAX,
    RETIRED_MAX,
    DeviceKey,
    IdentityKey,
    new_words,
    next_number,
    parse_identity_record,
    safety_number,
    seed_of_words,
)
from keys.multiformats import did_of, encode_multikey
from keys.proofs import sign_document, sign_event, verify_document

VECTORS = Path(__file__).parent.parent / "vectors/identity.json"
NOW = datetime(2026, 11, 22, 10, tzinfo=UTC)
NUMBER = 1_795_341_600_000
WORDS = (
    "legal winner thank year wave sausage worth useful legal winner thank year "
    "wave sausage worth useful legal winner thank year wave sausage worth title"
)
DEVICES = [DeviceKey.from_seed(hashlib.sha256(bytes([n])).digest()) for n in range(20)]
SEED = hashlib.sha256(b"an identity").digest()
SMALL_ORDER = encode_multikey(b"\x01" + bytes(31))
# RFC 8032 §7.1, test 1.
PUBLISHED = SigningKey(
    bytes.fromhex("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60")
).multibase
MULTIKEYS = [device.multibase for device in DEVICES]


def identity() -> IdentityKey:
    return IdentityKey(SEED)


def resigned(change: Callable[[dict[str, Any]], object]) -> bytes:
    """Return a record that was changed and then signed by its own person again."""
    value = dict(identity().sign_record(NUMBER, MULTIKEYS[:2], MULTIKEYS[2:3]).value)
    method = value.pop("proof")["verificationMethod"]
    change(value)
    value["proof"] = sign_event(
        identity(),
        jcs(value),
        context=value.get("@context"),
        created="2026-11-22T10:00:00Z",
        verification_method=method,
    )
    return jcs(value)


def vectors() -> dict[str, Any]:
    """Return the vectors: words to did, one record, one safety number."""
    phrases = [new_words(bytes([byte]) * 32) for byte in (0x00, 0x7F, 0x80, 0xFF)]
    with IdentityKey.from_words(phrases[0]) as key:
        record = key.sign_record(NUMBER, MULTIKEYS[:2], MULTIKEYS[2:3], published_key_ok=True)
    people = []
    for words in phrases:
        with IdentityKey.from_words(words) as key:
            people.append(
                {
                    "words": words,
                    "entropy": bytes(Mnemonic("english").to_entropy(words)).hex(),
                    "seed": seed_of_words(words).hex(),
                    "did": key.did,
                }
            )
    return {
        "note": "seed = HKDF-SHA256(entropy, salt empty, info, 32 bytes); published, never to use",
        "info": "portfolio-planner/identity/1",
        "people": people,
        "devices": [{"seed": d.seed.hex(), "key": d.multibase} for d in DEVICES[:3]],
        "record": record.raw.decode(),
        "recordHash": record.hash,
        "safetyNumber": {
            "between": [people[0]["did"], people[1]["did"]],
            "number": safety_number(people[0]["did"], people[1]["did"]),
        },
    }


def test_the_published_vectors_are_what_this_version_makes() -> None:
    assert json.loads(VECTORS.read_text()) == vectors()


# --- keys ---------------------------------------------------------------------------------------
def test_a_device_key_survives_by_its_seed() -> None:
    key = DeviceKey.generate()

    assert DeviceKey.from_seed(key.seed).public == key.public
    assert len(key.seed) == 32
    assert DeviceKey.generate().public != key.public


def test_an_identity_key_is_wiped_when_its_block_ends_even_by_an_error() -> None:
    with identity() as key:
        key.sign_record(NUMBER, MULTIKEYS[:1])
    with pytest.raises(MisuseError):
        key.sign_record(NUMBER, MULTIKEYS[:1])

    with pytest.raises(KeyError), identity() as failing:
        raise KeyError
    with pytest.raises(MisuseError):
        failing.sign_record(NUMBER, MULTIKEYS[:1])


# --- records ------------------------------------------------------------------------------------
key_lists = st.lists(st.sampled_from(MULTIKEYS), unique=True, min_size=2, max_size=DEVICES_MAX + 1)


@settings(deadline=None, max_examples=30)
@given(st.integers(1, INTEGER_MAX), key_lists)
def test_a_signed_record_is_read_back_by_its_bytes_alone(number: int, chosen: list[str]) -> None:
    with identity() as key:
        record = key.sign_record(number, chosen[1:], chosen[:1])

    assert parse_identity_record(record.raw) == record
    assert parse_identity_record(record.raw).value == record.value
    assert (record.did, record.number) == (identity().did, number)
    assert (record.devices, record.retired) == (tuple(chosen[1:]), (chosen[0],))


def test_a_stock_verifier_accepts_a_record_with_nothing_but_its_did() -> None:
    record = identity().sign_record(NUMBER, MULTIKEYS[:2])

    verify_document(record.value, identity().public)
    document = {name: value for name, value in record.value.items() if name != "proof"}
    proof = record.value["proof"]
    assert proof["verificationMethod"] == f"{record.did}#{record.did.removeprefix('did:key:')}"
    assert record.value == sign_document(
        document, identity(), proof["verificationMethod"], "2026-11-22T10:00:00Z"
    )


def test_members_of_a_later_version_are_kept_under_the_proof() -> None:
    raw = resigned(lambda value: value.update(later={"a": 1}))

    assert parse_identity_record(raw).value["later"] == {"a": 1}


@settings(deadline=None)
@given(st.data())
def test_a_record_with_any_changed_byte_is_refused(data: st.DataObject) -> None:
    raw = bytearray(identity().sign_record(NUMBER, MULTIKEYS[:2]).raw)
    at = data.draw(st.integers(0, len(raw) - 1))
    raw[at] ^= data.draw(st.integers(1, 255))

    with pytest.raises(KeysError):
        parse_identity_record(bytes(raw))


@pytest.mark.parametrize(
    "change",
    [
        {"devices": []},
        {"devices": MULTIKEYS[:1] * 2},
        {"devices": [encode_multikey(bytes([n]) + DEVICES[0].public[1:]) for n in range(17)]},
        {"devices": "z6Mk"},
        {"devices": {}},
        {"devices": [1]},
        {"devices": [None, MULTIKEYS[0]]},
        {"devices": [[MULTIKEYS[0]]]},
        {"devices": ["z6Mk"]},
        {"devices": [MULTIKEYS[0] + " "]},
        {"devices": [did_of(DEVICES[0].public)]},
        {"devices": MULTIKEYS[2:4]},
        {"devices": [IdentityKey(SEED).multibase]},
        {"retired": None},
        {"retired": MULTIKEYS[2:3] * 2},
        {"retired": [IdentityKey(SEED).multibase]},
        {"retired": ["z6Mk"]},
        {"retired": MULTIKEYS[2:3] * (RETIRED_MAX + 1)},
        {"number": 0},
        {"number": -1},
        {"number": "1"},
        {"number": True},
        {"number": None},
        {"did": None},
        {"did": "did:web:alice.example"},
        {"did": ["did:key:" + MULTIKEYS[0]]},
        {"type": "endpoint"},
        {"type": None},
        {"@context": ["https://www.w3.org/ns/did/v1"]},
    ],
    ids=lambda change: str(change)[:60],
)
def test_a_record_outside_its_schema_is_refused_although_its_person_signed_it(
    change: dict[str, Any],
) -> None:
    with pytest.raises(BadRecordError):
        parse_identity_record(resigned(lambda value: value.update(change)))


@pytest.mark.parametrize("member", ["devices", "retired", "number", "did", "type"])
def test_a_record_without_one_of_its_members_is_refused(member: str) -> None:
    with pytest.raises(BadRecordError):
        parse_identity_record(resigned(lambda value: value.pop(member)))


def test_a_record_of_another_did_than_its_proof_is_refused() -> None:
    raw = resigned(lambda value: value.update(did=did_of(DEVICES[5].public)))

    with pytest.raises(BadRecordError, match="proof"):
        parse_identity_record(raw)


def test_a_record_signed_by_another_key_in_a_persons_name_is_refused() -> None:
    value = dict(identity().sign_record(NUMBER, MULTIKEYS[:2]).value)
    method = value.pop("proof")["verificationMethod"]
    value["proof"] = sign_event(
        DEVICES[0],
        jcs(value),
        context=value["@context"],
        created="2026-11-22T10:00:00Z",
        verification_method=method,
    )

    with pytest.raises(BadProofError):
        parse_identity_record(jcs(value))


@pytest.mark.parametrize(
    ("raw", "error"),
    [
        (b"", NotCanonicalError),
        (b"{}", BadRecordError),
        (b"[]", BadRecordError),
        (b"null", BadRecordError),
        (b'{"proof":1}', BadRecordError),
        (b" " * (RECORD_BYTES_MAX + 1), BadRecordError),
    ],
)
def test_bytes_that_are_no_record_are_refused(raw: bytes, error: type[KeysError]) -> None:
    with pytest.raises(error):
        parse_identity_record(raw)


def test_a_record_in_another_spelling_is_refused() -> None:
    raw = identity().sign_record(NUMBER, MULTIKEYS[:2]).raw

    with pytest.raises(NotCanonicalError):
        parse_identity_record(json.dumps(json.loads(raw)).encode())


def test_a_record_without_a_proof_is_refused() -> None:
    value = dict(identity().sign_record(NUMBER, MULTIKEYS[:2]).value)
    del value["proof"]

    with pytest.raises(BadRecordError, match="proof"):
        parse_identity_record(jcs(value))


@pytest.mark.parametrize("weak", [SMALL_ORDER, PUBLISHED])
def test_a_device_key_that_must_not_be_trusted_is_refused_in_a_record(weak: str) -> None:
    with pytest.raises(WeakKeyError):
        parse_identity_record(resigned(lambda value: value.update(devices=[weak])))
    with pytest.raises(WeakKeyError):
        identity().sign_record(NUMBER, [weak])


def test_an_identity_of_published_words_is_refused() -> None:
    with pytest.raises(WeakKeyError), IdentityKey.from_words(WORDS) as key:
        key.sign_record(NUMBER, MULTIKEYS[:1])
    with pytest.raises(WeakKeyError):
        parse_identity_record(json.loads(VECTORS.read_text())["record"].encode())


def test_the_record_of_the_vectors_verifies_when_asked_for() -> None:
    stored = json.loads(VECTORS.read_text())

    record = parse_identity_record(stored["record"].encode(), published_key_ok=True)

    assert record.did == stored["people"][0]["did"]
    assert record.hash == stored["recordHash"]


@pytest.mark.parametrize(
    ("number", "devices", "retired"),
    [
        (0, MULTIKEYS[:1], []),
        (INTEGER_MAX + 1, MULTIKEYS[:1], []),
        (1, [], []),
        (1, MULTIKEYS[: DEVICES_MAX + 1], []),
        (1, MULTIKEYS[:1], MULTIKEYS[:1]),
        (1, ["z6Mk"], []),
    ],
)
def test_a_record_that_others_would_refuse_is_never_signed(
    number: int, devices: list[str], retired: list[str]
) -> None:
    with pytest.raises(MisuseError):
        identity().sign_record(number, devices, retired)


# --- numbers ------------------------------------------------------------------------------------
def test_the_next_number_is_the_time_in_ms_or_one_above_the_highest_seen() -> None:
    assert next_number(NOW, 0) == NUMBER
    assert next_number(NOW, NUMBER - 1) == NUMBER
    assert next_number(NOW, NUMBER) == NUMBER + 1
    assert next_number(NOW, INTEGER_MAX - 1) == INTEGER_MAX
    assert next_number(NOW.astimezone(timezone(timedelta(hours=5))), 0) == NUMBER


def test_a_number_is_refused_when_none_is_left_or_the_time_has_no_zone() -> None:
    with pytest.raises(MisuseError):
        next_number(NOW, INTEGER_MAX)
    with pytest.raises(MisuseError):
        next_number(NOW.replace(tzinfo=None), 0)


@settings(deadline=None)
@given(st.tuples(*[st.binary(min_size=32, max_size=32)] * 2))
def test_a_safety_number_is_the_same_on_both_sides_and_of_sixty_digits(
    keys: tuple[bytes, bytes],
) -> None:
    a, b = map(did_of, keys)

    number = safety_number(a, b)

    assert number == safety_number(b, a)
    assert [len(group) for group in number.split(" ")] == [5] * 12
    assert number.replace(" ", "").isdecimal()
    hashed = int(hashlib.sha512("".join(sorted([a, b])).encode()).hexdigest(), 16)
    assert str(hashed).startswith(number.replace(" ", ""))


def test_other_people_have_another_safety_number_and_other_texts_none() -> None:
    a, b, c = (did_of(device.public) for device in DEVICES[:3])

    assert len({safety_number(a, b), safety_number(a, c), safety_number(b, c)}) == 3
    with pytest.raises(BadKeyError):
        safety_number(a, "did:web:bob.example")


if __name__ == "__main__":
    VECTORS.write_text(json.dumps(vectors(), indent=1) + "\n")
