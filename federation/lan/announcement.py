"""What a planner says on the local network, and who understands it. Pure.

Service type `_portfolio._tcp.local.`, a random service and host name, and in TXT (RFC 6763 §6):

| key | value | when |
|---|---|---|
| `v` | `1`, the version of this form | always |
| `s` | 8 random bytes, the salt | always |
| `m` | HMAC-SHA256(e, salt)[:8], e = encryption key of the contact card | always |
| `d` | the person's did | while "Let people nearby find me" is on |
| `k` | digest of the TLS key, absent for plain http | likewise |

Only who holds the contact card, a friend, can compute `m`; to all others an announcement is a
random number that changes with each start. Nothing in it is trusted: a friend's planner, and a
stranger's even more, proves itself by the signed hello.
"""

import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from federation.errors import MalformedError
from keys.errors import BadKeyError
from keys.multiformats import is_digest, public_of_did

SERVICE_TYPE: Final = "_portfolio._tcp.local."
VERSION: Final = b"1"
SALT_BYTES: Final = 8
MAC_BYTES: Final = 8
NAME_BYTES: Final = 8


@dataclass(frozen=True, slots=True)
class Mark:
    """What friends recognise a planner by; `did` and `pin` only while it is open to strangers."""

    salt: bytes
    mac: bytes
    did: str | None = None
    pin: str | None = None

    def is_of(self, encryption: bytes) -> bool:
        """Tell whether the holder of the contact card with this key e made the mark."""
        return hmac.compare_digest(self.mac, mac_of(encryption, self.salt))

    def txt(self) -> dict[str, bytes]:
        """Return the TXT record."""
        txt = {"v": VERSION, "s": self.salt, "m": self.mac}
        if self.did is not None:
            txt["d"] = self.did.encode()
            if self.pin is not None:
                txt["k"] = self.pin.encode()
        return txt


def mac_of(encryption: bytes, salt: bytes) -> bytes:
    """Return HMAC-SHA256(e, salt)[:8]."""
    return hmac.digest(encryption, salt, "sha256")[:MAC_BYTES]


def make_mark(
    encryption: bytes, salt: bytes, did: str | None = None, pin: str | None = None
) -> Mark:
    """Return the own mark. Without a contact card, `encryption` may be any random bytes."""
    return Mark(salt, mac_of(encryption, salt), did, pin)


def parse_mark(txt: Mapping[bytes, bytes | None]) -> Mark:
    """Return the mark of a TXT record.

    Raises:
        MalformedError: another version, or not of its form.
    """
    salt, mac = txt.get(b"s") or b"", txt.get(b"m") or b""
    if txt.get(b"v") != VERSION or (len(salt), len(mac)) != (SALT_BYTES, MAC_BYTES):
        raise MalformedError("txt", "not the announcement of a planner")
    did, pin = _text(txt.get(b"d")), _text(txt.get(b"k"))
    if did is None:
        return Mark(salt, mac)
    try:
        public_of_did(did)
    except BadKeyError as error:
        raise MalformedError("txt", "d is a did") from error
    if pin is not None and not is_digest(pin):
        raise MalformedError("txt", "k is a digest")
    return Mark(salt, mac, did, pin)


def _text(value: bytes | None) -> str | None:
    try:
        return None if value is None else value.decode("ascii")
    except UnicodeDecodeError as error:
        raise MalformedError("txt", "not ASCII") from error
