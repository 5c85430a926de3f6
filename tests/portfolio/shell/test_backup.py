"""`portfolio backup` and `restore`: all of a planner comes back, or nothing does."""

import io
import shutil
import sqlite3
import stat
import tarfile
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from nacl.pwhash import argon2id

from keys import keystore, passphrases, sealed_files
from tests.portfolio.pair import Side, befriend, side, until

CHEAP = passphrases.Cost(argon2id.OPSLIMIT_MIN, argon2id.MEMLIMIT_MIN)
PASSPHRASE = {"PORTFOLIO_PASSPHRASE": "correct horse"}


def rows(home: Path) -> dict[str, list[Any]]:
    """Return every row of every table of a planner's database."""
    with closing(sqlite3.connect(home / "planner.db")) as conn:
        named = conn.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
        return {
            name: sorted(conn.execute(f'SELECT * FROM "{name}"').fetchall(), key=repr)  # noqa: S608 - of the schema
            for (name,) in named
        }


def schema(home: Path) -> list[Any]:
    """Return every table and index of a planner's database."""
    with closing(sqlite3.connect(home / "planner.db")) as conn:
        return conn.execute("SELECT type, name, sql FROM sqlite_master ORDER BY 1, 2").fetchall()


def files(home: Path) -> dict[str, bytes]:
    """Return the files of a home by name, the database aside."""
    return {
        str(one.relative_to(home)): one.read_bytes()
        for one in home.rglob("*")
        if one.is_file() and not one.name.startswith(("planner.db", "serve.lock"))
    }


@pytest.fixture
def file(home: Path, portfolio: Any, tmp_path: Path) -> Path:
    """A sealed backup of Ann's home."""
    made = tmp_path / "ann.backup"
    assert portfolio("backup", "--home", home, made, **PASSPHRASE).returncode == 0
    return made


def test_everything_comes_back_and_only_by_its_passphrase(
    home: Path, file: Path, portfolio: Any, tmp_path: Path
) -> None:
    back = tmp_path / "back"

    wrong = portfolio("restore", "--home", back, file, PORTFOLIO_PASSPHRASE="incorrect horse")
    none = portfolio("restore", "--home", back, file)
    assert (wrong.returncode, none.returncode) == (1, 1)
    assert "does not open with this passphrase" in wrong.stderr
    assert "protected by a passphrase" in none.stderr
    assert not back.exists()

    restored = portfolio("restore", "--home", back, file, **PASSPHRASE)
    assert restored.returncode == 0, restored.stderr
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert (rows(back), schema(back)) == (rows(home), schema(home))
    assert files(back) == files(home)
    assert sorted(one.name for one in back.iterdir()) == ["keys", "planner.db", "serve.lock"]
    assert stat.S_IMODE(back.stat().st_mode) == 0o700
    assert {stat.S_IMODE(one.stat().st_mode) for one in back.rglob("*.json")} == {0o600}


def test_nothing_readable_stands_in_a_backup(home: Path, file: Path) -> None:
    seed = keystore.load(home, None).device.seed
    sealed = file.read_bytes()

    assert b"Ann" not in sealed
    assert seed not in sealed
    assert b"SQLite format" not in sealed
    assert not tarfile.is_tarfile(file)


def test_an_empty_passphrase_leaves_it_open_and_says_so(
    home: Path, portfolio: Any, tmp_path: Path
) -> None:
    file, back = tmp_path / "open.backup", tmp_path / "back"

    written = portfolio("backup", "--home", home, file, PORTFOLIO_PASSPHRASE="")
    restored = portfolio("restore", "--home", back, file)

    assert (written.returncode, restored.returncode) == (0, 0)
    assert "NOT encrypted" in written.stderr
    assert rows(back) == rows(home)


def test_without_a_terminal_a_passphrase_has_to_be_said(
    home: Path, portfolio: Any, tmp_path: Path
) -> None:
    done = portfolio("backup", "--home", home, tmp_path / "x", PORTFOLIO_PASSPHRASE=None)

    assert done.returncode == 1
    assert "Say which passphrase" in done.stderr
    assert not (tmp_path / "x").exists()


def test_the_passphrase_of_a_protected_key_is_that_of_its_backup(
    home: Path, portfolio: Any, tmp_path: Path
) -> None:
    keystore.change_passphrase(home, None, "correct horse", cost=CHEAP)
    file, back = tmp_path / "ann.backup", tmp_path / "back"

    typo = portfolio("backup", "--home", home, file, PORTFOLIO_PASSPHRASE="corect horse")
    assert typo.returncode == 1
    assert not file.exists()
    written = portfolio("backup", "--home", home, file, **PASSPHRASE)
    restored = portfolio("restore", "--home", back, file, **PASSPHRASE)

    assert (written.returncode, restored.returncode) == (0, 0)
    assert keystore.load_device(back, "correct horse").seed


def test_neither_backup_nor_restore_overwrites(
    home: Path, file: Path, portfolio: Any, tmp_path: Path
) -> None:
    before, other = file.read_bytes(), tmp_path / "other"
    other.mkdir()
    (other / "letter.txt").write_text("Dear Bob")

    again = portfolio("backup", "--home", home, file, **PASSPHRASE)
    onto = portfolio("restore", "--home", home, file, **PASSPHRASE)
    beside = portfolio("restore", "--home", other, file, **PASSPHRASE)

    assert (again.returncode, onto.returncode, beside.returncode) == (1, 1, 1)
    assert "holds a planner already" in onto.stderr
    assert "is not empty" in beside.stderr
    assert file.read_bytes() == before
    assert [one.name for one in other.iterdir()] == ["letter.txt"]


def _cut(raw: bytes) -> bytes:
    return raw[: len(raw) * 2 // 3]


def _flip(raw: bytes) -> bytes:
    at = len(raw) // 2
    return raw[:at] + bytes([raw[at] ^ 1]) + raw[at + 1 :]


def _newer(raw: bytes) -> bytes:
    return raw.replace(b'"v":1', b'"v":2', 1)


@pytest.mark.parametrize(
    ("spoil", "why"),
    [
        (_cut, "cut off"),
        (_flip, "was changed"),
        (_newer, "newer version"),
        (lambda raw: raw + b"more", "changed"),
        (lambda _: b"", "no backup"),
        (lambda _: b"hello, world", "no backup"),
    ],
)
def test_a_spoiled_backup_brings_nothing_and_says_why(
    home: Path, portfolio: Any, tmp_path: Path, spoil: Any, why: str
) -> None:
    file, back = tmp_path / "spoiled", tmp_path / "back"
    portfolio("backup", "--home", home, file)  # the passphrase's part is in tests/keys
    file.write_bytes(spoil(file.read_bytes()))

    done = portfolio("restore", "--home", back, file)

    assert done.returncode == 1
    assert why in done.stderr
    assert not back.exists()
    back.mkdir()
    assert portfolio("restore", "--home", back, file).returncode == 1
    assert list(back.iterdir()) == []


def test_a_planner_of_a_newer_version_is_not_brought_back(
    home: Path, portfolio: Any, tmp_path: Path
) -> None:
    with closing(sqlite3.connect(home / "planner.db")) as conn, conn:
        conn.execute("UPDATE alembic_version SET version_num = '9999'")
    file, back = tmp_path / "new.backup", tmp_path / "back"
    portfolio("backup", "--home", home, file)

    done = portfolio("restore", "--home", back, file)

    assert done.returncode == 1
    assert "newer version of the planner" in done.stderr
    assert not back.exists()


def sealed_tar(file: Path, *members: tuple[tarfile.TarInfo, bytes]) -> None:
    """Write what a program of somebody else could seal."""
    with (
        file.open("wb") as stream,
        sealed_files.SealingWriter(stream, "portfolio-planner-backup", None) as sealing,
        tarfile.open(fileobj=sealing, mode="w|gz") as tar,  # type: ignore[call-overload]
    ):
        for member, data in members:
            member.size = len(data)
            tar.addfile(member, io.BytesIO(data))


@pytest.mark.parametrize(
    "name", ["../evil", "keys/../../evil", "/etc/evil", "keys", "other", "keys/a/b", "planner.db"]
)
def test_a_file_that_is_no_backup_brings_nothing(
    home: Path, tmp_path: Path, portfolio: Any, name: str
) -> None:
    file, back = tmp_path / "bad", tmp_path / "back"
    whole = [
        (tarfile.TarInfo(one), (home / one).read_bytes())
        for one in ("planner.db", "keys/device.json", "keys/identity.json")
    ]
    sealed_tar(file, *whole, (tarfile.TarInfo(name), b"evil"))

    done = portfolio("restore", "--home", back, file)

    assert done.returncode == 1
    assert "no backup" in done.stderr
    assert not back.exists()
    sealed_tar(file, *whole)
    assert portfolio("restore", "--home", back, file).returncode == 0


def test_a_link_in_a_backup_is_refused(home: Path, tmp_path: Path, portfolio: Any) -> None:
    link = tarfile.TarInfo("planner.db")
    link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"
    key = (tarfile.TarInfo("keys/device.json"), (home / "keys" / "device.json").read_bytes())
    sealed_tar(tmp_path / "bad", key, (link, b""))

    assert portfolio("restore", "--home", tmp_path / "back", tmp_path / "bad").returncode == 1
    assert not (tmp_path / "back").exists()


def test_a_damaged_database_and_anothers_key_are_named(
    home: Path, tmp_path: Path, portfolio: Any
) -> None:
    key, record, database = (
        (home / "keys" / "device.json").read_bytes(),
        (home / "keys" / "identity.json").read_bytes(),
        (home / "planner.db").read_bytes(),
    )
    portfolio("init", "--home", tmp_path / "eve", "--name", "Eve")
    other = (tmp_path / "eve" / "keys" / "device.json").read_bytes()
    names = [tarfile.TarInfo(one) for one in ("planner.db", "keys/device.json",
                                              "keys/identity.json")]  # fmt: skip
    said = []
    for at, parts in enumerate([(database[:4096] + b"x" * 4096, key, record),
                                (database, other, record), (database, key, b"{}")]):  # fmt: skip
        sealed_tar(tmp_path / str(at), *zip(names, parts, strict=True))
        done = portfolio("restore", "--home", tmp_path / "back", tmp_path / str(at))
        assert done.returncode == 1
        said.append(done.stderr)

    assert "database in this backup is damaged" in said[0]
    assert "another device's" in said[1]
    assert "no backup" in said[2]
    assert not (tmp_path / "back").exists()


def test_a_backup_from_before_they_were_sealed_is_still_read(
    home: Path, tmp_path: Path, portfolio: Any
) -> None:
    file, back = tmp_path / "old.tar.gz", tmp_path / "back"
    with tarfile.open(file, "w:gz") as tar:
        for name in ("keys/device.json", "keys/identity.json", "planner.db"):
            tar.add(home / name, name)

    assert portfolio("restore", "--home", back, file).returncode == 0
    assert rows(back) == rows(home)
    shutil.rmtree(back)
    file.write_bytes(file.read_bytes()[:-2000])
    cut = portfolio("restore", "--home", back, file)
    assert (cut.returncode, back.exists()) == (1, False)


async def test_a_restored_planner_goes_on_and_its_friends_fill_it_up(
    tmp_path: Path, portfolio: Any
) -> None:
    idea = {
        "symbol": "IBM", "side": "long", "entry": "100", "stop": "95", "targets": ["110"],
        "currency": "USD", "state": "watching", "size": "10",
    }  # fmt: skip
    file = tmp_path / "alice.backup"
    async with side("Bob", tmp_path) as bob:
        async with side("Alice", tmp_path) as alice:
            await befriend(alice, bob)
            old = (await alice.post("/positions/ideas", idea))["id"]
            path = f"/positions/ideas/{old}"
            await alice.post(f"{path}/share", {"friend_ids": [bob.did], "role": "commenter"})
            await bob.heard("position_shared", id=old)
            await _tell(alice, bob, old, "before the backup")
            assert portfolio("backup", "--home", alice.home, file, **PASSPHRASE).returncode == 0
            await _tell(alice, bob, old, "after the backup")
            await _tell(bob, alice, old, "I saw it")
        shutil.rmtree(alice.home)
        done = portfolio("restore", "--home", alice.home, file, **PASSPHRASE)
        assert done.returncode == 0, done.stderr

        async with side("Alice", tmp_path) as again:
            await _said(again, old, "before the backup", "after the backup", "I saw it")
            await _tell(again, bob, old, "on a new stream")
            await _said(bob, old, "before the backup", "after the backup", "I saw it",
                        "on a new stream")  # fmt: skip
        forked = rows(bob.home).get("forks", [])
    assert forked == []


async def _tell(one: Side, other: Side, idea: str, text: str) -> None:
    await one.post(f"/positions/{idea}/comments", {"text": text})
    await _said(other, idea, text)


async def _said(one: Side, idea: str, *texts: str) -> None:
    async def look() -> bool:
        found = (await one.get(f"/positions/{idea}/comments"))["items"]
        return set(texts) <= {each["text"] for each in found}

    await until(look, f"{one.name} to have {texts}")
