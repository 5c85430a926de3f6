"""Asking a provider over the network: one GET with a limit on everything.

No redirect is followed: a provider that moved is configured anew, and nothing can send us to an
address inside the network. Nothing is sent but the address that is asked for.
"""

from collections.abc import Mapping
from datetime import datetime
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from typing import Final

import aiohttp

from portfolio.providers.base import ProviderError

TIMEOUT_S: Final = 20.0
ANSWER_BYTES_MAX: Final = 8 * 1024 * 1024  # unpacked; 30 years of daily prices have 1 MiB
RETRY_MAX_S: Final = 24 * 3600.0  # whoever says later is asked again after a day
_CHUNK: Final = 64 * 1024


def session(version: str, *, timeout_s: float = TIMEOUT_S) -> aiohttp.ClientSession:
    """Return a client without cookies, whose calls end after a while."""
    return aiohttp.ClientSession(
        timeout=aiohttp.ClientTimeout(total=timeout_s),
        headers={"User-Agent": f"portfolio-planner/{version}", "Accept": "*/*"},
        cookie_jar=aiohttp.DummyCookieJar(),
    )


async def fetch(
    client: aiohttp.ClientSession,
    url: str,
    now: datetime,
    *,
    bytes_max: int = ANSWER_BYTES_MAX,
) -> bytes:
    """Return what is answered.

    Raises:
        ProviderError: nothing is, or something else than an answer.
    """
    try:
        async with client.get(url, allow_redirects=False) as response:
            _check(response.status, response.headers, now)
            found = bytearray()
            async for chunk in response.content.iter_chunked(_CHUNK):
                found += chunk
                if len(found) > bytes_max:
                    raise ProviderError("too-large")
            return bytes(found)
    except TimeoutError as error:
        raise ProviderError("slow") from error
    except (aiohttp.ClientError, ValueError, OSError) as error:
        raise ProviderError("unreachable") from error


def _check(status: int, headers: Mapping[str, str], now: datetime) -> None:
    if status == HTTPStatus.OK:
        return
    retry_s = retry_after(headers.get("Retry-After"), now)
    if status == HTTPStatus.TOO_MANY_REQUESTS:
        raise ProviderError("busy", retry_s=retry_s)
    if status == HTTPStatus.NOT_FOUND:
        raise ProviderError("unknown")
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        raise ProviderError("broken", f"It has a fault of its own ({status})", retry_s=retry_s)
    if status >= HTTPStatus.BAD_REQUEST:
        raise ProviderError("refused", f"It refused to answer ({status})", retry_s=retry_s)
    if status >= HTTPStatus.MULTIPLE_CHOICES:
        raise ProviderError("redirected")
    raise ProviderError("garbage")


def retry_after(text: str | None, now: datetime) -> float | None:
    """Return the seconds that a Retry-After header asks for (RFC 9110), at most a day."""
    if text is None:
        return None
    if text.strip().isdecimal() and text.isascii():
        return min(float(text.strip()[:9]), RETRY_MAX_S)
    try:
        until = parsedate_to_datetime(text)
    except ValueError:
        return None
    if until.tzinfo is None:
        return None
    return min(max((until - now).total_seconds(), 0.0), RETRY_MAX_S)
