"""Text forms of keys, signatures and digests (W3C Controlled Identifiers §2.2-2.4, did:key).

| what | form | example |
|---|---|---|
| public key | Multikey: base58btc of 0xed 0x01 + 32 bytes | `z6MkrJVn…` (48 characters) |
| person | did:key of it | `did:key:z6MkrJVn…` |
| signature | base58btc of 64 bytes | `z42ffGu6…` |
| digest | base64url of a SHA2-256 multihash | `uEi…` (47 characters) |

Each value has exactly one text: decoders refuse every other spelling, so that texts may be
compared, indexed and used as keys of tables.
"""

import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from functools import lru_cache
from hashlib import sha256
from itertools import product
from typing import Final

from keys.errors import BadKeyError, BadSignatureError, NotCanonicalError

PUBLIC_KEY_BYTES: Final = 32
SIGNATURE_BYTES: Final = 64
DID_PREFIX: Final = "did:key:"

_ED25519_PUBLIC: Final = b"\xed\x01"
_SHA2_256: Final = b"\x12\x20"
_MULTIKEY_CHARACTERS: Final = 48
_SIGNATURE_CHARACTERS_MAX: Final = 89
_DIGEST: Final = re.compile(r"uEi[A-D][A-Za-z0-9_-]{42}[AQgw]")
_KEYS_CACHED: Final = 4096  # the devices of all friends and their friends, a few hundred KiB


def encode_multikey(public: bytes) -> str:
    """Return the Multikey text of an Ed25519 public key, `z6Mk…`.

    Raises:
        BadKeyError: Not 32 bytes.
    """
    if len(public) != PUBLIC_KEY_BYTES:
        raise BadKeyError("an Ed25519 public key has 32 bytes")
    return "z" + _encode_base58(_ED25519_PUBLIC + public)


def decode_multikey(text: object) -> bytes:
    """Return the 32 bytes of an Ed25519 Multikey.

    Raises:
        BadKeyError: Any other text, or no text.
    """
    if not isinstance(text, str) or len(text) != _MULTIKEY_CHARACTERS or text[0] != "z":
        raise BadKeyError("not an Ed25519 Multikey")
    return _decode_multikey(text)


@lru_cache(maxsize=_KEYS_CACHED)
def _decode_multikey(text: str) -> bytes:
    raw = _decode_base58(text[1:], len(_ED25519_PUBLIC) + PUBLIC_KEY_BYTES)
    if raw is None or not raw.startswith(_ED25519_PUBLIC):
        raise BadKeyError("not an Ed25519 Multikey")
    return raw.removeprefix(_ED25519_PUBLIC)


def did_of(public: bytes) -> str:
    """Return the did:key of an Ed25519 public key.

    Raises:
        BadKeyError: Not 32 bytes.
    """
    return DID_PREFIX + encode_multikey(public)


def public_of_did(did: object) -> bytes:
    """Return the public key that a did:key is.

    Raises:
        BadKeyError: Anything else, DID URLs with path or fragment included.
    """
    if not isinstance(did, str) or not did.startswith(DID_PREFIX):
        raise BadKeyError("not a did:key")
    return decode_multikey(did[len(DID_PREFIX) :])


def encode_signature(signature: bytes) -> str:
    """Return the text of a 64-byte signature, `z…`.

    Raises:
        BadSignatureError: Not 64 bytes.
    """
    if len(signature) != SIGNATURE_BYTES:
        raise BadSignatureError("an Ed25519 signature has 64 bytes")
    return "z" + _encode_base58(signature)


def decode_signature(text: object) -> bytes:
    """Return the 64 bytes of a signature's text.

    Raises:
        BadSignatureError: Any other text, or no text.
    """
    if not isinstance(text, str) or len(text) > _SIGNATURE_CHARACTERS_MAX or text[:1] != "z":
        raise BadSignatureError("not a multibase base58btc signature")
    raw = _decode_base58(text[1:], SIGNATURE_BYTES)
    if raw is None:
        raise BadSignatureError("not the base58btc text of 64 bytes")
    return raw


def encode_base64url(data: bytes) -> str:
    """Return base64url without padding (RFC 4648 §5)."""
    return urlsafe_b64encode(data).rstrip(b"=").decode()


def decode_base64url(text: str) -> bytes:
    """Return the bytes of base64url text without padding.

    Raises:
        NotCanonicalError: Padding, another alphabet, or bits that no encoder leaves.
    """
    try:
        data = urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except ValueError as error:
        raise NotCanonicalError("not base64url") from error
    if encode_base64url(data) != text:
        raise NotCanonicalError("not the one base64url text of these bytes")
    return data


def digest(data: bytes) -> str:
    """Return the digest of bytes: multibase base64url of their SHA2-256 multihash, `uEi…`."""
    return "u" + urlsafe_b64encode(_SHA2_256 + sha256(data).digest()).decode().rstrip("=")


def is_digest(text: object) -> bool:
    """Say whether this is a text that `digest` can return."""
    return isinstance(text, str) and _DIGEST.fullmatch(text) is not None


# Base58 in steps of two digits: a signature is decoded for every event that arrives, and digit
# by digit that takes 20 us, nearly half of what libsodium needs to verify it; this takes 4.
_BASE58: Final = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
_PAIRS: Final = ["".join(pair) for pair in product(_BASE58, repeat=2)]
_PAIR_VALUES: Final = {pair: value for value, pair in enumerate(_PAIRS)}
_PAIR_BASE: Final = len(_PAIRS)


def _encode_base58(data: bytes) -> str:
    number = int.from_bytes(data, "big")
    pairs = []
    while number:
        number, pair = divmod(number, _PAIR_BASE)
        pairs.append(_PAIRS[pair])
    zeros = len(data) - len(data.lstrip(b"\0"))
    return "1" * zeros + "".join(reversed(pairs)).lstrip("1")


def _decode_base58(text: str, size: int) -> bytes | None:
    """Return the `size` bytes whose only text this is, else None."""
    digits = "1" + text if len(text) % 2 else text
    number = 0
    try:
        for at in range(0, len(digits), 2):
            number = number * _PAIR_BASE + _PAIR_VALUES[digits[at : at + 2]]
        data = number.to_bytes(size, "big")
    except (KeyError, OverflowError):
        return None
    zeros = size - len(data.lstrip(b"\0"))
    return data if len(text) - len(text.lstrip("1")) == zeros else None
