"""The key at rest: opens for its owner with its passphrase, whole or not at all."""

import json
import os
import stat
import subprocess
import sys
import unicodedata
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from nacl.pwhash import argon2id

from keys import keystore
from keys.canonical import jcs
from keys.errors import (
    DamagedKeyError,
    HomeLockedError,
    KeyExistsError,
    KeystoreError,
    NoKeyError,
    UnsafeFileError,
    WrongPassphraseError,
)
from keys.identity import DeviceKey, IdentityKey, IdentityRecord
from keys.keystore import (
    change_passphrase,
    has_key,
    init_home,
    load,
    load_device,
    load_identity,
    lock,
    needs_passphrase,
    save_identity,
)
from keys.passphrases import MEM_MAX, MODERATE, OPS_MAX, Cost

CHEAP = Cost(argon2id.OPSLIMIT_MIN, argon2id.MEMLIMIT_MIN)
DEVICE = DeviceKey.from_seed(sha256(b"device").digest())
OTHER = DeviceKey.from_seed(sha256(b"other").digest())


def record(
    number: int = 1, device: DeviceKey = DEVICE, person: bytes = b"person"
) -> IdentityRecord:
    with IdentityKey(sha256(person).digest()) as key:
        return key.sign_record(number, [device.multibase])


def key_file(home: Path) -> Path:
    return home / "keys/device.json"


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


@pytest.fixture
def home(tmp_path: Path) -> Path:
    made = tmp_path / "deep/home"
    init_home(made, DEVICE, record(), "correct horse", cost=CHEAP)
    return made


@pytest.fixture
def open_home(tmp_path: Path) -> Path:
    made = tmp_path / "open"
    init_home(made, DEVICE, record(), None)
    return made


def rewrite(home: Path, **changes: Any) -> None:
    value = {**json.loads(key_file(home).read_text()), **changes}
    key_file(home).write_bytes(
        jcs({name: member for name, member in value.items() if member != "-"})
    )


# --- with a passphrase --------------------------------------------------------------------------
def test_a_home_opens_with_its_passphrase(home: Path) -> None:
    opened = load(home, "correct horse")

    assert opened.device.seed == DEVICE.seed
    assert opened.identity == record()
    assert has_key(home)
    assert needs_passphrase(home)


@pytest.mark.parametrize(
    "passphrase", ["correct hors", "Correct horse", " correct horse", "", None]
)
def test_a_home_stays_closed_with_another_passphrase(home: Path, passphrase: str | None) -> None:
    with pytest.raises(WrongPassphraseError):
        load(home, passphrase)


def test_the_seed_stands_nowhere_in_a_protected_home(home: Path) -> None:
    stored = b"".join(path.read_bytes() for path in home.rglob("*") if path.is_file())

    assert DEVICE.seed not in stored
    assert DEVICE.seed.hex().encode() not in stored
    assert b"seed" not in stored


def test_a_passphrase_is_the_same_in_every_unicode_form(tmp_path: Path) -> None:
    composed, decomposed = (unicodedata.normalize(form, "Zoë Ångström") for form in ("NFC", "NFD"))
    init_home(tmp_path / "home", DEVICE, record(), decomposed, cost=CHEAP)

    assert composed != decomposed
    assert load_device(tmp_path / "home", composed).seed == DEVICE.seed


def test_two_homes_with_one_passphrase_have_nothing_in_common(home: Path, tmp_path: Path) -> None:
    init_home(tmp_path / "two", DEVICE, record(), "correct horse", cost=CHEAP)
    first, second = (json.loads(key_file(h).read_text()) for h in (home, tmp_path / "two"))

    assert first["salt"] != second["salt"]
    assert first["box"] != second["box"]


def test_the_work_is_moderate_unless_said_otherwise(tmp_path: Path) -> None:
    init_home(tmp_path / "home", DEVICE, record(), "correct horse")
    stored = json.loads(key_file(tmp_path / "home").read_text())

    assert Cost(stored["ops"], stored["mem"]) == MODERATE
    assert (stored["v"], stored["kdf"]) == (1, "argon2id")
    assert load_device(tmp_path / "home", "correct horse").seed == DEVICE.seed


def test_a_passphrase_can_be_set_changed_and_taken_away(home: Path) -> None:
    change_passphrase(home, "correct horse", "battery staple", cost=CHEAP)
    assert load_device(home, "battery staple").seed == DEVICE.seed
    with pytest.raises(WrongPassphraseError):
        load_device(home, "correct horse")

    change_passphrase(home, "battery staple", "")
    assert not needs_passphrase(home)
    assert load_device(home, None).seed == DEVICE.seed

    change_passphrase(home, None, "again", cost=CHEAP)
    assert load_device(home, "again").seed == DEVICE.seed


def test_a_passphrase_is_not_changed_without_the_old_one(home: Path) -> None:
    before = key_file(home).read_bytes()

    with pytest.raises(WrongPassphraseError):
        change_passphrase(home, "wrong", "new", cost=CHEAP)

    assert key_file(home).read_bytes() == before


# --- without ------------------------------------------------------------------------------------
def test_without_a_passphrase_only_the_owner_may_read_the_key(open_home: Path) -> None:
    assert not needs_passphrase(open_home)
    for passphrase in (None, "", "ignored"):
        assert load_device(open_home, passphrase).seed == DEVICE.seed


@pytest.mark.parametrize("name", ["home", "open_home"])
def test_homes_are_closed_to_others(name: str, request: pytest.FixtureRequest) -> None:
    made = request.getfixturevalue(name)

    assert [mode(made), mode(made / "keys")] == [0o700, 0o700]
    assert {mode(path) for path in (made / "keys").iterdir()} == {0o600}
    assert {path.name for path in (made / "keys").iterdir()} == {"device.json", "identity.json"}


@pytest.mark.parametrize("permissions", [0o640, 0o604, 0o660, 0o601, 0o644, 0o620])
@pytest.mark.parametrize("file", ["device.json", "identity.json"])
def test_a_file_that_others_may_touch_is_refused(
    open_home: Path, file: str, permissions: int
) -> None:
    (open_home / "keys" / file).chmod(permissions)

    with pytest.raises(UnsafeFileError, match="chmod 600"):
        load(open_home, None)


def test_a_key_file_that_is_a_link_or_a_folder_is_refused(open_home: Path, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere.json"
    key_file(open_home).rename(elsewhere)
    key_file(open_home).symlink_to(elsewhere)
    with pytest.raises(UnsafeFileError):
        load_device(open_home, None)

    key_file(open_home).unlink()
    os.mkfifo(key_file(open_home), 0o600)
    with pytest.raises(UnsafeFileError):
        load_device(open_home, None)

    key_file(open_home).unlink()
    key_file(open_home).mkdir(mode=0o700)
    with pytest.raises(UnsafeFileError):
        load_device(open_home, None)


# --- made and written ---------------------------------------------------------------------------
def test_a_home_with_a_key_is_never_made_again(home: Path) -> None:
    before = key_file(home).read_bytes()

    with pytest.raises(KeyExistsError):
        init_home(home, OTHER, record(device=OTHER), None)

    assert key_file(home).read_bytes() == before


def test_a_home_is_not_made_for_a_device_that_its_record_does_not_list(tmp_path: Path) -> None:
    with pytest.raises(KeystoreError, match="list"):
        init_home(tmp_path / "home", OTHER, record(), None)

    assert not (tmp_path / "home").exists()


def test_an_empty_folder_becomes_a_closed_home(tmp_path: Path) -> None:
    (tmp_path / "home").mkdir(mode=0o755)

    init_home(tmp_path / "home", DEVICE, record(), None)

    assert mode(tmp_path / "home") == 0o700


def test_a_home_without_a_key_is_told_apart(tmp_path: Path) -> None:
    assert not has_key(tmp_path)
    for read in (lambda: load(tmp_path, None), lambda: needs_passphrase(tmp_path)):
        with pytest.raises(NoKeyError):
            read()
    with pytest.raises(NoKeyError):
        load_identity(tmp_path)


def test_a_crash_while_writing_leaves_the_old_file_and_no_rest(
    open_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = key_file(open_home).read_bytes()

    def full(_: int) -> None:
        raise OSError("disk full")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="disk full"):
        change_passphrase(open_home, None, "new", cost=CHEAP)

    assert key_file(open_home).read_bytes() == before
    assert len(list((open_home / "keys").iterdir())) == 2


def test_a_home_whose_making_was_cut_short_can_be_made_again(tmp_path: Path) -> None:
    home = tmp_path / "home"
    init_home(home, DEVICE, record(), None)
    key_file(home).unlink()

    init_home(home, OTHER, record(device=OTHER), None)

    assert load(home, None).device.seed == OTHER.seed


@pytest.mark.parametrize(
    "changes",
    [
        {"v": 2},
        {"v": "-"},
        {"kdf": "scrypt"},
        {"kdf": None},
        {"ops": OPS_MAX + 1},
        {"ops": 0},
        {"ops": "1"},
        {"ops": True},
        {"ops": "-"},
        {"mem": MEM_MAX + 1},
        {"mem": 2**52},
        {"mem": argon2id.MEMLIMIT_MIN - 1},
        {"mem": None},
        {"salt": "AAAA"},
        {"salt": 1},
        {"salt": "-"},
        {"salt": "%"},
        {"box": "-"},
        {"box": "%"},
        {"box": None},
    ],
    ids=str,
)
def test_a_key_file_that_is_not_of_its_form_or_asks_for_too_much_is_refused(
    home: Path, changes: dict[str, Any]
) -> None:
    rewrite(home, **changes)

    with pytest.raises(DamagedKeyError):
        load_device(home, "correct horse")


def test_a_box_that_was_altered_or_cut_does_not_open(home: Path) -> None:
    box = json.loads(key_file(home).read_text())["box"]

    for changed in ("B" + box[1:], box[:40], ""):
        rewrite(home, box=changed)
        with pytest.raises(KeystoreError):
            load_device(home, "correct horse")


@pytest.mark.parametrize("seed", ["-", None, "AAAA", "%"])
def test_an_open_key_file_without_a_good_seed_is_refused(open_home: Path, seed: Any) -> None:
    rewrite(open_home, seed=seed)

    with pytest.raises(DamagedKeyError):
        load_device(open_home, None)


@pytest.mark.parametrize("raw", [b"", b"{", b"[]", b"null", b"\xff", b'{"v": 1}', b" " * 5000])
def test_a_key_file_of_other_bytes_is_refused(open_home: Path, raw: bytes) -> None:
    key_file(open_home).write_bytes(raw)

    with pytest.raises(DamagedKeyError):
        load_device(open_home, None)


# --- the identity record ------------------------------------------------------------------------
def test_a_newer_identity_record_replaces_the_stored_one(open_home: Path) -> None:
    save_identity(open_home, record(2))

    assert load_identity(open_home) == record(2)


@pytest.mark.parametrize("number", [4, 5])
def test_an_older_or_other_record_never_replaces_the_stored_one(
    open_home: Path, number: int
) -> None:
    save_identity(open_home, record(5))

    for refused in (record(number, device=OTHER), record(9, person=b"someone else")):
        with pytest.raises(KeystoreError):
            save_identity(open_home, refused)
    save_identity(open_home, record(5))

    assert load_identity(open_home) == record(5)


def test_a_damaged_identity_record_is_refused(open_home: Path) -> None:
    file = open_home / "keys/identity.json"
    file.write_bytes(file.read_bytes().replace(b'"number":1', b'"number":2'))

    with pytest.raises(DamagedKeyError):
        load(open_home, None)


# --- the lock -----------------------------------------------------------------------------------
HOLD = """
import sys
from pathlib import Path
from keys.keystore import lock
with lock(Path(sys.argv[1])):
    print("held", flush=True)
    sys.stdin.read()
"""


def holder(home: Path) -> subprocess.Popen[str]:
    process = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(home)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=Path(keystore.__file__).parents[1],
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "held\n"
    return process


def test_a_home_is_served_by_one_process_at_a_time(open_home: Path) -> None:
    with lock(open_home), pytest.raises(HomeLockedError), lock(open_home):
        pass

    with lock(open_home):
        assert mode(open_home / "serve.lock") == 0o600


def test_the_lock_ends_with_its_process_however_that_ends(open_home: Path) -> None:
    with holder(open_home) as process:
        with pytest.raises(HomeLockedError), lock(open_home):
            pass

        process.kill()
        process.wait()

        with lock(open_home):
            pass
