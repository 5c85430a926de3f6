"""A caller that signs native calls by hand, so that tests can spoil any part of them."""

import io
import time
from dataclasses import dataclass, field
from os import urandom
from typing import Any

import aiohttp
import orjson

from federation.wire import INBOX_PATH, NATIVE_BATCH, NATIVE_CALL
from keys.canonical import jcs
from keys.http_signatures import sign_request
from keys.identity import DeviceKey
from keys.multiformats import encode_base64url
from tests.federation.net.cluster import Running


def new_nonce() -> str:
    return encode_base64url(urandom(16))


@dataclass
class Reply:
    status: int
    body: bytes
    headers: dict[str, str]

    @property
    def error(self) -> str:
        return str(self.json().get("error", ""))

    def json(self) -> dict[str, Any]:
        value: dict[str, Any] = orjson.loads(self.body)
        return value


@dataclass
class Caller:
    """Calls `to`; `spoil` holds headers to be replaced after signing."""

    key: DeviceKey
    to: Running
    spoil: dict[str, str] = field(default_factory=dict)

    async def call(
        self,
        path: str,
        value: Any,
        *,
        media_type: str = NATIVE_CALL,
        recipient: str | None = None,
        created: int | None = None,
        nonce: str | None = None,
        sent: bytes | None = None,
        headers: dict[str, str] | None = None,
    ) -> Reply:
        body = value if isinstance(value, bytes) else jcs(value)
        authority = f"127.0.0.1:{self.to.person.port}"
        signed = sign_request(
            self.key,
            method="POST",
            path=path,
            authority=authority,
            body=body,
            content_type=media_type,
            pp_to=recipient or self.to.did,
            created=int(time.time()) if created is None else created,
            nonce=nonce or new_nonce(),
        )
        async with (
            aiohttp.ClientSession() as session,
            session.post(
                f"http://{authority}{path}",
                data=io.BytesIO(body if sent is None else sent),
                headers={**signed, **self.spoil, **(headers or {})},
            ) as response,
        ):
            return Reply(response.status, await response.read(), dict(response.headers))

    async def batch(self, *lines: bytes, **options: Any) -> Reply:
        path = INBOX_PATH.format(did=self.to.did)
        return await self.call(path, b"\n".join(lines), media_type=NATIVE_BATCH, **options)
