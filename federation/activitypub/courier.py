"""Brings signed activities to the inboxes of guests: in order, from the store, again and again.

What a guest should get stands in `guest_post`, written with the change it tells of. The courier
sends the oldest of each guest; a failure is tried again with a growing delay, for a week. Then,
or when the guest's server says that the inbox is gone, it is dropped: a guest is owed a copy of
a note, not a log without gaps.
"""

import asyncio
import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

import aiohttp
import structlog
from sqlalchemy import Connection, func, select
from yarl import URL

from federation.activitypub.actor import LocalActor
from federation.activitypub.schema import guest_post, guests
from federation.errors import DeliveryError
from federation.guard import DialPolicy, guarded_connector
from federation.wire import ACTIVITY_JSON, BACKOFF_FIRST_S, BACKOFF_MAX_S, CALL_TIMEOUT_S
from federation.writer import Reader, Tx, Writer
from keys.stock_signatures import StockRequest, sign_stock_request

GIVEN_UP_AFTER_S: Final = 7 * 24 * 3600
ROUND_MAX: Final = 8  # guests served at the same time
IDLE_S: Final = 60.0  # a look at the store without being woken, against a clock that was set
DOUBLINGS_MAX: Final = 16
GONE: Final = frozenset({404, 410})

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Letter:
    """One activity on its way to one inbox; times are seconds since 1970."""

    id: int
    inbox: str
    body: bytes
    attempts: int
    since: int
    due: int


class Courier:
    """Sends what is due until it is cancelled. `wake` after something new was committed."""

    def __init__(
        self,
        local: LocalActor,
        policy: DialPolicy,
        *,
        writer: Writer,
        reader: Reader,
        clock: Callable[[], datetime],
        rng: random.Random,
    ) -> None:
        self._local = local
        self._policy = policy
        self._writer = writer
        self._reader = reader
        self._clock = clock
        self._rng = rng
        self._woken = asyncio.Event()

    def wake(self) -> None:
        """Look at the store now."""
        self._woken.set()

    async def run(self) -> None:
        """Send until cancelled."""
        async with aiohttp.ClientSession(
            connector=guarded_connector(self._policy),
            cookie_jar=aiohttp.DummyCookieJar(),
            trust_env=False,
        ) as session:
            while True:
                self._woken.clear()
                letters = await self._reader.run(oldest_of_each)
                now = int(self._clock().timestamp())
                due = [letter for letter in letters if letter.due <= now][:ROUND_MAX]
                if not due:
                    await self._sleep(
                        min((letter.due - now for letter in letters), default=IDLE_S)
                    )
                    continue
                async with asyncio.TaskGroup() as round_:
                    for letter in due:
                        round_.create_task(self._bring(session, letter))

    async def _sleep(self, seconds: float) -> None:
        try:
            async with asyncio.timeout(min(seconds, IDLE_S)):
                await self._woken.wait()
        except TimeoutError:
            return

    async def _bring(self, session: aiohttp.ClientSession, letter: Letter) -> None:
        status = 0
        try:
            status = await self._post(session, letter)
        except (aiohttp.ClientError, TimeoutError, OSError, DeliveryError) as error:
            log.info("guest not reached", why=type(error).__name__, attempt=letter.attempts + 1)
        except Exception:  # what one guest's address does must not end the node
            log.exception("note to guest failed", letter=letter.id)
        else:
            log.info("note sent to guest", status=status, attempt=letter.attempts + 1)
        taken = 200 <= status < 300  # noqa: PLR2004 - RFC 9110 §15.3
        await self._writer.run(
            lambda tx: self._settle(tx, letter, is_done=taken or status in GONE)
        )

    async def _post(self, session: aiohttp.ClientSession, letter: Letter) -> int:
        self._policy.check(letter.inbox)
        url = URL(letter.inbox)
        authority = url.host_port_subcomponent or ""
        headers = sign_stock_request(
            self._local.me.device,
            StockRequest("POST", url.scheme, authority, url.raw_path_qs, {}, letter.body),
            keyid=self._local.main_key,
            created=int(self._clock().timestamp()),
        )
        async with (
            asyncio.timeout(CALL_TIMEOUT_S),
            session.post(
                url,
                data=letter.body,
                headers={**headers, "Content-Type": ACTIVITY_JSON, "Host": authority},
                allow_redirects=False,
            ) as response,
        ):
            return response.status

    def _settle(self, tx: Tx, letter: Letter, *, is_done: bool) -> None:
        here = guest_post.c.id == letter.id
        now = int(tx.now.timestamp())
        if is_done or now - letter.since > GIVEN_UP_AFTER_S:
            tx.conn.execute(guest_post.delete().where(here))
            return
        delay_s = min(BACKOFF_FIRST_S * 2 ** min(letter.attempts, DOUBLINGS_MAX), BACKOFF_MAX_S)
        due = now + 1 + int(self._rng.uniform(0.0, delay_s))
        tx.conn.execute(
            guest_post.update().where(here).values(attempts=letter.attempts + 1, due=due)
        )


def oldest_of_each(conn: Connection) -> list[Letter]:
    """Return the oldest letter of every guest, those due first."""
    first = select(func.min(guest_post.c.id)).group_by(guest_post.c.guest)
    query = (
        select(
            guest_post.c.id,
            guests.c.inbox,
            guest_post.c.body,
            guest_post.c.attempts,
            guest_post.c.since,
            guest_post.c.due,
        )
        .join(guests, guests.c.id == guest_post.c.guest)
        .where(guest_post.c.id.in_(first))
        .order_by(guest_post.c.due)
    )
    return [Letter(**row._asdict()) for row in conn.execute(query)]
