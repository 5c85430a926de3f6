"""A whole planner on a host of a test network: set up, served, stopped, asked through REST."""

import json
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final, TypeVar

from tests.e2e.netns import Host

ROOT: Final = Path(__file__).resolve().parents[2]
RELAY: Final = ROOT / "tests/e2e/rest_relay.py"
APP: Final = ("127.0.0.1", "8000")
FEDERATION_PORT: Final = 8100
READY_S: Final = 20.0
FOUND_S: Final = 30.0

T = TypeVar("T")


class LanPlanner:
    """One person's planner, without a directory."""

    def __init__(self, host: Host, home: Path, name: str) -> None:
        self.host = host
        self.home = home / name
        self.log = home / f"{name}.log"
        self._environ = {"PORTFOLIO_PASSPHRASE": "", "PYTHONPATH": str(ROOT)}
        self._relay: subprocess.Popen[str] | None = None
        self._process: subprocess.Popen[str] | None = None
        self._run("init", "--name", name)
        self._token = self._run("token").split()[-1]

    def start(self) -> None:
        """Serve on the address that the host has now; return when it answers."""
        with self.log.open("a") as log:
            self._process = self.host.start(
                *(sys.executable, "-m", "portfolio", "serve", "--home", str(self.home)),
                *("--app", ":".join(APP)),
                *("--federation", f"{self.host.address}:{FEDERATION_PORT}"),
                environ=self._environ,
                stdout=log,
                stderr=subprocess.STDOUT,
            )
        self._relay = self.host.start(
            *(sys.executable, str(RELAY), *APP, self._token), stdin=subprocess.PIPE
        )
        self.until(lambda: self.call("GET", "/health")[0] == 200, READY_S)

    def stop(self) -> int:
        """Stop it as a service manager does; return its exit code."""
        assert self._process is not None
        assert self._relay is not None
        self._relay.kill()
        self._process.terminate()
        return self._process.wait(READY_S)

    def call(self, method: str, path: str, body: object = None) -> tuple[int, Any]:
        """Make one request; return status and answer, 0 when nobody answers."""
        assert self._relay is not None
        assert self._relay.stdin is not None
        assert self._relay.stdout is not None
        full = path if path == "/health" else f"/api/v1{path}"
        asked = {"method": method, "path": full, "body": body}
        self._relay.stdin.write(json.dumps(asked) + "\n")
        self._relay.stdin.flush()
        answered = json.loads(self._relay.stdout.readline())
        return answered["status"], answered["body"]

    def get(self, path: str) -> Any:
        """Return what a path answers; it must be there."""
        status, body = self.call("GET", path)
        assert status == 200, (path, status, body)
        return body

    def send(self, method: str, path: str, body: object = None) -> Any:
        """Change something; it must be done."""
        status, answer = self.call(method, path, body)
        assert status in {200, 201, 204}, (path, status, answer)
        return answer

    def until(self, look: Callable[[], T], within_s: float = FOUND_S) -> T:
        """Look until there is something to see; return it.

        Raises:
            TimeoutError: it was not there in time; with the end of the planner's log.
        """
        until_s = time.monotonic() + within_s
        while not (seen := look()):
            if time.monotonic() > until_s:
                raise TimeoutError(f"not seen in {within_s} s; the log ends:\n{self._told()}")
            time.sleep(0.05)
        return seen

    def _told(self) -> str:
        """Return the end of the log, without the requests that only look."""
        lines = self.log.read_text().splitlines() if self.log.exists() else []
        return "\n".join([line for line in lines if '"GET"' not in line][-30:])

    def _run(self, command: str, *options: str) -> str:
        return self.host.run(
            *("env", *(f"{name}={value}" for name, value in self._environ.items())),
            *(sys.executable, "-m", "portfolio", command, "--home", str(self.home), *options),
        )
