"""`portfolio start`, for a person who has no planner yet; and the page over TLS."""

import socket
import ssl
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from federation.net.tls import CERTIFICATE_FILE, PRIVATE_KEY_FILE, ensure_identity
from keys import keystore
from tests.portfolio.shell.conftest import START_S, environment, free_port

pytestmark = pytest.mark.timeout(180)


@pytest.fixture
def started(tmp_path: Path) -> Iterator[subprocess.Popen[str]]:
    process = subprocess.Popen(
        [sys.executable, "-m", "portfolio", "start", "--home", str(tmp_path / "home"),
         "--name", "Ann", "--no-browser", "--solo", "--app", f"127.0.0.1:{free_port()}"],
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
        env={**environment(), "PYTHONUNBUFFERED": "1"},
    )  # fmt: skip
    yield process
    process.kill()
    process.communicate()


def said_until(process: subprocess.Popen[str], word: str) -> list[str]:
    assert process.stdout is not None
    lines: list[str] = []
    while not (lines and word in lines[-1]):
        line = process.stdout.readline()
        assert line, f"it ended after saying {lines}"
        lines.append(line)
    return lines


def test_start_makes_a_planner_says_its_words_and_a_link_that_logs_in(
    started: subprocess.Popen[str], tmp_path: Path
) -> None:
    lines = said_until(started, "#login=")

    assert keystore.has_key(tmp_path / "home")
    assert any(len(line.split()) == 24 for line in lines)
    url, _, code = lines[-1].split()[-1].partition("/#login=")
    body = f'{{"code": "{code}"}}'.encode()
    ask = urllib.request.Request(  # noqa: S310 - our own
        f"{url}/api/v1/session", body, {"Content-Type": "application/json", "Origin": url}
    )
    with urllib.request.urlopen(ask, timeout=START_S) as answer:  # noqa: S310 - our own
        assert answer.headers["Set-Cookie"].startswith("pp_session_")


def test_start_of_a_planner_that_is_there_makes_no_other(
    home: Path, portfolio: Any, serve: Any
) -> None:
    before = keystore.load_identity(home)
    serve(home).wait()

    done = portfolio("start", "--home", home, "--no-browser", "--app", "127.0.0.1:0")

    assert done.returncode == 1
    assert "served already" in done.stderr
    assert keystore.load_identity(home) == before


def test_the_page_is_served_over_tls_and_never_in_the_open(
    home: Path, serve: Any, portfolio: Any
) -> None:
    ensure_identity(home, datetime.now(UTC))
    certificate, key = home / CERTIFICATE_FILE, home / PRIVATE_KEY_FILE
    served = serve(home, "--solo", "--tls-certificate", str(certificate), "--tls-key", str(key))
    until = time.monotonic() + START_S
    while not (home / "control.json").exists():
        assert served.process.poll() is None
        assert time.monotonic() < until
        time.sleep(0.05)
    trusting = ssl.create_default_context(cafile=str(certificate))
    trusting.check_hostname = False

    url = f"https://127.0.0.1:{served.port}/health"
    with urllib.request.urlopen(url, context=trusting, timeout=10) as answer:
        assert answer.status == 200
    with pytest.raises(urllib.error.URLError, match="certificate"):
        urllib.request.urlopen(url, timeout=10)
    with socket.create_connection(("127.0.0.1", served.port), timeout=10) as plain:
        plain.sendall(b"GET /health HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
        assert not plain.recv(100).startswith(b"HTTP/1.1 200")
    link = portfolio("login", "--home", home).last
    assert link.startswith(f"https://127.0.0.1:{served.port}/#login=")
    body = f'{{"code": "{link.partition("=")[2]}"}}'.encode()
    headers = {"Content-Type": "application/json"}
    ask = urllib.request.Request(url.replace("/health", "/api/v1/session"), body, headers)  # noqa: S310 - our own
    with urllib.request.urlopen(ask, context=trusting, timeout=10) as answer:  # noqa: S310 - our own
        assert "Secure" in answer.headers["Set-Cookie"]
