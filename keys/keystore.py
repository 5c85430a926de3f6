"""The device key at rest, the identity record beside it, and the lock of a home.

    HOME/                  0700
      serve.lock           held by the process that serves this home
      keys/                0700
        device.json        0600  {"v", "kdf", "ops", "mem", "salt", "box"} or {"v", "kdf", "seed"}
        identity.json      0600  the identity record, canonical bytes

With a passphrase the seed lies in a SecretBox (XSalsa20-Poly1305) under Argon2id (RFC 9106);
without one, in a file that only its owner may read. Files appear whole or not at all: written
beside, synced, renamed, directory synced. The identity key is never here.

Opening a protected key takes 0.7 s and 256 MiB by design; do it off the event loop.
"""

import fcntl
import os
import stat
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from nacl.exceptions import CryptoError
from nacl.secret import SecretBox
from nacl.utils import random

from keys.canonical import jcs, parse_canonical
from keys.errors import (
    DamagedKeyError,
    HomeLockedError,
    KeyExistsError,
    KeysError,
    KeystoreError,
    NoKeyError,
    NotCanonicalError,
    UnsafeFileError,
    WrongPassphraseError,
)
from keys.identity import RECORD_BYTES_MAX, DeviceKey, IdentityRecord, parse_identity_record
from keys.multiformats import decode_base64url, encode_base64url
from keys.passphrases import MODERATE, SALT_BYTES, Cost, cost_of, derive

VERSION: Final = 1
KEY_FILE_BYTES_MAX: Final = 4096

_ARGON2ID: Final = "argon2id"
_NO_KDF: Final = "none"
_OTHERS: Final = stat.S_IRWXG | stat.S_IRWXO


@dataclass(frozen=True, slots=True)
class HomeKeys:
    """What an opened home holds."""

    device: DeviceKey
    identity: IdentityRecord


def init_home(
    home: Path,
    device: DeviceKey,
    identity: IdentityRecord,
    passphrase: str | None,
    *,
    cost: Cost = MODERATE,
) -> None:
    """Make a home, or complete an empty one, with its key and identity record.

    Args:
        home: Is made with its parents, closed to others.
        device: A device that the record lists.
        identity: The record.
        passphrase: None or empty: an owner-only file.
        cost: For tests.

    Raises:
        KeyExistsError: The home holds a key already.
        KeystoreError: The record does not list the device, or the disk refuses.
    """
    if device.multibase not in identity.devices:
        raise KeystoreError("the identity record does not list this device")
    if has_key(home):
        raise KeyExistsError(f"{home} holds a key already")
    for folder in (home, _folder(home)):
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        folder.chmod(0o700)
    _write(_record_file(home), identity.raw)
    # The key comes last: a home without it counts as empty, so a crash before is repeatable.
    _write(_key_file(home), _sealed(device, passphrase, cost))


def has_key(home: Path) -> bool:
    """Say whether this home holds a key."""
    return _key_file(home).exists()


def needs_passphrase(home: Path) -> bool:
    """Say whether the key of this home opens only with a passphrase.

    Raises:
        NoKeyError: There is none.
        UnsafeFileError: Others may read it.
        DamagedKeyError: It is not of its form.
    """
    return bool(_read_key_file(home)["kdf"] != _NO_KDF)


def load(home: Path, passphrase: str | None) -> HomeKeys:
    """Return the device key and identity record of a home.

    Raises:
        NoKeyError: There is none.
        WrongPassphraseError: It does not open with this passphrase.
        UnsafeFileError: Others may read it.
        DamagedKeyError: A file is not of its form, or asks for too much work.
    """
    return HomeKeys(load_device(home, passphrase), load_identity(home))


def load_device(home: Path, passphrase: str | None) -> DeviceKey:
    """Return the device key of a home.

    Raises:
        NoKeyError: There is none.
        WrongPassphraseError: It does not open with this passphrase.
        UnsafeFileError: Others may read it.
        DamagedKeyError: The file is not of its form, or asks for too much work.
    """
    stored = _read_key_file(home)
    try:
        if stored["kdf"] == _NO_KDF:
            return DeviceKey.from_seed(_bytes_of(stored, "seed"))
        if not passphrase:
            raise WrongPassphraseError("this key opens only with its passphrase")
        salt, box = _bytes_of(stored, "salt"), _bytes_of(stored, "box")
        if len(salt) != SALT_BYTES:
            raise DamagedKeyError("a salt of another length")
        key = derive(passphrase, salt, cost_of(stored))
        return DeviceKey.from_seed(SecretBox(key).decrypt(box))
    except CryptoError as error:
        raise WrongPassphraseError("the key does not open with this passphrase") from error
    except KeystoreError:
        raise
    except KeysError as error:
        raise DamagedKeyError(str(error)) from error


def change_passphrase(
    home: Path, old: str | None, new: str | None, *, cost: Cost = MODERATE
) -> None:
    """Seal the key of a home under another passphrase.

    Raises:
        NoKeyError: There is none.
        WrongPassphraseError: The old passphrase does not open it.
        UnsafeFileError: Others may read it.
        DamagedKeyError: The file is not of its form.
    """
    device = load_device(home, old)
    _write(_key_file(home), _sealed(device, new, cost))


def load_identity(home: Path) -> IdentityRecord:
    """Return the identity record of a home, verified.

    Raises:
        NoKeyError: There is none.
        UnsafeFileError: It is not a file of ours.
        DamagedKeyError: It is not a good identity record.
    """
    raw = _read(_record_file(home), RECORD_BYTES_MAX)
    try:
        return parse_identity_record(raw)
    except KeysError as error:
        raise DamagedKeyError(f"{_record_file(home)}: {error}") from error


def save_identity(home: Path, identity: IdentityRecord) -> None:
    """Store a newer identity record of the same person.

    Raises:
        KeystoreError: It is of another person, or not newer.
        NoKeyError: The home holds no record yet.
    """
    current = load_identity(home)
    if identity == current:
        return
    if identity.did != current.did or identity.number <= current.number:
        raise KeystoreError("an identity record is replaced only by a newer one of the person")
    _write(_record_file(home), identity.raw)


@contextmanager
def lock(home: Path) -> Iterator[None]:
    """Hold the home for this process; only who serves it may write to it.

    The lock ends with the process, however it ends.

    Raises:
        HomeLockedError: Another process holds it.
    """
    handle = os.open(home / "serve.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise HomeLockedError(f"another process serves {home}") from error
        yield
    finally:
        os.close(handle)


def _folder(home: Path) -> Path:
    return home / "keys"


def _key_file(home: Path) -> Path:
    return _folder(home) / "device.json"


def _record_file(home: Path) -> Path:
    return _folder(home) / "identity.json"


def _sealed(device: DeviceKey, passphrase: str | None, cost: Cost) -> bytes:
    if not passphrase:
        return jcs({"kdf": _NO_KDF, "seed": encode_base64url(device.seed), "v": VERSION})
    salt = random(SALT_BYTES)
    box = SecretBox(derive(passphrase, salt, cost)).encrypt(device.seed)
    return jcs(
        {
            "box": encode_base64url(box),
            "kdf": _ARGON2ID,
            "mem": cost.mem,
            "ops": cost.ops,
            "salt": encode_base64url(salt),
            "v": VERSION,
        }
    )


def _read_key_file(home: Path) -> dict[str, Any]:
    file = _key_file(home)
    try:
        stored = parse_canonical(_read(file, KEY_FILE_BYTES_MAX))
    except NotCanonicalError as error:
        raise DamagedKeyError(f"{file}: {error}") from error
    if not isinstance(stored, dict) or stored.get("v") != VERSION:
        raise DamagedKeyError(f"{file}: not a key file of version {VERSION}")
    if stored.get("kdf") not in {_ARGON2ID, _NO_KDF}:
        raise DamagedKeyError(f"{file}: an unknown kdf")
    return stored


def _bytes_of(stored: dict[str, Any], member: str) -> bytes:
    text = stored.get(member)
    if not isinstance(text, str):
        raise DamagedKeyError(f"no {member}")
    return decode_base64url(text)


def _read(file: Path, bytes_max: int) -> bytes:
    """Read a private file by one handle, so that what was checked is what is read."""
    try:
        # Not blocking: a pipe in the place of the file would otherwise never open.
        handle = os.open(file, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except FileNotFoundError as error:
        raise NoKeyError(f"{file} does not exist") from error
    except OSError as error:
        raise UnsafeFileError(f"{file}: {error.strerror}") from error
    try:
        status = os.fstat(handle)
        if not stat.S_ISREG(status.st_mode) or status.st_uid != os.geteuid():
            raise UnsafeFileError(f"{file} is not a plain file of yours")
        if status.st_mode & _OTHERS:
            raise UnsafeFileError(f"others may read {file}; run: chmod 600 {file}")
        data = os.read(handle, bytes_max + 1)
    finally:
        os.close(handle)
    if len(data) > bytes_max:
        raise DamagedKeyError(f"{file} has more than {bytes_max} bytes")
    return data


def _write(file: Path, data: bytes) -> None:
    """Write a private file so that after a crash it is the old one or the new one, whole."""
    handle, beside = tempfile.mkstemp(dir=file.parent, prefix=file.name + ".")
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(data)
            stream.flush()
            os.fsync(handle)
        Path(beside).replace(file)
    except BaseException:
        with suppress(FileNotFoundError):
            Path(beside).unlink()
        raise
    folder = os.open(file.parent, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
