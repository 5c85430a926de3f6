"""The built page: made when it is missing or older than its sources."""

import fcntl
import os
import shutil
import subprocess
from pathlib import Path
from typing import Final

WEB: Final = Path(__file__).resolve().parents[2] / "portfolio" / "web"
BUILT: Final = WEB / "static" / "index.html"
BUILD_S: Final = 300


class PageMissingError(Exception):
    """There is no page to look at; the message says what to do."""


def ensure_built() -> None:
    """Build the page if it is missing or stale; of several test workers, one builds.

    Raises:
        PageMissingError: It cannot be built here, or the build failed.
    """
    with (WEB / "package.json").open() as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not BUILT.exists() or BUILT.stat().st_mtime < _newest_source():
            _build()


def _build() -> None:
    npm = shutil.which("npm")
    if npm is None or not (WEB / "node_modules").is_dir():
        raise PageMissingError(
            "the page is not built: cd portfolio/web && npm ci && npm run build"
        )
    done = subprocess.run(
        [npm, "run", "build"],
        cwd=WEB, env={**os.environ, "CI": "1"}, capture_output=True, text=True, timeout=BUILD_S,
        check=False,
    )  # fmt: skip
    if done.returncode != 0:
        raise PageMissingError(f"npm run build failed:\n{done.stdout}\n{done.stderr}")


def _newest_source() -> float:
    settings = [WEB / name for name in ("index.html", "package-lock.json", "vite.config.ts")]
    sources = [*(WEB / "src").rglob("*"), *(WEB / "public").rglob("*"), *settings]
    tests = (".test.ts", ".test.tsx")
    return max(path.stat().st_mtime for path in sources if not path.name.endswith(tests))
