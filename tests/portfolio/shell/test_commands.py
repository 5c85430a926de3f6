"""Commands on a home that nobody serves."""

import json
import sqlite3
import stat
from pathlib import Path
from typing import Any

import pytest

from keys import keystore
from keys.identity import DeviceKey, IdentityKey


def tables(home: Path, query: str) -> list[Any]:
    conn = sqlite3.connect(home / "planner.db")
    try:
        return conn.execute(query).fetchall()
    finally:
        conn.close()


def test_init_makes_a_private_home_and_says_the_words_once(tmp_path: Path, portfolio: Any) -> None:
    home = tmp_path / "deep" / "home"

    done = portfolio("init", "--home", home, "--name", "Ann", "--handle", "ann")

    assert done.returncode == 0
    words = done.last.split()
    assert len(words) == 24
    assert stat.S_IMODE(home.stat().st_mode) == 0o700
    assert "Ann" in tables(home, "SELECT value FROM settings")[0][0]
    stored = b"".join(file.read_bytes() for file in home.rglob("*") if file.is_file())
    assert " ".join(words).encode() not in stored


def test_init_never_overwrites(home: Path, portfolio: Any) -> None:
    before = keystore.load_identity(home).did

    done = portfolio("init", "--home", home, "--name", "Eve")

    assert done.returncode == 1
    assert "never overwritten" in done.stderr
    assert keystore.load_identity(home).did == before


def test_init_without_a_name_and_without_a_terminal_asks_nothing(
    tmp_path: Path, portfolio: Any
) -> None:
    done = portfolio("init", "--home", tmp_path / "home", given="Ann\n")

    assert done.returncode == 1
    assert "--name" in done.stderr
    assert not (tmp_path / "home").exists()


@pytest.mark.parametrize("name", ["", "   ", "x" * 81, "a\x07b"])
def test_a_name_that_is_none_is_refused(tmp_path: Path, portfolio: Any, name: str) -> None:
    done = portfolio("init", "--home", tmp_path / "home", "--name", name)

    assert done.returncode == 1
    assert not (tmp_path / "home").exists()


def test_the_words_bring_the_same_person_back_on_a_new_device(
    tmp_path: Path, portfolio: Any
) -> None:
    first, second = tmp_path / "first", tmp_path / "second"
    words = portfolio("init", "--home", first, "--name", "Ann").last

    done = portfolio(
        "init", "--home", second, "--name", "Ann", "--recover", given=f"  {words.upper()}\n"
    )

    assert done.returncode == 0
    old, new = keystore.load_identity(first), keystore.load_identity(second)
    assert old.did == new.did
    assert new.number > old.number
    assert set(old.devices).isdisjoint(new.devices)
    assert words not in done.stdout


@pytest.mark.parametrize("given", ["", "abandon " * 24, "not words of any list"])
def test_words_that_are_none_bring_nobody_back(tmp_path: Path, portfolio: Any, given: str) -> None:
    done = portfolio(
        "init", "--home", tmp_path / "home", "--name", "Ann", "--recover", given=given
    )

    assert done.returncode == 1
    assert "words" in done.stderr
    assert not (tmp_path / "home" / "keys").exists()


def test_options_come_from_the_environment(tmp_path: Path, portfolio: Any) -> None:
    done = portfolio("init", PORTFOLIO_HOME=str(tmp_path / "home"), PORTFOLIO_NAME="Ann")

    assert done.returncode == 0
    assert keystore.has_key(tmp_path / "home")


def test_an_empty_passphrase_is_none_and_another_protects(tmp_path: Path, portfolio: Any) -> None:
    secret = tmp_path / "passphrase"
    secret.write_text("correct horse\nsecond line\n")

    portfolio("init", "--home", tmp_path / "bare", "--name", "Ann")
    portfolio("init", "--home", tmp_path / "sealed", "--name", "Ann", "--passphrase-file", secret)

    assert not keystore.needs_passphrase(tmp_path / "bare")
    assert keystore.needs_passphrase(tmp_path / "sealed")
    assert keystore.load_device(tmp_path / "sealed", "correct horse").multibase.startswith("z6Mk")


def test_token_prints_a_token_on_its_last_line_and_stores_only_its_hash(
    home: Path, portfolio: Any
) -> None:
    done = portfolio("token", "--home", home, "--label", "cron")

    secret = done.last
    (row,) = tables(home, "SELECT kind, label, hash FROM credentials")
    assert row[:2] == ("token", "cron")
    assert secret not in row[2]
    assert len(secret) >= 43


def test_login_prints_a_link_on_its_last_line(home: Path, portfolio: Any) -> None:
    done = portfolio("login", "--home", home, "--app", "127.0.0.1:8123")

    link = done.last
    assert link.startswith("http://127.0.0.1:8123/#login=")
    assert tables(home, "SELECT kind FROM credentials") == [("code",)]


@pytest.mark.parametrize("command", ["token", "login", "serve", "export", "doctor"])
def test_a_folder_that_is_no_home_is_said_to_be_none(
    tmp_path: Path, portfolio: Any, command: str
) -> None:
    done = portfolio(command, "--home", tmp_path / "nothing")

    assert done.returncode == 1
    assert str(tmp_path / "nothing") in done.stderr + done.stdout
    assert "Traceback" not in done.stderr


def test_an_unknown_option_is_a_wrong_call(portfolio: Any) -> None:
    done = portfolio("token", "--nonsense")

    assert done.returncode == 2


def test_every_command_explains_itself(portfolio: Any) -> None:
    listed = portfolio("--help").stdout

    for command in ("init", "start", "serve", "login", "token", "directory", "demo", "export",
                    "backup", "restore", "doctor"):  # fmt: skip
        assert command in listed
        done = portfolio(command, "--help")
        assert done.returncode == 0
        assert "--help" in done.stdout


def test_export_holds_what_is_ones_own(home: Path, portfolio: Any, tmp_path: Path) -> None:
    done = portfolio("export", "--home", home)
    to_file = portfolio("export", "--home", home, "--output", tmp_path / "out.json")

    exported = json.loads(done.stdout)
    assert exported["person"]["name"] == "Ann"
    assert (exported["ideas"], exported["transactions"], exported["comments"]) == ([], [], [])
    assert to_file.returncode == 0
    assert json.loads((tmp_path / "out.json").read_text())["person"] == exported["person"]
    assert stat.S_IMODE((tmp_path / "out.json").stat().st_mode) == 0o600


def test_doctor_finds_nothing_on_a_good_home(home: Path, portfolio: Any) -> None:
    done = portfolio(
        "doctor", "--home", home, "--app", "127.0.0.1:0", "--federation", "127.0.0.1:0"
    )

    assert done.returncode == 0, done.stdout
    assert "All is well." in done.stdout


def test_doctor_names_a_damaged_database_an_open_home_and_a_lost_key(
    home: Path, portfolio: Any
) -> None:
    (home / "planner.db").write_bytes(b"this was a database")
    (home / "keys" / "device.json").unlink()
    home.chmod(0o755)

    done = portfolio(
        "doctor", "--home", home, "--app", "127.0.0.1:0", "--federation", "127.0.0.1:0"
    )

    assert done.returncode == 1
    assert "damaged" in done.stdout
    assert "chmod 700" in done.stdout
    assert "The key:" in done.stdout


@pytest.mark.parametrize("handle", ["Ann", "a", "an n", "-ann", "admin", "x" * 31])
def test_a_handle_that_no_directory_would_take_is_refused_at_once(
    tmp_path: Path, portfolio: Any, handle: str
) -> None:
    done = portfolio("init", "--home", tmp_path / "home", "--name", "Ann", f"--handle={handle}")

    assert done.returncode == 1
    assert "--handle" in done.stderr
    assert not (tmp_path / "home").exists()


def test_a_record_is_signed_anew_above_what_others_have_shown(
    tmp_path: Path, portfolio: Any
) -> None:
    home = tmp_path / "home"
    words = portfolio("init", "--home", home, "--name", "Ann").last
    before = keystore.load_identity(home)
    with IdentityKey.from_words(words) as key:
        newer = key.sign_record(before.number + 10**12, [DeviceKey.generate().multibase])
    conn = sqlite3.connect(home / "planner.db")
    row = (newer.did, newer.number, newer.hash, newer.raw)
    conn.execute("INSERT INTO identities (did, number, hash, raw) VALUES (?, ?, ?, ?)", row)
    conn.commit()
    conn.close()

    ill = portfolio("doctor", "--home", home)
    done = portfolio("init", "--home", home, "--recover", "--reissue", given=words)

    assert "--reissue" in ill.stdout
    assert done.returncode == 0, done.stderr
    after = keystore.load_identity(home)
    assert after.number > newer.number
    assert after.devices == before.devices
    assert "--reissue" not in portfolio("doctor", "--home", home).stdout


def test_a_record_is_signed_anew_only_by_the_words_of_its_person(
    home: Path, tmp_path: Path, portfolio: Any
) -> None:
    before = keystore.load_identity(home)
    foreign = portfolio("init", "--home", tmp_path / "other", "--name", "Eve").last

    done = portfolio("init", "--home", home, "--recover", "--reissue", given=foreign)

    assert done.returncode == 1
    assert "somebody else" in done.stderr
    assert keystore.load_identity(home) == before


@pytest.mark.parametrize("peer", ["nonsense", "http://127.0.0.1:1/u/nobody/actor"])
def test_a_peer_that_names_nobody_is_refused(tmp_path: Path, portfolio: Any, peer: str) -> None:
    done = portfolio(
        "init", "--home", tmp_path / "home", "--name", "A", "--recover", "--peer", peer, given="x"
    )

    assert done.returncode == 1
    assert "--peer" in done.stderr
