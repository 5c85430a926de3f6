"""Idempotency-Key: a POST repeated within 24 hours has its effect once and its answer again.

The answer is kept in the very transaction of the effect, so there is no moment, not even under
`kill -9`, in which one exists without the other. Writes run one after another, so of two
concurrent duplicates the second finds the answer of the first. Where the effect is not one
transaction of ours (it calls a friend's planner), concurrent duplicates wait for each other
and the answer is kept as soon as there is one.
"""

import asyncio
import hashlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from http import HTTPStatus
from typing import Final

from sqlalchemy import delete, insert, select

from federation.writer import Tx
from portfolio.api.answers import Answer
from portfolio.api.fields import instant
from portfolio.api.problems import FieldError, ProblemError
from portfolio.storage.access import kept_answers

HEADER: Final = "Idempotency-Key"
KEPT: Final = timedelta(hours=24)
KEY_CHARACTERS_MAX: Final = 255
KEY_PATTERN: Final = "^[!-~]{1,255}$"


class ReplayedError(Exception):
    """The key was used before by the same request: `answer` is what it was answered."""

    def __init__(self, answer: Answer) -> None:
        super().__init__("answered before")
        self.answer = answer


@dataclass(frozen=True, slots=True)
class KeyedRequest:
    """One request under a key: what must be equal for it to be a repetition."""

    key: str
    digest: str

    @classmethod
    def of(cls, key: str, method: str, path: str, body: bytes) -> "KeyedRequest":
        """Return the keyed request.

        Raises:
            ProblemError: `malformed`, when the key is not 1 to 255 visible ASCII characters.
        """
        if not 0 < len(key) <= KEY_CHARACTERS_MAX or not all("!" <= c <= "~" for c in key):
            raise ProblemError("malformed", errors=[FieldError(where=HEADER, detail="not a key")])
        digest = hashlib.sha256(b"\0".join([method.encode(), path.encode(), body])).hexdigest()
        return cls(key, digest)

    def claim(self, tx: Tx) -> None:
        """Go on only if the key is new.

        Raises:
            ReplayedError: this very request was answered before.
            ProblemError: `key-reused`, when the key stands for another request; `gone`, when
                what it made was erased since, and the kept answer with it.
        """
        kept = tx.conn.execute(
            select(kept_answers).where(
                kept_answers.c.key == self.key, kept_answers.c.at > _oldest(tx.now)
            )
        ).one_or_none()
        if kept is None:
            return
        if kept.request != self.digest:
            raise ProblemError("key-reused")
        if kept.status == HTTPStatus.GONE:
            raise ProblemError("gone")
        raise ReplayedError(Answer(kept.status, kept.body, kept.location))

    def keep(self, tx: Tx, answer: Answer) -> None:
        """Keep the answer, in the transaction of the effect; forget those of yesterday."""
        tx.conn.execute(
            delete(kept_answers).where(
                (kept_answers.c.at <= _oldest(tx.now)) | (kept_answers.c.key == self.key)
            )
        )
        tx.conn.execute(
            insert(kept_answers).values(
                key=self.key,
                request=self.digest,
                status=answer.status,
                location=answer.location,
                body=answer.body,
                at=instant(tx.now),
            )
        )


def _oldest(now: datetime) -> str:
    return instant(now - KEPT)


class Turnstile:
    """Lets one request of each key through at a time; used where an effect leaves the node."""

    def __init__(self) -> None:
        self._locks: dict[str, tuple[asyncio.Lock, int]] = {}

    @asynccontextmanager
    async def turn(self, key: str) -> AsyncIterator[None]:
        """Hold the turn of a key; a lock lives as long as somebody waits for it."""
        lock, waiting = self._locks.get(key, (asyncio.Lock(), 0))
        self._locks[key] = (lock, waiting + 1)
        try:
            async with lock:
                yield
        finally:
            lock, waiting = self._locks[key]
            if waiting == 1:
                del self._locks[key]
            else:
                self._locks[key] = (lock, waiting - 1)
