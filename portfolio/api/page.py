"""GET /: the built page out of the package, or plain words when it was not built.

The page is built into `portfolio/web/static` (see `hatch_build.py`). Its files are public: they
hold no data, and a login link must open before there is a login. Names of built assets carry
their hash, so they may be cached for ever; the page itself never is. The page's screens have paths
of their own (`/ideas/01K…`), which all open the same page. A browser that asks for a path that
nobody knows gets the page as well, with status 404: it says so and leads home.
"""

import mimetypes
from pathlib import Path
from typing import Final

from aiohttp import web
from aiohttp.typedefs import Handler

from portfolio.api.gate import OPEN

SCREENS: Final = (  # as in portfolio/web/src/screens/routes.ts
    "accounts",
    "allocation",
    "changes",
    "details",
    "feed",
    "friends",
    "gains",
    "holdings",
    "ideas",
    "import",
    "inbox",
    "income",
    "instruments",
    "performance",
    "record",
    "settings",
    "shared",
    "transactions",
    "welcome",
)
STATIC: Final = Path(__file__).resolve().parent.parent / "web" / "static"
WHY_OPEN: Final = "the page holds no data, and a login link opens it"
FOR_EVER: Final = "public, max-age=31536000, immutable"
KINDS: Final = {".webmanifest": "application/manifest+json", ".woff2": "font/woff2"}
OTHER: Final = "application/octet-stream"
NOT_BUILT: Final = """<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><title>Portfolio Planner</title></head>
<body>
<h1>Portfolio Planner</h1>
<p>This planner is running, but its page is not built into this installation.</p>
<p>All of it works through its API: <code>portfolio token</code> prints a token, and
<code>GET /api/v1/openapi.json</code> with <code>Authorization: Bearer TOKEN</code>
describes every call.</p>
</body>
</html>
"""


def mount_page(app: web.Application, static: Path = STATIC) -> None:
    """Add the routes of the page: `/`, its screens, and each file that the build put there."""
    index = static / "index.html"
    page = _file(index, "no-cache") if index.is_file() else _not_built
    for path in ("/", f"/{{screen:({'|'.join(SCREENS)})(/[^/]+)*}}"):
        _add(app, path, page)
    if index.is_file():
        _add(app, "/{unknown:(?!api/)[a-z0-9-]+(/[^/.]+)*}", _lost(index))
    for file in sorted(static.rglob("*")) if index.is_file() else ():
        name = file.relative_to(static).as_posix()
        hidden = any(part.startswith(".") for part in Path(name).parts)
        if file.is_file() and not hidden and file.suffix != ".gz":  # aiohttp finds those itself
            kept = FOR_EVER if name.startswith("assets/") else "no-cache"
            _add(app, f"/{name}", _file(file, kept))


def _add(app: web.Application, path: str, handler: Handler) -> None:
    app.router.add_route("GET", path, handler)
    app.router.add_route("HEAD", path, handler)
    app[OPEN][handler] = WHY_OPEN


def _file(file: Path, kept: str) -> Handler:
    kind = KINDS.get(file.suffix) or mimetypes.guess_type(file.name)[0] or OTHER

    async def answer(_request: web.Request) -> web.StreamResponse:
        return web.FileResponse(file, headers={"Cache-Control": kept, "Content-Type": kind})

    return answer


def _lost(index: Path) -> Handler:
    """Answer an unknown path: with the page for people, with nothing for programs."""
    page = index.read_bytes()

    async def answer(request: web.Request) -> web.StreamResponse:
        wanted = request.headers.get("Accept", "")
        if "text/html" not in wanted or request.path.startswith("/api/"):
            raise web.HTTPNotFound
        headers = {"Cache-Control": "no-cache"}
        return web.Response(status=404, body=page, content_type="text/html", headers=headers)

    return answer


async def _not_built(_request: web.Request) -> web.StreamResponse:
    return web.Response(text=NOT_BUILT, content_type="text/html")
