"""The only place that fetches what stock peers name: their actor documents, by WebFinger or URL.

Everything a stranger can make us fetch is bounded: public addresses only (`federation.guard`),
1 MiB, 5 s in all, three redirects on one scheme and none revisited, JSON media types, one fetch
in flight per host, 20 new actors a minute, failures remembered for ten minutes. Nothing that a
fetched document names is fetched in turn.
"""

import asyncio
from collections import OrderedDict
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from typing import Any, Final
from urllib.parse import quote, urljoin

import aiohttp

from federation.activitypub.remote import RemoteActor, parse_actor
from federation.errors import RefusedError, UnauthenticError
from federation.guard import (
    BlockedAddressError,
    BlockedError,
    CheckedUrl,
    DialPolicy,
    Source,
    check_url,
    guarded_connector,
)
from federation.wire import ACTIVITY_JSON, WEBFINGER_PATH, limit
from keys.canonical import parse_strict
from keys.errors import NotCanonicalError

ACTOR_REMEMBERED_S: Final = 3600.0
MINUTE_S: Final = 60.0
REMEMBERED_MAX: Final = 1000  # rows of each table

ACTOR_TYPES: Final = frozenset({ACTIVITY_JSON, "application/ld+json"})
JRD_TYPES: Final = frozenset({"application/jrd+json", "application/json"})
_ACCEPT_ACTOR: Final = (
    f'{ACTIVITY_JSON}, application/ld+json; profile="https://www.w3.org/ns/activitystreams"'
)
_ACCEPT_JRD: Final = "application/jrd+json, application/json;q=0.9"
_REDIRECTS: Final = frozenset({301, 302, 303, 307, 308})


class Remembered:
    """A table of limited age and size; what was put in first falls out first."""

    def __init__(self, age_s: float, rows_max: int = REMEMBERED_MAX) -> None:
        self._age_s = age_s
        self._rows_max = rows_max
        self._rows: OrderedDict[str, tuple[float, Any]] = OrderedDict()

    def put(self, key: str, value: object, now_s: float) -> None:
        """Remember a value from now on."""
        self._rows[key] = (now_s, value)
        self._rows.move_to_end(key)
        if len(self._rows) > self._rows_max:
            self._rows.popitem(last=False)

    def get(self, key: str, now_s: float) -> Any:  # noqa: ANN401 - what was put in
        """Return the value, or None when there is none or it is too old."""
        since, value = self._rows.get(key, (now_s, None))
        if now_s - since >= self._age_s:
            del self._rows[key]
            return None
        return value

    def drop(self, key: str) -> None:
        """Forget a value."""
        self._rows.pop(key, None)

    def count_since(self, since_s: float) -> int:
        """Return how many rows were put in since a moment."""
        return sum(1 for put_s, _ in reversed(self._rows.values()) if put_s > since_s)


class Fetcher:
    """Fetches actors of stock peers; close it when done."""

    def __init__(self, policy: DialPolicy | None, monotonic_s: Callable[[], float]) -> None:
        self._policy = policy or DialPolicy(Source.STRANGER)
        self._now_s = monotonic_s
        self._actors = Remembered(ACTOR_REMEMBERED_S)
        self._failures = Remembered(limit("failure_memory"))
        self._refetched = Remembered(limit("failure_memory"))
        self._attempts = Remembered(MINUTE_S)
        self._hosts: dict[str, tuple[asyncio.Lock, int]] = {}
        self._session: aiohttp.ClientSession | None = None
        self._is_closed = False

    async def close(self) -> None:
        """Close the connections, and open no more."""
        self._is_closed = True
        session, self._session = self._session, None
        if session is not None:
            await session.close()

    async def actor(self, url: str, *, fresh: bool = False) -> RemoteActor:
        """Return the actor at a URL.

        `fresh` asks its server though it is remembered, at most once in ten minutes: others
        must not be able to make us ask again and again.

        Raises:
            UnauthenticError: `ssrf_blocked`, `key_fetch` or `key_id_mismatch`.
            RefusedError: `busy`: too many new actors in this minute.
        """
        url = url.partition("#")[0]
        known: RemoteActor | None = self._actors.get(url, self._now_s())
        if known is not None and not (fresh and self._may_refetch(url)):
            return known
        document = await self._remembering_failure(url, _ACCEPT_ACTOR, ACTOR_TYPES)
        try:
            actor = parse_actor(document, url)
        except UnauthenticError as error:
            self._failures.put(url, error.reason, self._now_s())
            raise
        self._actors.put(url, actor, self._now_s())
        return actor

    async def actor_now(self, url: str) -> RemoteActor:
        """Return the actor at a URL as its server has it now; for what the user asks for.

        Raises:
            UnauthenticError: `ssrf_blocked`, `key_fetch` or `key_id_mismatch`.
            RefusedError: `busy`.
        """
        for table in (self._actors, self._failures):
            table.drop(url.partition("#")[0])
        return await self.actor(url)

    async def actor_of_handle(self, handle: str) -> RemoteActor:
        """Return the actor behind `name@host`, by WebFinger (RFC 7033).

        Raises:
            UnauthenticError: `ssrf_blocked`, `key_fetch` or `key_id_mismatch`.
            RefusedError: `busy`.
        """
        name, _, host = handle.removeprefix("acct:").lstrip("@").partition("@")
        resource = quote(f"acct:{name}@{host}", safe="")
        url = f"https://{host}{WEBFINGER_PATH}?resource={resource}"
        descriptor = await self._remembering_failure(url, _ACCEPT_JRD, JRD_TYPES)
        return await self.actor_now(_self_link(descriptor))

    async def _remembering_failure(self, url: str, accept: str, types: frozenset[str]) -> object:
        now_s = self._now_s()
        if (reason := self._failures.get(url, now_s)) is not None:
            raise UnauthenticError(reason, "it failed a few minutes ago")
        if len(self._hosts) >= limit("fetches_waiting") or self._is_too_fast(url, now_s):
            raise RefusedError("busy", "too many new actors")
        try:
            async with asyncio.timeout(limit("fetch_time")), self._turn_of(check_url(url).host):
                return await self._document(url, accept, types)
        except BlockedError as error:
            failure = UnauthenticError("ssrf_blocked", str(error))
        except aiohttp.ClientConnectorError as error:
            blocked = isinstance(error.os_error, BlockedAddressError)
            failure = UnauthenticError("ssrf_blocked" if blocked else "key_fetch", str(error))
        except (aiohttp.ClientError, TimeoutError, OSError, ValueError) as error:
            failure = UnauthenticError("key_fetch", str(error))
        except UnauthenticError as error:
            failure = error
        self._failures.put(url, failure.reason, self._now_s())
        raise failure

    def _may_refetch(self, url: str) -> bool:
        if self._refetched.get(url, self._now_s()) is not None:
            return False
        self._refetched.put(url, True, self._now_s())  # noqa: FBT003 - a mark
        return True

    def _is_too_fast(self, url: str, now_s: float) -> bool:
        if self._attempts.count_since(now_s - MINUTE_S) >= limit("new_actors"):
            return True
        self._attempts.put(url, 1, now_s)
        return False

    @asynccontextmanager
    async def _turn_of(self, host: str) -> AsyncIterator[None]:
        lock, users = self._hosts.get(host, (asyncio.Lock(), 0))
        self._hosts[host] = (lock, users + 1)
        try:
            async with lock:
                yield
        finally:
            lock, users = self._hosts.pop(host)
            if users > 1:
                self._hosts[host] = (lock, users - 1)

    async def _document(self, url: str, accept: str, types: frozenset[str]) -> object:
        session = self._open_session()
        visited: list[CheckedUrl] = []
        here = url
        while len(visited) <= limit("fetch_redirects"):
            checked = self._policy.check(here)
            if checked in visited or (visited and checked.scheme != visited[0].scheme):
                raise UnauthenticError("key_fetch", "a redirect in circles or to another scheme")
            visited.append(checked)
            async with session.get(
                here,
                allow_redirects=False,
                headers={"Accept": accept, "Accept-Encoding": "identity"},
            ) as response:
                if response.status not in _REDIRECTS:
                    return await _json_of(response, types)
                here = urljoin(here, response.headers.get("Location", ""))
        raise UnauthenticError("key_fetch", "too many redirects")

    def _open_session(self) -> aiohttp.ClientSession:
        if self._is_closed:
            raise UnauthenticError("key_fetch", "this planner stops")
        if self._session is None:
            connector = guarded_connector(self._policy, limit_per_host=1, force_close=True)
            self._session = aiohttp.ClientSession(
                connector=connector,
                cookie_jar=aiohttp.DummyCookieJar(),
                trust_env=False,  # a proxy would connect where it likes
                auto_decompress=False,  # no small body that grows
            )
        return self._session


async def _json_of(response: aiohttp.ClientResponse, types: frozenset[str]) -> object:
    if response.status != 200:  # noqa: PLR2004 - OK
        raise UnauthenticError("key_fetch", f"answered {response.status}")
    if response.content_type not in types:
        raise UnauthenticError("key_fetch", "not of the media type of an actor")
    body = bytearray()
    async for chunk in response.content.iter_any():
        body += chunk
        if len(body) > limit("fetch_body"):
            raise UnauthenticError("key_fetch", "too large")
    try:
        document = parse_strict(bytes(body))
    except NotCanonicalError as error:
        raise UnauthenticError("key_fetch", "not I-JSON") from error
    _check_origin(document, response)
    return document


def _check_origin(document: object, response: aiohttp.ClientResponse) -> None:
    """An uploaded file must not pass for an actor of another server (CVE-2024-25623)."""
    claimed = document.get("id") if isinstance(document, Mapping) else None
    if isinstance(claimed, str) and (
        check_url(claimed).origin != check_url(str(response.url)).origin
    ):
        raise UnauthenticError("key_fetch", "the document is of another origin")


def _self_link(descriptor: object) -> str:
    links = descriptor.get("links") if isinstance(descriptor, Mapping) else None
    for link in links if isinstance(links, list) else []:
        if isinstance(link, Mapping) and link.get("rel") == "self":
            kind, href = str(link.get("type", "")).partition(";")[0].strip(), link.get("href")
            if kind in ACTOR_TYPES and isinstance(href, str):
                return href
    raise UnauthenticError("key_fetch", "WebFinger names no actor")
