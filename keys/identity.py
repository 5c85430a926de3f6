"""People and their devices: recovery words, identity keys, device keys, identity records.

A person *is* the did:key of their identity key. It is derived from 24 words (BIP-39, 256 bits):

    seed = HKDF-SHA256(entropy of the words, salt = "", info = "portfolio-planner/identity/1")

and is used for one thing, to sign the *identity record*: which device keys speak for the
person. Then it is wiped; it never touches a disk. Everything else is signed by a device key.
The highest numbered record wins. Vectors: `tests/vectors/identity.json`.
"""

import hmac
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from hashlib import sha256, sha512
from types import TracebackType
from typing import Any, Final, Self

from mnemonic import Mnemonic
from nacl.utils import random

from keys.canonical import INTEGER_MAX, jcs, parse_canonical
from keys.ed25519 import SEED_BYTES, SigningKey, check_key
from keys.errors import BadKeyError, BadRecordError, BadWordsError, MisuseError
from keys.multiformats import decode_multikey, did_of, digest, public_of_did
from keys.proofs import sign_event, verify_event

WORDS: Final = 24
ENTROPY_BYTES: Final = 32
DEVICES_MAX: Final = 16
RETIRED_MAX: Final = 256
RECORD_BYTES_MAX: Final = 32 * 1024
RECORD_TYPE: Final = "identity"
SAFETY_DIGITS: Final = 60

_IDENTITY_INFO: Final = b"portfolio-planner/identity/1"
_CONTEXT: Final = [
    "https://www.w3.org/ns/did/v1",
    "https://w3id.org/security/data-integrity/v2",
]
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_LAST_SECOND: Final = 253_402_300_799  # of the year 9999, where RFC 3339 ends


class DeviceKey(SigningKey):
    """The key of one installation: signs events, records, receipts and calls."""

    __slots__ = ()

    @classmethod
    def generate(cls) -> Self:
        """Return a new key from the system's randomness."""
        return cls(random(SEED_BYTES))

    @classmethod
    def from_seed(cls, seed: bytes) -> Self:
        """Return the key of a 32-byte seed.

        Raises:
            BadKeyError: The seed has another length.
        """
        return cls(seed)

    @property
    def seed(self) -> bytes:
        """The 32 bytes to keep; with them anyone is this device."""
        return bytes(self._secret[:SEED_BYTES])


class IdentityKey(SigningKey):
    """The key that is the person. Use it in a `with` block; it is wiped at the end."""

    __slots__ = ("did",)

    def __init__(self, seed: bytes) -> None:
        """Derive the key of a 32-byte seed.

        Raises:
            BadKeyError: The seed has another length.
        """
        super().__init__(seed)
        self.did = did_of(self.public)

    @classmethod
    def from_words(cls, words: str) -> Self:
        """Return the identity of 24 words.

        Raises:
            BadWordsError: Not 24 words, a word that is not on the list, or a wrong checksum.
        """
        return cls(seed_of_words(words))

    def __enter__(self) -> Self:
        """Return the key itself."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Wipe the key."""
        self.wipe()

    def sign_record(
        self,
        number: int,
        devices: Sequence[str],
        retired: Sequence[str] = (),
        *,
        published_key_ok: bool = False,
    ) -> "IdentityRecord":
        """Return a signed identity record.

        Args:
            number: From `next_number`; the highest wins.
            devices: Multikeys that speak for this person, 1 to 16.
            retired: Multikeys that once did.
            published_key_ok: For test vectors alone.

        Raises:
            WeakKeyError: The identity or a device must not be trusted, such as that of words
                printed in a standard.
            MisuseError: The record would break its own schema, or the key was wiped.
        """
        value: dict[str, Any] = {
            "@context": _CONTEXT,
            "devices": list(devices),
            "did": self.did,
            "number": number,
            "retired": list(retired),
            "type": RECORD_TYPE,
        }
        try:
            _check_record(value, published_key_ok=published_key_ok)
        except BadRecordError as error:
            raise MisuseError(str(error)) from error
        value["proof"] = sign_event(
            self,
            jcs(value),
            context=_CONTEXT,
            created=_created(number),
            verification_method=_method(self.did),
        )
        return _record(value, jcs(value))


@dataclass(frozen=True, slots=True)
class IdentityRecord:
    """Which devices speak for a person. Made by `sign_record` or `parse_identity_record` only.

    `raw` is the canonical form, as stored and sent; `value` is its JSON.
    """

    did: str
    number: int
    devices: tuple[str, ...]
    retired: tuple[str, ...]
    raw: bytes = field(repr=False)
    value: dict[str, Any] = field(repr=False, compare=False)

    @property
    def hash(self) -> str:
        """The digest of the record: of two with one number, the lower hash wins."""
        return digest(self.raw)


def parse_identity_record(raw: bytes, *, published_key_ok: bool = False) -> IdentityRecord:
    """Return the identity record that these bytes are, verified by nothing but themselves.

    Members that a later version adds are kept and covered by the proof.

    Args:
        raw: Canonical bytes.
        published_key_ok: For test vectors alone.

    Raises:
        NotCanonicalError: The bytes are not canonical JSON.
        BadRecordError: Not an identity record, or too large.
        BadProofError: The proof is not by the did it names.
        WeakKeyError: A key that must not be trusted.
    """
    if len(raw) > RECORD_BYTES_MAX:
        raise BadRecordError(f"more than {RECORD_BYTES_MAX} bytes")
    value = parse_canonical(raw)
    if not isinstance(value, dict):
        raise BadRecordError("not an object")
    document = {name: member for name, member in value.items() if name != "proof"}
    _check_record(document, published_key_ok=published_key_ok)
    proof = value.get("proof")
    did = document["did"]
    if not isinstance(proof, dict) or proof.get("verificationMethod") != _method(did):
        raise BadRecordError("the proof is not by the did itself")
    verify_event(
        jcs(document),
        proof,
        context=document["@context"],
        public=public_of_did(did),
        published_key_ok=published_key_ok,
    )
    return _record(value, raw)


def _record(value: dict[str, Any], raw: bytes) -> IdentityRecord:
    devices, retired = tuple(value["devices"]), tuple(value["retired"])
    return IdentityRecord(value["did"], value["number"], devices, retired, raw, value)


def _method(did: str) -> str:
    """Return the verification method of a did:key: itself, with its key as the fragment."""
    return f"{did}#{did.removeprefix('did:key:')}"


def _created(number: int) -> str:
    second = min(number // 1000, _LAST_SECOND)
    return (_EPOCH + timedelta(seconds=second)).strftime("%Y-%m-%dT%H:%M:%SZ")


def _check_record(value: dict[str, Any], *, published_key_ok: bool = False) -> None:
    if value.get("type") != RECORD_TYPE or value.get("@context") != _CONTEXT:
        raise BadRecordError("not an identity record")
    number, did = value.get("number"), value.get("did")
    if type(number) is not int or not 0 < number <= INTEGER_MAX:
        raise BadRecordError("number is an integer from 1 to 2^53 - 1")
    devices = _check_keys(value, "devices", DEVICES_MAX, published_key_ok=published_key_ok)
    retired = _check_keys(value, "retired", RETIRED_MAX, published_key_ok=True)
    if not devices:
        raise BadRecordError("at least one device speaks for a person")
    try:
        identity = public_of_did(did)
    except BadKeyError as error:
        raise BadRecordError("did is not a did:key") from error
    check_key(identity, published_key_ok=published_key_ok)
    if devices & retired or identity in devices | retired:
        raise BadRecordError("a key is a device, retired or the identity, never two of them")


def _check_keys(
    value: dict[str, Any], member: str, most: int, *, published_key_ok: bool
) -> frozenset[bytes]:
    texts = value.get(member)
    if not isinstance(texts, list) or len(texts) > most:
        raise BadRecordError(f"{member} is a list of at most {most} keys")
    try:
        keys = [decode_multikey(text) for text in texts if isinstance(text, str)]
    except BadKeyError as error:
        raise BadRecordError(f"{member} holds a text that is no Multikey") from error
    if len(set(keys)) != len(texts):
        raise BadRecordError(f"{member} holds a key twice, or no text")
    for key in keys:
        check_key(key, published_key_ok=published_key_ok)
    return frozenset(keys)


def next_number(now: datetime, highest_seen: int) -> int:
    """Return the number of a person's next record: the time in ms, or one above the highest.

    Raises:
        MisuseError: `now` has no time zone, or the numbers are used up.
    """
    if now.tzinfo is None:
        raise MisuseError("now must be aware")
    number = max((now - _EPOCH) // timedelta(milliseconds=1), highest_seen + 1)
    if number > INTEGER_MAX:
        raise MisuseError("no number is left above the highest seen")
    return number


def safety_number(a: str, b: str) -> str:
    """Return the number that two people compare aloud, the same on both sides.

    It is the first 60 decimal digits of SHA-512 over the two sorted dids, in groups of five.

    Raises:
        BadKeyError: One of them is not a did:key.
    """
    for did in (a, b):
        public_of_did(did)
    hashed = sha512("".join(sorted((a, b))).encode()).digest()
    digits = str(int.from_bytes(hashed, "big")).zfill(SAFETY_DIGITS)[:SAFETY_DIGITS]
    return " ".join(digits[at : at + 5] for at in range(0, SAFETY_DIGITS, 5))


@cache
def _word_list() -> Mnemonic:
    return Mnemonic("english")


def new_words(entropy: bytes | None = None) -> str:
    """Return 24 new recovery words.

    Args:
        entropy: 32 bytes; from the system's randomness when not given.

    Raises:
        BadWordsError: The entropy has another length.
    """
    chosen = random(ENTROPY_BYTES) if entropy is None else entropy
    if len(chosen) != ENTROPY_BYTES:
        raise BadWordsError("24 words hold 32 bytes")
    return str(_word_list().to_mnemonic(chosen))


def seed_of_words(words: str) -> bytes:
    """Return the 32-byte Ed25519 seed of 24 recovery words (BIP-39, HKDF of RFC 5869).

    Upper case, other Unicode forms and any spacing are forgiven.

    Raises:
        BadWordsError: Not 24 words, a word that is not on the list, or a wrong checksum.
    """
    # RFC 5869 in two lines: `cryptography` would cost a directory 5 of its 50 MiB of memory.
    extracted = hmac.digest(bytes(sha256().digest_size), _entropy_of_words(words), "sha256")
    return hmac.digest(extracted, _IDENTITY_INFO + b"\x01", "sha256")  # one block: 32 bytes


def _entropy_of_words(words: str) -> bytes:
    given = unicodedata.normalize("NFKD", words).lower().split()
    if len(given) != WORDS:
        raise BadWordsError(f"there are {len(given)} words, not {WORDS}")
    known = frozenset(_word_list().wordlist)
    for place, word in enumerate(given, start=1):
        if word not in known:
            raise BadWordsError(f"word {place} is not on the list: {word}")
    try:
        return bytes(_word_list().to_entropy(given))
    except ValueError as error:
        raise BadWordsError("the words do not belong together: one is wrong or moved") from error
