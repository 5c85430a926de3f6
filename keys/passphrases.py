"""Keys from passphrases: Argon2id (RFC 9106), with its cost written beside what it protects.

A file says how much work it takes to open. `cost_of` keeps a foreign one from asking for more
than this machine has.
"""

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from nacl.pwhash import argon2id

from keys.errors import DamagedKeyError

KEY_BYTES: Final = 32
SALT_BYTES: Final = argon2id.SALTBYTES
OPS_MAX: Final = argon2id.OPSLIMIT_SENSITIVE
MEM_MAX: Final = argon2id.MEMLIMIT_SENSITIVE


@dataclass(frozen=True, slots=True)
class Cost:
    """The work of deriving a key: passes of Argon2id, and bytes of memory."""

    ops: int
    mem: int


MODERATE: Final = Cost(argon2id.OPSLIMIT_MODERATE, argon2id.MEMLIMIT_MODERATE)


def derive(passphrase: str, salt: bytes, cost: Cost) -> bytes:
    """Return the key of 32 bytes that a passphrase gives with this salt; takes `cost`."""
    # NFC: the same passphrase typed on another system may arrive decomposed.
    text = unicodedata.normalize("NFC", passphrase).encode()
    return bytes(argon2id.kdf(KEY_BYTES, text, salt, cost.ops, cost.mem))


def cost_of(stored: Mapping[str, object]) -> Cost:
    """Return the cost that a file states as `ops` and `mem`.

    Raises:
        DamagedKeyError: It is none, or more than may be asked for.
    """
    ops, mem = stored.get("ops"), stored.get("mem")
    if type(ops) is not int or not argon2id.OPSLIMIT_MIN <= ops <= OPS_MAX:
        raise DamagedKeyError(f"ops is not from {argon2id.OPSLIMIT_MIN} to {OPS_MAX}")
    if type(mem) is not int or not argon2id.MEMLIMIT_MIN <= mem <= MEM_MAX:
        raise DamagedKeyError(f"mem is not from {argon2id.MEMLIMIT_MIN} to {MEM_MAX} bytes")
    return Cost(ops, mem)
