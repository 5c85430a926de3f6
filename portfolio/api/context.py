"""What a handler is given: the planner's services, who asks, and one transaction.

Handlers stay thin: parse, one service, answer. The framework binds what they need here, so no
handler touches headers, keys of the application or the writer.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final, TypeVar

from aiohttp import web
from pydantic import BaseModel
from sqlalchemy import Connection

from federation.writer import Tx
from portfolio.api.answers import Answer, dump, entity_tag, version_of
from portfolio.api.idempotency import KeyedRequest, Turnstile
from portfolio.api.problems import ProblemError
from portfolio.services.access import Principal
from portfolio.services.planner import Planner
from portfolio.services.undoing import UNDO

T = TypeVar("T")
Render = Callable[[object], Answer]

PLANNER: Final = web.AppKey("planner", Planner)
TURNSTILE: Final = web.AppKey("turnstile", Turnstile)
PRINCIPAL: Final = web.RequestKey("principal", Principal)


@dataclass(slots=True)
class Context:
    """One request, as its handler sees it."""

    request: web.Request
    planner: Planner
    principal: Principal | None
    render: Render
    keyed: KeyedRequest | None = None
    last_touches: list[Callable[[web.Response], None]] = field(default_factory=list, init=False)
    _written: tuple[object, Answer] | None = field(default=None, init=False)

    @property
    def me(self) -> str:
        """My own did."""
        return str(self.planner.me.did)

    @property
    def who(self) -> Principal:
        """Who asks; only in operations that need a login."""
        if self.principal is None:
            raise TypeError("this operation is open to all")
        return self.principal

    def on_response(self, touch: Callable[[web.Response], None]) -> None:
        """Touch the response before it goes out; for cookies."""
        self.last_touches.append(touch)

    def now(self) -> datetime:
        """The planner's clock."""
        return self.planner.clock()

    async def read(self, query: Callable[[Connection], T]) -> T:
        """Run a query on a read connection."""
        return await self.planner.reader.run(query)

    async def write(self, work: Callable[[Tx], T]) -> T:
        """Run `work` in one transaction and return what it returned.

        With an Idempotency-Key the answer is kept in the same transaction, so `work` must
        return the very thing that the handler returns.
        """
        keyed = self.keyed
        notes: dict[str, str] = {}

        def noting(tx: Tx) -> T:
            result = work(tx)
            notes.update(tx.notes)
            return result

        if keyed is None:
            result = await self.planner.writer.run(noting)
            self._name_undo(notes)
            return result

        def once(tx: Tx) -> T:
            keyed.claim(tx)
            result = noting(tx)
            answer = self.render(result)
            keyed.keep(tx, answer)
            self._written = (result, answer)
            return result

        result = await self.planner.writer.run(once)
        self._name_undo(notes)
        return result

    def _name_undo(self, notes: Mapping[str, str]) -> None:
        """Let the answer's header say by which id this write can be undone."""
        if UNDO in notes:
            self.on_response(lambda response: response.headers.update({"Undo": notes[UNDO]}))

    def answer(self, result: object) -> Answer:
        """Render what the handler returned; what was kept under a key must be the same."""
        if self._written is None:
            return self.render(result)
        written, answer = self._written
        if written is not result:
            raise TypeError("a handler must return what its write returned")
        return answer

    def if_match(self, current: BaseModel) -> None:
        """Compare If-Match with the present representation; call it inside the write.

        Raises:
            ProblemError: `changed-meanwhile` (412), when it names another version.
        """
        wanted = self.request.headers.get("If-Match")
        if wanted is None or wanted.strip() == "*":
            return
        versions = {
            version_of(tag) for tag in wanted.split(",") if not tag.strip().startswith("W/")
        }
        if version_of(entity_tag(dump(current))) not in versions:
            raise ProblemError("changed-meanwhile")
