"""Ed25519 (RFC 8032) by libsodium: the only place that touches a secret key.

`sign` takes a `Framed` message. Only `proofs`, `purposes` and `http_signatures` frame, each in
a form that no other can be read as: 64 bytes of two hashes (Data Integrity), `pp-<purpose>-v1`
with a zero byte and one hash, and an RFC 9421 signature base, which is text that begins with a
quote. So no caller can have bytes of its own choice signed; import-linter keeps this module
inside `keys`.

libsodium's verifier is strict: it refuses S >= L, small-order and non-canonical keys and R
(vectors: ed25519-speccheck, eprint 2020/1244). On top, keys whose secret half is published are
refused unless a test asks for them by name.
"""

from functools import lru_cache
from typing import Final, NewType

from nacl.bindings import (
    crypto_core_ed25519_is_valid_point,
    crypto_sign,
    crypto_sign_open,
    crypto_sign_seed_keypair,
)
from nacl.exceptions import BadSignatureError as NaclBadSignatureError
from typing_extensions import override

from keys.errors import BadKeyError, BadSignatureError, MisuseError, WeakKeyError
from keys.multiformats import PUBLIC_KEY_BYTES, SIGNATURE_BYTES, encode_multikey

SEED_BYTES: Final = 32

Framed = NewType("Framed", bytes)

# Their secret halves are printed in standards and in our own vectors, for all to sign with.
PUBLISHED_KEYS: Final = frozenset(
    map(
        bytes.fromhex,
        (
            # FEP-8b32, and W3C vc-di-eddsa appendix B
            "b00d8d938e7f773d51565aad36a623f5344f7f5d1960f9cf3e8e12620ea2810f",
            # RFC 9421 B.1.4
            "26b40b8f93fff3d897112f7ebc582b232dbd72517d082fe83cfb30ddce43d1bb",
            # RFC 8032 §7.1: tests 1, 2, 3, 1024, SHA(abc)
            "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
            "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
            "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
            "278117fc144c72340f67d0f2316e8386ceffbf2b2428c9c51fef7c597f1d426e",
            "ec172b93ad5e563bf4932c70e1245034c35467ef2efd4d64ebf819683467e2bf",
            # identities of the 24-word phrases printed with BIP-39: entropy 00…, 7f…, 80…, ff…
            "41093459e87948eca53efcf2c914898dd35da0602ceac6dc1c194be602a56397",
            "acfa33758b055fcb7fb6493d1e31d8367079f2893d8e52aba05acb7417a2e209",
            "c68b984a73498177580443c278a3ed10b4cd1e06917da62e1dc50f2110dc2303",
            "1186709949fe109a0619f9fd01925de9b656adacd529b766202b5bd95812f4e1",
        ),
    )
)


class SigningKey:
    """A secret Ed25519 key. It signs only through `proofs`, `purposes` and `http_signatures`."""

    __slots__ = ("_secret", "multibase", "public")

    def __init__(self, seed: bytes) -> None:
        """Derive the key of a 32-byte seed.

        Raises:
            BadKeyError: The seed has another length.
        """
        if len(seed) != SEED_BYTES:
            raise BadKeyError("an Ed25519 seed has 32 bytes")
        self.public, secret = crypto_sign_seed_keypair(bytes(seed))
        self._secret = bytearray(secret)
        self.multibase = encode_multikey(self.public)

    @override
    def __repr__(self) -> str:
        """Name the public half only."""
        return f"{type(self).__name__}({self.multibase})"

    @override
    def __reduce__(self) -> str | tuple[object, ...]:
        """Refuse to be pickled or copied: a secret has one owner.

        Raises:
            MisuseError: Always.
        """
        raise MisuseError("a secret key is not copied")

    def wipe(self) -> None:
        """Overwrite the secret; the key cannot sign any more. Best effort, as Python copies."""
        self._secret[:] = bytes(len(self._secret))
        del self._secret[:]


def sign(key: SigningKey, message: Framed) -> bytes:
    """Return the 64-byte signature of a framed message.

    Raises:
        MisuseError: The key was wiped.
    """
    secret = bytes(key._secret)  # noqa: SLF001 - the one reader of the secret
    if not secret:
        raise MisuseError("this key was wiped")
    return crypto_sign(message, secret)[:SIGNATURE_BYTES]


def verify(
    public: bytes, message: bytes, signature: bytes, *, published_key_ok: bool = False
) -> None:
    """Check a signature; returns only when it is good.

    Args:
        public: 32 bytes.
        message: The framed message.
        signature: 64 bytes.
        published_key_ok: Accept keys whose secret half is published; for test vectors alone.

    Raises:
        WeakKeyError: The key is published.
        BadSignatureError: Anything else is wrong with it.
    """
    if public in PUBLISHED_KEYS and not published_key_ok:
        raise WeakKeyError("a published test key")
    if len(public) != PUBLIC_KEY_BYTES or len(signature) != SIGNATURE_BYTES:
        raise BadSignatureError("a key has 32 bytes, a signature 64")
    try:
        crypto_sign_open(signature + message, public)
    except NaclBadSignatureError as error:
        raise BadSignatureError("the signature does not verify") from error


@lru_cache(maxsize=4096)
def check_key(public: bytes, *, published_key_ok: bool = False) -> None:
    """Check that a public key may be trusted at all, before it is written down.

    Raises:
        WeakKeyError: Not a canonical point of the prime-order group, or a published key.
    """
    if len(public) != PUBLIC_KEY_BYTES or not crypto_core_ed25519_is_valid_point(public):
        raise WeakKeyError("not a point of the prime-order group")
    if public in PUBLISHED_KEYS and not published_key_ok:
        raise WeakKeyError("a published test key")
