"""The directory as a process of its own: without the planner, killed, restarted, small."""

import asyncio
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from federation.directory.main import main, parse_options

RSS_MIB_MAX = 50
WITHOUT_PLANNER = """
import sys
for name in ("portfolio", "sqlalchemy", "structlog", "cryptography"):
    sys.modules[name] = None
from federation.directory.main import main
sys.exit(main(sys.argv[1:]))
"""


class Process:
    """A directory in a process; `url` is where it listens."""

    def __init__(self, home: Path, port: int) -> None:
        self.process = subprocess.Popen(
            [
                *(sys.executable, "-c", WITHOUT_PLANNER),
                *("--listen", f"127.0.0.1:{port}", "--home", str(home)),
            ],
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        assert self.process.stdout is not None
        self.url = self.process.stdout.readline().split()[-1]

    def stop(self, number: int) -> int:
        self.process.send_signal(number)
        return self.process.wait(10)

    def rss_mib(self) -> float:
        status = Path(f"/proc/{self.process.pid}/status").read_text()
        line = next(line for line in status.splitlines() if line.startswith("VmRSS"))
        return int(line.split()[1]) / 1024


@contextmanager
def process(home: Path, port: int = 0) -> Iterator[Process]:
    one = Process(home, port)
    try:
        yield one
    finally:
        if one.process.poll() is None:
            one.stop(signal.SIGKILL)
        assert one.process.stdout is not None
        one.process.stdout.close()


def fresh(planner: Any, number: int) -> dict[str, Any]:
    """Return a publication that is valid by the clock of this machine."""
    expires = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() + 3600))
    return dict(planner.publication(number, expires=expires))


async def post(url: str, path: str, body: object) -> int:
    async with (
        aiohttp.ClientSession() as session,
        session.post(f"{url}/pp/1/directory/{path}", json=body) as answer,
    ):
        return answer.status


async def test_it_runs_without_the_planner_and_keeps_records_when_killed(
    tmp_path: Path, alice: Any
) -> None:
    with process(tmp_path) as first:
        statuses = [
            await post(first.url, "records", fresh(alice, 5)),
            await post(first.url, "handles", alice.claim("alice")),
        ]
        killed = first.stop(signal.SIGKILL)
        port = int(first.url.rpartition(":")[2])
        with process(tmp_path, port) as second:
            statuses += [
                await post(second.url, "look-up", {"did": alice.did}),
                await post(second.url, "look-up", {"handle": "alice"}),
                await post(second.url, "records", fresh(alice, 4)),
            ]

    assert killed == -signal.SIGKILL
    assert statuses == [200, 200, 200, 200, 409]


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
async def test_it_stops_cleanly_with_sockets_open(tmp_path: Path, number: int) -> None:
    with process(tmp_path) as one:
        async with aiohttp.ClientSession() as session:
            ws = await session.ws_connect(one.url + "/pp/1/directory/presence")
            await ws.receive_json()
            began = time.monotonic()
            code = await asyncio.to_thread(one.stop, number)
            took_s = time.monotonic() - began

    assert code == 0
    assert took_s < 5


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
async def test_it_fits_into_its_memory_with_a_hundred_planners(
    tmp_path: Path, planners: list[Any]
) -> None:
    with process(tmp_path) as one:
        async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)) as session:
            sockets = []
            for planner in planners:
                ws = await session.ws_connect(one.url + "/pp/1/directory/presence")
                await ws.receive_json()
                await ws.send_json({"type": "publish", **fresh(planner, 5)})
                assert (await ws.receive_json())["type"] == "published"
                await ws.send_json({"type": "watch", "topics": [planners[0].did]})
                sockets.append(ws)
            async with session.get(one.url + "/health") as answer:
                health = await answer.json()
            rss_mib = one.rss_mib()
            for ws in sockets:
                await ws.close()

    assert health["active_users"] == len(planners)
    assert rss_mib <= RSS_MIB_MAX


def test_a_busy_port_is_named_in_the_error(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with process(tmp_path / "one") as one:
        where = one.url.removeprefix("http://")

        code = main(["--listen", where, "--home", str(tmp_path / "two")])

    assert code == 1
    assert where in capsys.readouterr().err


@pytest.mark.parametrize(
    "argv",
    [
        ["--listen", "9000"],
        ["--listen", "127.0.0.1:x"],
        ["--listen", "127.0.0.1:70000"],
        ["--listen", "0.0.0.0:9000"],
        ["--listen", "192.168.1.5:9000"],
        ["--cert", "x.pem"],
    ],
)
def test_options_that_do_not_fit_are_refused(
    argv: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(argv) == 1
    assert capsys.readouterr().err.startswith("directory: ")


def test_options_come_from_the_environment_too(tmp_path: Path) -> None:
    environ = {
        "PORTFOLIO_LISTEN": "[::1]:9001",
        "PORTFOLIO_HOME": str(tmp_path),
        "PORTFOLIO_BEHIND_PROXY": "1",
    }

    options = parse_options([], environ)

    assert (options.host, options.port, options.home) == ("::1", 9001, tmp_path)
    assert options.behind_proxy
    assert not options.insecure_http
    assert parse_options(["--listen", "127.0.0.1:5"], environ).port == 5


def test_beyond_this_machine_plain_http_must_be_asked_for(tmp_path: Path) -> None:
    asked = ["--listen", "0.0.0.0:9000", "--insecure-http", "--home", str(tmp_path)]

    assert parse_options(asked, {}).host == "0.0.0.0"  # noqa: S104 - the address under test


def test_without_a_home_each_port_has_its_own() -> None:
    environ = {"XDG_DATA_HOME": "/data"}

    home = parse_options(["--listen", "127.0.0.1:9007"], environ).home

    assert home == Path("/data/portfolio-planner/directory-9007")
