"""A file under a passphrase, written and read as a stream: nothing of it is ever whole in memory.

    header      one line of canonical JSON: {"format", "kdf", "mem", "ops", "salt", "stream", "v"}
    seal        17 bytes: an empty message with the header as associated data
    pieces      each 64 KiB (the last one shorter) and 17 bytes, the last one marked as the last

The pieces are a `crypto_secretstream_xchacha20poly1305` of libsodium: one that is changed, left
out, repeated, moved or of another file does not open, and a file without its last piece is
known to be cut off. The key comes from the passphrase by Argon2id (RFC 9106).

Without a passphrase the key stands in the header in place of the salt (`"kdf": "none"`): damage
still shows, but whoever has the file can read it.
"""

from collections.abc import Mapping
from types import TracebackType
from typing import IO, Any, Final, Self

from nacl import bindings
from nacl.utils import random

from keys.canonical import jcs, parse_canonical
from keys.errors import KeysError, SealedFileError, WrongPassphraseError
from keys.multiformats import decode_base64url, encode_base64url
from keys.passphrases import KEY_BYTES, MODERATE, SALT_BYTES, Cost, cost_of, derive

VERSION: Final = 1
PIECE_BYTES: Final = 64 * 1024
HEADER_BYTES_MAX: Final = 1024
_ARGON2ID: Final = "argon2id"
_NO_KDF: Final = "none"
_TAG_BYTES: Final = bindings.crypto_secretstream_xchacha20poly1305_ABYTES
_STREAM_BYTES: Final = bindings.crypto_secretstream_xchacha20poly1305_HEADERBYTES
_MORE: Final = bindings.crypto_secretstream_xchacha20poly1305_TAG_MESSAGE
_LAST: Final = bindings.crypto_secretstream_xchacha20poly1305_TAG_FINAL


class SealingWriter:
    """Writes a sealed file. Its end is marked only when the block is left without an error."""

    def __init__(
        self, file: IO[bytes], form: str, passphrase: str | None, *, cost: Cost = MODERATE
    ) -> None:
        self._file = file
        self._held = bytearray()
        self._state = bindings.crypto_secretstream_xchacha20poly1305_state()
        key, said = _new_key(passphrase, cost)
        stream = bindings.crypto_secretstream_xchacha20poly1305_init_push(self._state, key)
        header = jcs({"format": form, "stream": encode_base64url(stream), "v": VERSION, **said})
        file.write(header + b"\n")
        self._push(b"", header)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        _error: BaseException | None,
        _trace: TracebackType | None,
    ) -> None:
        if kind is None:
            self._push(bytes(self._held), tag=_LAST)
            self._file.flush()

    def write(self, data: bytes) -> int:
        """Take the next bytes."""
        self._held += data
        while len(self._held) > PIECE_BYTES:  # one is kept back: it may be the last
            self._push(bytes(self._held[:PIECE_BYTES]))
            del self._held[:PIECE_BYTES]
        return len(data)

    def _push(self, piece: bytes, beside: bytes | None = None, tag: int = _MORE) -> None:
        push = bindings.crypto_secretstream_xchacha20poly1305_push
        self._file.write(push(self._state, piece, beside, tag))


class SealedReader:
    """Reads a sealed file; every byte that it returns is as it was written.

    Only when `read` has returned nothing is the file known to be whole.
    """

    def __init__(self, file: IO[bytes], form: str) -> None:
        self._file = file
        self._held = bytearray()
        self._ended = False
        self._pieces = 0
        self._state: Any = None
        raw = file.readline(HEADER_BYTES_MAX + 1)
        self._raw = raw.removesuffix(b"\n")
        self._header = _header(self._raw, form)

    @property
    def needs_passphrase(self) -> bool:
        """Whether it opens only with its passphrase."""
        return bool(self._header["kdf"] != _NO_KDF)

    def open(self, passphrase: str | None) -> None:
        """Make ready to read.

        Raises:
            WrongPassphraseError: It does not open with this passphrase.
            SealedFileError: It is not of its form, or cut off.
        """
        key = _known_key(self._header, passphrase)
        self._state = bindings.crypto_secretstream_xchacha20poly1305_state()
        stream = _bytes_of(self._header, "stream", _STREAM_BYTES)
        bindings.crypto_secretstream_xchacha20poly1305_init_pull(self._state, stream, key)
        seal = self._file.read(_TAG_BYTES)
        try:
            self._pull(seal, self._raw)
        except SealedFileError as error:
            if len(seal) < _TAG_BYTES:
                raise
            raise WrongPassphraseError(
                "it does not open with this passphrase, or its first bytes were changed"
            ) from error

    def read(self, size: int = -1) -> bytes:
        """Return up to `size` bytes, all that is left when it is below zero; none at the end.

        Raises:
            SealedFileError: A piece was changed or is missing, or something stands behind the end.
        """
        while not self._ended and (size < 0 or len(self._held) < size):
            self._next()
        taken = bytes(self._held if size < 0 else self._held[:size])
        del self._held[: len(taken)]
        return taken

    def _next(self) -> None:
        data = self._file.read(PIECE_BYTES + _TAG_BYTES)
        self._pieces += 1
        piece, tag = self._pull(data, None)
        self._held += piece
        if tag != _LAST:
            return
        self._ended = True
        if self._file.read(1):
            raise SealedFileError("something was written behind its end")

    def _pull(self, data: bytes, beside: bytes | None) -> tuple[bytes, int]:
        if len(data) < _TAG_BYTES:
            raise SealedFileError("it was cut off")
        try:
            return bindings.crypto_secretstream_xchacha20poly1305_pull(  # type: ignore[no-any-return, unused-ignore]
                self._state, data, beside
            )
        except Exception as error:  # libsodium's binding raises RuntimeError alone
            at = (self._pieces - 1) * (PIECE_BYTES + _TAG_BYTES)
            raise SealedFileError(
                f"it was changed, or cut off, within {len(data)} bytes from byte "
                f"{len(self._raw) + 1 + _TAG_BYTES + at}"
            ) from error


def _new_key(passphrase: str | None, cost: Cost) -> tuple[bytes, dict[str, Any]]:
    if not passphrase:
        key = random(KEY_BYTES)
        return key, {"kdf": _NO_KDF, "key": encode_base64url(key)}
    salt = random(SALT_BYTES)
    said = {"mem": cost.mem, "ops": cost.ops, "salt": encode_base64url(salt)}
    return derive(passphrase, salt, cost), {"kdf": _ARGON2ID, **said}


def _known_key(header: Mapping[str, Any], passphrase: str | None) -> bytes:
    if header["kdf"] == _NO_KDF:
        return _bytes_of(header, "key", KEY_BYTES)
    if not passphrase:
        raise WrongPassphraseError("it opens only with its passphrase")
    try:
        cost = cost_of(header)
    except KeysError as error:
        raise SealedFileError(str(error)) from error
    return derive(passphrase, _bytes_of(header, "salt", SALT_BYTES), cost)


def _header(raw: bytes, form: str) -> dict[str, Any]:
    if len(raw) > HEADER_BYTES_MAX:
        raise SealedFileError("it does not begin as it should")
    try:
        header = parse_canonical(raw)
    except KeysError as error:
        raise SealedFileError("it does not begin as it should") from error
    if not isinstance(header, dict) or header.get("format") != form:
        raise SealedFileError("it is something else")
    if header.get("v") != VERSION:
        raise SealedFileError("it is of a newer version than this planner knows")
    if header.get("kdf") not in {_ARGON2ID, _NO_KDF}:
        raise SealedFileError("its kdf is not known")
    return header


def _bytes_of(header: Mapping[str, Any], member: str, length: int) -> bytes:
    text = header.get(member)
    try:
        found = decode_base64url(text) if isinstance(text, str) else b""
    except KeysError as error:
        raise SealedFileError(f"its {member} is not of its form") from error
    if len(found) != length:
        raise SealedFileError(f"its {member} is not of its form")
    return found
