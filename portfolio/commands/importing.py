"""Two ways to an import: through the running planner, or directly in its database."""

import asyncio
import base64
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final, Protocol

from portfolio.api.import_models import ImportPatch
from portfolio.api.imports import decided, import_of, row_of
from portfolio.commands.reach import ask
from portfolio.services.imports import drafts, taking
from portfolio.services.imports.decisions import Decisions, FileDecision
from portfolio.services.planner import Planner
from portfolio.storage import imports as store

Json = dict[str, Any]
WORK_TIMEOUT_S: Final = 600.0  # of one answer; a file of 64 MiB takes its time
ASK_EVERY_S: Final = 0.2
ROWS: Final = 200  # at a time
_WORKING: Final = frozenset({"reading", "importing"})


class Way(Protocol):
    """What a command does with imports; answers are those of `/imports`."""

    async def drop(
        self, files: Sequence[tuple[str, bytes]], options: Json, template: str | None
    ) -> Json:
        """Take files in and read them."""
        ...

    async def decide(self, identifier: str, patch: Json) -> Json:
        """Decide about a draft."""
        ...

    async def commit(self, identifier: str) -> Json:
        """Take its rows over."""
        ...

    async def undo(self, identifier: str) -> Json:
        """Take them out again."""
        ...

    async def discard(self, identifier: str) -> None:
        """Delete a draft."""
        ...

    async def rejected(self, identifier: str) -> Sequence[Json]:
        """Return the rejected rows."""
        ...


class Running:
    """Through the API of the planner that serves the home."""

    def __init__(self, home: Path) -> None:
        self._home = home

    async def drop(
        self, files: Sequence[tuple[str, bytes]], options: Json, template: str | None
    ) -> Json:
        """Take files in and read them."""
        sent = [
            {"name": name, "content_base64": base64.b64encode(data).decode()}
            for name, data in files
        ]
        named = {} if template is None else {"template": template}
        return await self._done("POST", "", {"files": sent, "options": options, **named})

    async def decide(self, identifier: str, patch: Json) -> Json:
        """Decide about a draft."""
        return await self._done("PATCH", f"/{identifier}", patch)

    async def commit(self, identifier: str) -> Json:
        """Take its rows over."""
        return await self._done("POST", f"/{identifier}/commit")

    async def undo(self, identifier: str) -> Json:
        """Take them out again."""
        return await self._done("POST", f"/{identifier}/undo")

    async def discard(self, identifier: str) -> None:
        """Delete a draft."""
        await self._ask("DELETE", f"/{identifier}")

    async def rejected(self, identifier: str) -> Sequence[Json]:
        """Return the rejected rows."""
        found: list[Json] = []
        cursor = ""
        while True:
            path = f"/{identifier}/rows?status=rejected&limit={ROWS}{cursor}"
            page = await self._ask("GET", path)
            found += page["items"]
            if page["next"] is None:
                return found
            cursor = f"&cursor={page['next']}"

    async def _done(self, method: str, path: str, body: object = None) -> Json:
        """Ask for something, and wait until the planner has done its work on it."""
        found = await self._ask(method, path, body)
        while found["state"] in _WORKING:
            await asyncio.sleep(ASK_EVERY_S)
            found = await self._ask("GET", f"/{found['id']}")
        return found

    async def _ask(self, method: str, path: str, body: object = None) -> Json:
        answer: Json = await asyncio.to_thread(
            ask, self._home, method, f"/imports{path}", body, timeout=WORK_TIMEOUT_S
        )
        return answer


class Direct:
    """In the database of a planner that nobody serves."""

    def __init__(self, planner: Planner) -> None:
        self._planner = planner

    async def drop(
        self, files: Sequence[tuple[str, bytes]], options: Json, template: str | None
    ) -> Json:
        """Take files in and read them."""
        decision = FileDecision(options=_kept(options), template=template)
        decisions = Decisions(files={str(n): decision for n in range(len(files))})
        made = await drafts.create(self._planner, files, decisions)
        return await self._done(made.stored.id)

    async def decide(self, identifier: str, patch: Json) -> Json:
        """Decide about a draft."""
        body = ImportPatch.model_validate(patch, strict=False)
        await drafts.revise(self._planner, identifier, lambda old: decided(old, body))
        return await self._done(identifier)

    async def commit(self, identifier: str) -> Json:
        """Take its rows over."""
        await taking.commit(self._planner, identifier)
        return await self._done(identifier)

    async def undo(self, identifier: str) -> Json:
        """Take them out again."""
        await taking.undo(self._planner, identifier)
        return await self._done(identifier)

    async def discard(self, identifier: str) -> None:
        """Delete a draft."""
        await drafts.discard(self._planner, identifier)

    async def rejected(self, identifier: str) -> Sequence[Json]:
        """Return the rejected rows."""
        rows = await self._planner.reader.run(
            lambda conn: store.row_page(
                conn, identifier, status="rejected", after=None, limit=drafts.ROWS_MAX
            )
        )
        return [row_of(row).model_dump() for row in rows]

    async def _done(self, identifier: str) -> Json:
        """Do the work that a running planner does by and by."""
        await taking.step(self._planner, identifier)
        found = await drafts.found(self._planner, identifier)
        return import_of(found).model_dump(by_alias=True)


def _kept(options: Mapping[str, Any]) -> Json:
    return {name: value for name, value in options.items() if value is not None}
