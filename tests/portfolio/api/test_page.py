"""The built page: what a browser gets, and what it does not."""

import re
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from portfolio.api.gate import OPEN
from portfolio.api.page import SCREENS, STATIC, mount_page

ROUTES = STATIC.parent / "src" / "screens" / "routes.ts"


@pytest.fixture
async def built(tmp_path: Path) -> AsyncIterator[TestClient[Any, Any]]:
    """A listener with a page of three files."""
    (tmp_path / "assets").mkdir()
    (tmp_path / "index.html").write_text("<p>the page</p>")
    (tmp_path / "assets" / "main-1a2b.js").write_text("plain")
    (tmp_path / "assets" / "main-1a2b.js.gz").write_bytes(b"\x1f\x8bpacked")
    (tmp_path / "assets" / "inter-3c4d.woff2").write_bytes(b"font")
    (tmp_path / ".fingerprint").write_text("secret of the build")
    app = web.Application()
    app[OPEN] = {}
    mount_page(app, tmp_path)
    async with TestClient(TestServer(app), auto_decompress=False) as client:
        yield client


@pytest.mark.parametrize("path", ["/", "/holdings", "/instruments/AAPL", "/settings"])
async def test_each_screen_opens_the_page(built: Any, path: str) -> None:
    answer = await built.get(path)

    assert (answer.status, await answer.text()) == (200, "<p>the page</p>")
    assert answer.headers["Cache-Control"] == "no-cache"


@pytest.mark.parametrize(
    "path", ["/holding", "/holdingsx", "/api/v1/nothing", "/u/did:key:z6Mk/actor"]
)
async def test_other_paths_are_not_found(built: Any, path: str) -> None:
    assert (await built.get(path)).status == 404


async def test_a_person_on_an_unknown_path_gets_the_page_which_says_so(built: Any) -> None:
    answer = await built.get("/holding/of/mine", headers={"Accept": "text/html,*/*;q=0.8"})

    assert (answer.status, await answer.text()) == (404, "<p>the page</p>")


@pytest.mark.parametrize("path", ["/api/v1/nothing", "/Holdings.txt", "/assets/gone-1a2b.js"])
async def test_what_is_no_screen_is_no_page_for_a_person_either(built: Any, path: str) -> None:
    answer = await built.get(path, headers={"Accept": "text/html"})

    assert answer.status == 404
    assert "the page" not in await answer.text()


@pytest.mark.parametrize(("path", "status"), [("/api/v1/nothing", 404), ("/nothing", 405)])
async def test_the_page_has_no_say_below_the_api(built: Any, path: str, status: int) -> None:
    """Else a path that is none would be one of the page's, which answers GET alone."""
    answer = await built.delete(path)

    assert answer.status == status


async def test_what_the_build_left_for_itself_is_not_served(built: Any) -> None:
    assert (await built.get("/.fingerprint")).status == 404
    assert (await built.get("/assets/main-1a2b.js.gz")).status == 404


async def test_assets_are_cached_for_ever_and_sent_packed_to_who_takes_it(built: Any) -> None:
    packed = await built.get("/assets/main-1a2b.js", headers={"Accept-Encoding": "gzip"})
    plain = await built.get("/assets/main-1a2b.js", headers={"Accept-Encoding": "identity"})

    assert "immutable" in packed.headers["Cache-Control"]
    assert (packed.headers["Content-Encoding"], await packed.read()) == ("gzip", b"\x1f\x8bpacked")
    assert await plain.read() == b"plain"


async def test_a_font_says_what_it_is(built: Any) -> None:
    answer = await built.get("/assets/inter-3c4d.woff2")

    assert answer.headers["Content-Type"] == "font/woff2"


async def test_without_a_build_every_screen_says_so(tmp_path: Path) -> None:
    app = web.Application()
    app[OPEN] = {}
    mount_page(app, tmp_path)

    async with TestClient(TestServer(app)) as client:
        for path in ("/", "/holdings"):
            assert "not built" in await (await client.get(path)).text()


def test_the_screens_are_those_of_the_source_of_the_page() -> None:
    paths = re.findall(r'path: "([a-z]+)', ROUTES.read_text())

    assert set(paths) == set(SCREENS)
