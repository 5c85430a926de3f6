"""A planner as a process: started, asked, told to stop."""

import json
import signal
import socket
import stat
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

STOP_S = 5.0  # a second, on cores that others use too
pytestmark = pytest.mark.timeout(180)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_it_serves_until_it_is_told_to_stop_and_leaves_nothing_behind(
    home: Path, serve: Any, portfolio: Any, number: int
) -> None:
    before = portfolio("token", "--home", home).last
    served = serve(home).wait()
    code = portfolio("login", "--home", home).last.partition("=")[2]
    asked = served.get("/api/v1/me?unknown=something-private", before)
    assert asked[0] == 400  # a token made before the start is known

    status, out, err, took_s = served.stop(number)

    assert status == 0
    assert took_s < STOP_S
    assert f"http://127.0.0.1:{served.port}" in out
    assert not (home / "control.json").exists()
    lines = [json.loads(line) for line in err.splitlines()]  # JSON without a terminal
    routes = [
        (line["method"], line["status"]) for line in lines if line.get("route") == "/api/v1/me"
    ]
    assert routes == [("GET", 400)]
    for secret in (before, code, "something-private"):
        assert secret not in err


def test_commands_reach_a_planner_that_runs(ann: Any, portfolio: Any) -> None:
    token = portfolio("token", "--home", ann.home).last
    link = portfolio("login", "--home", ann.home).last

    assert stat.S_IMODE((ann.home / "control.json").stat().st_mode) == 0o600
    assert ann.json("/api/v1/me", token)["name"] == "Ann"
    assert link.startswith(f"http://127.0.0.1:{ann.port}/#login=")
    assert ann.get("/api/v1/me", "wrong")[0] == 401


def test_details_of_health_are_for_who_is_logged_in(ann: Any, portfolio: Any) -> None:
    token = portfolio("token", "--home", ann.home).last

    assert ann.json("/health", token)["details"]["database"] == "ok"
    assert set(ann.json("/health")) == {"status", "version"}


def test_nothing_of_the_app_answers_on_the_federation_port(ann: Any, portfolio: Any) -> None:
    token = portfolio("token", "--home", ann.home).last

    for path in ("/", "/api/v1/me", "/api/v1/openapi.json", "/metrics", "/api/v1/live"):
        assert ann.get(path, token, ann.federation)[0] == 404
    assert ann.get("/health", port=ann.federation)[0] == 200


def test_a_home_is_served_once(ann: Any, serve: Any) -> None:
    assert "served already" in serve(ann.home).refused()


def test_doctor_looks_at_a_planner_that_runs(ann: Any, portfolio: Any) -> None:
    done = portfolio("doctor", "--home", ann.home)

    assert done.returncode == 0, done.stdout
    assert "The planner runs" in done.stdout


def test_a_backup_is_made_while_it_runs(ann: Any, portfolio: Any, tmp_path: Path) -> None:
    written = portfolio("backup", "--home", ann.home, tmp_path / "backup.tar.gz")
    onto = portfolio("restore", "--home", ann.home, tmp_path / "backup.tar.gz")

    assert (written.returncode, onto.returncode) == (0, 1)
    assert ann.get("/health")[0] == 200


def test_solo_opens_no_second_port(home: Path, serve: Any) -> None:
    served = serve(home, "--solo").wait()

    with pytest.raises(OSError, match="refused"):
        served.get("/health", port=served.federation)


@pytest.mark.parametrize("option", ["--app", "--federation"])
def test_a_busy_port_is_named_with_what_to_do(home: Path, serve: Any, option: str) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]

        said = serve(home, option, f"127.0.0.1:{port}").refused()

    assert f"Port {port} on 127.0.0.1 is busy" in said
    assert option in said


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--app", "0.0.0.0:0"), "--insecure-http"),
        (("--app", "nonsense"), "HOST:PORT"),
        (("--app", "127.0.0.1:70000"), "HOST:PORT"),
        (("--app", "127.0.0.1:8111", "--federation", "127.0.0.1:8111"), "two ports"),
        (("--tls-key", __file__), "--tls-certificate"),
    ],
)
def test_settings_that_do_not_fit_are_refused_with_what_to_change(
    home: Path, portfolio: Any, options: tuple[str, ...], said: str
) -> None:
    done = portfolio("serve", "--home", home, *options)

    assert done.returncode == 1
    assert said in done.stderr


def test_a_protected_key_needs_its_passphrase(tmp_path: Path, serve: Any, portfolio: Any) -> None:
    home, secret = tmp_path / "home", tmp_path / "passphrase"
    secret.write_text("correct horse")
    portfolio("init", "--home", home, "--name", "Ann", "--passphrase-file", secret)

    without = portfolio("serve", "--home", home)
    wrong = serve(home, PORTFOLIO_PASSPHRASE="battery staple").refused()
    right = serve(home, "--passphrase-file", str(secret)).wait()

    assert without.returncode == 1
    assert "--passphrase-file" in without.stderr
    assert "passphrase is wrong" in wrong
    assert right.stop(signal.SIGTERM)[0] == 0


def test_it_runs_as_a_module_too() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "portfolio", "--version"],
        capture_output=True,
        text=True,
        check=True,
    )

    assert done.stdout.startswith("portfolio, version ")
