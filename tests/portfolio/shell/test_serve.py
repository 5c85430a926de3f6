"""A planner as a process: started, asked, told to stop."""

import json
import signal
import socket
import stat
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.portfolio.shell.conftest import environment

START_S = 20.0  # other tests share the cores
STOP_S = 3.0


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


class Served:
    """A running planner, and how a test talks to it."""

    def __init__(self, home: Path, *options: str, **env: str) -> None:
        self.home, self.port, self.federation = home, free_port(), free_port()
        self.process = subprocess.Popen(
            [sys.executable, "-m", "portfolio", "serve", "--home", str(home),
             "--app", f"127.0.0.1:{self.port}", "--federation", f"127.0.0.1:{self.federation}",
             "--no-lan", *options],
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
            env=environment(**env),
        )  # fmt: skip

    def wait(self) -> "Served":
        until = time.monotonic() + START_S
        while time.monotonic() < until:
            if self.process.poll() is not None:
                raise AssertionError(self.process.communicate())
            try:
                if self.get("/health")[0] == 200:
                    return self
            except OSError:
                time.sleep(0.05)
        raise AssertionError("it did not start")

    def get(self, path: str, token: str | None = None, port: int | None = None) -> tuple[int, str]:
        url = f"http://127.0.0.1:{port or self.port}{path}"
        request = urllib.request.Request(url)
        if token is not None:
            request.add_header("Authorization", f"Bearer {token}")
        try:
            with urllib.request.urlopen(request, timeout=5) as answer:  # noqa: S310 - as above
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as error:
            with error:
                return error.code, error.read().decode()

    def stop(self, number: int = signal.SIGTERM) -> tuple[int, str, str, float]:
        began = time.monotonic()
        self.process.send_signal(number)
        out, err = self.process.communicate(timeout=START_S)
        return self.process.returncode, out, err, time.monotonic() - began


Serve = Callable[..., Served]


@pytest.fixture
def serve() -> Iterator[Serve]:
    running: list[Served] = []

    def start(home: Path, *options: str, **env: str) -> Served:
        running.append(Served(home, *options, **env))
        return running[-1]

    yield start
    for served in running:
        if served.process.poll() is None:
            served.process.kill()
        served.process.communicate()


def last_line(done: subprocess.CompletedProcess[str]) -> str:
    assert done.returncode == 0, done.stderr
    return done.stdout.strip().splitlines()[-1]


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_it_serves_until_it_is_told_to_stop_and_leaves_nothing_behind(
    home: Path, serve: Serve, number: int
) -> None:
    served = serve(home).wait()
    assert stat.S_IMODE((home / "control.json").stat().st_mode) == 0o600

    code, out, err, took_s = served.stop(number)

    assert code == 0
    assert took_s < STOP_S
    assert f"http://127.0.0.1:{served.port}" in out
    assert "Traceback" not in err
    assert not (home / "control.json").exists()


def test_commands_reach_a_planner_that_runs(home: Path, serve: Serve, portfolio: Any) -> None:
    served = serve(home).wait()

    token = last_line(portfolio("token", "--home", home))
    link = last_line(portfolio("login", "--home", home))

    assert json.loads(served.get("/api/v1/me", token)[1])["name"] == "Ann"
    assert link.startswith(f"http://127.0.0.1:{served.port}/#login=")
    assert served.get("/api/v1/me", "wrong")[0] == 401


def test_a_token_made_before_the_start_works_after_it(
    home: Path, serve: Serve, portfolio: Any
) -> None:
    token = last_line(portfolio("token", "--home", home))

    served = serve(home).wait()

    assert served.get("/api/v1/me", token)[0] == 200
    assert "details" in json.loads(served.get("/health", token)[1])
    assert "details" not in json.loads(served.get("/health")[1])


def test_nothing_of_the_app_answers_on_the_federation_port(
    home: Path, serve: Serve, portfolio: Any
) -> None:
    served = serve(home).wait()
    token = last_line(portfolio("token", "--home", home))

    for path in ("/", "/api/v1/me", "/api/v1/openapi.json", "/metrics", "/api/v1/live"):
        assert served.get(path, token, served.federation)[0] == 404
    assert served.get("/health", port=served.federation)[0] == 200


def test_solo_opens_no_second_port(home: Path, serve: Serve) -> None:
    served = serve(home, "--solo").wait()

    with pytest.raises(OSError, match="refused"):
        served.get("/health", port=served.federation)


def test_a_home_is_served_once(home: Path, serve: Serve) -> None:
    serve(home).wait()

    second = serve(home)
    _, err = second.process.communicate(timeout=START_S)

    assert second.process.returncode == 1
    assert "served already" in err


@pytest.mark.parametrize("option", ["--app", "--federation"])
def test_a_busy_port_is_named_with_what_to_do(home: Path, serve: Serve, option: str) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]

        served = serve(home, option, f"127.0.0.1:{port}")
        _, err = served.process.communicate(timeout=START_S)

    assert served.process.returncode == 1
    assert f"Port {port} on 127.0.0.1 is busy" in err
    assert option in err
    assert "Traceback" not in err


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
    home: Path, serve: Serve, options: tuple[str, ...], said: str
) -> None:
    served = serve(home, *options)
    _, err = served.process.communicate(timeout=START_S)

    assert served.process.returncode == 1
    assert said in err


def test_a_protected_key_needs_its_passphrase(
    tmp_path: Path, serve: Serve, portfolio: Any
) -> None:
    home, secret = tmp_path / "home", tmp_path / "passphrase"
    secret.write_text("correct horse")
    portfolio("init", "--home", home, "--name", "Ann", "--passphrase-file", secret)

    without, wrong = serve(home), serve(home, PORTFOLIO_PASSPHRASE="battery staple")
    errors = [each.process.communicate(timeout=START_S)[1] for each in (without, wrong)]
    right = serve(home, "--passphrase-file", str(secret)).wait()

    assert (without.process.returncode, wrong.process.returncode) == (1, 1)
    assert "--passphrase-file" in errors[0]
    assert "passphrase is wrong" in errors[1]
    assert right.stop()[0] == 0


def test_logs_are_json_without_a_terminal_and_hold_no_secret(
    home: Path, serve: Serve, portfolio: Any
) -> None:
    served = serve(home).wait()
    token = last_line(portfolio("token", "--home", home))
    code = last_line(portfolio("login", "--home", home)).partition("=")[2]
    served.get("/api/v1/me?unknown=something-private", token)

    _, _, err, _ = served.stop()

    lines = [json.loads(line) for line in err.splitlines()]
    asked = [line for line in lines if line.get("route") == "/api/v1/me"]
    assert [(line["method"], line["status"]) for line in asked] == [("GET", 400)]
    for secret in (token, code, "something-private"):
        assert secret not in err


def test_doctor_looks_at_a_planner_that_runs(home: Path, serve: Serve, portfolio: Any) -> None:
    serve(home).wait()

    done = portfolio("doctor", "--home", home)

    assert done.returncode == 0, done.stdout
    assert "The planner runs" in done.stdout


def test_a_backup_is_made_while_it_runs_and_restore_is_refused(
    home: Path, serve: Serve, portfolio: Any, tmp_path: Path
) -> None:
    serve(home).wait()

    written = portfolio("backup", "--home", home, tmp_path / "backup.tar.gz")
    back = portfolio("restore", "--home", home, tmp_path / "backup.tar.gz")

    assert (written.returncode, back.returncode) == (0, 1)


def test_a_second_start_is_quick(home: Path, serve: Serve) -> None:
    serve(home).wait().stop()
    began = time.monotonic()

    serve(home).wait()

    assert time.monotonic() - began < 3 * 3  # 3 s, threefold for shared cores
