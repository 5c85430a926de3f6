"""One table says who may do what: the services ask it, and federation judges by it."""

from collections.abc import Awaitable, Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from federation.errors import LocalProtocolError
from federation.log.kinds import EventClass
from federation.log.roles import CLASSES, ROLES, allows
from portfolio.services import attachments, comments, ideas, images, permissions, shares, trades
from portfolio.services.errors import NotAllowedError
from portfolio.storage import positions
from tests.portfolio.desk import Desk, desks, shared

Try = Callable[[Desk, str], Awaitable[Any]]
PICTURE = images.Encoded(b"x", "uEiA", "image/png", 1, 1, "x.png")
TRIES: list[tuple[EventClass, Try]] = [
    ("comment", lambda desk, idea: desk.write(comments.add, idea, "hm")),
    ("edit", lambda desk, idea: desk.write(ideas.revise, idea, {"stop": "198"})),
    ("edit", lambda desk, idea: desk.write(attachments.attach, idea, PICTURE)),
    ("grant", lambda desk, idea: desk.write(shares.share, idea, [desk.did], "viewer")),
    ("grant", lambda desk, idea: desk.write(trades.enter, idea, [])),
    ("grant", lambda desk, idea: desk.write(ideas.remove, idea)),
]
CONTENTS: dict[EventClass, tuple[str, dict[str, Any]]] = {
    "comment": ("comment.added/1", {"id": "01JD0000000000000000000007", "text": "hm"}),
    "edit": ("idea.changed/1", {"fields": {"stop": "198"}}),
}


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("cls", CLASSES)
def test_services_ask_the_table_of_federation(role: Any, cls: EventClass) -> None:
    assert permissions.may(role, cls) == allows(role, cls)
    assert not permissions.may("king", cls)
    assert not permissions.may(None, cls)


@pytest.mark.parametrize("role", ["viewer", "commenter", "editor"])
async def test_what_a_role_does_not_allow_neither_services_nor_the_log_do(
    tmp_path: Path, role: Any
) -> None:
    async with desks(tmp_path, "Alice", "Bob") as (alice, bob):
        idea = await shared(alice, bob, role)
        found = await bob.fetch(positions.get, idea.id)
        assert found is not None
        for cls, attempt in TRIES:
            if not allows(role, cls):
                with pytest.raises(NotAllowedError):
                    await attempt(bob, idea.id)
        for cls, (kind, content) in CONTENTS.items():
            append = partial(bob.log.append, doc=str(found.doc), kind_name=kind, content=content)
            if allows(role, cls):
                await bob.planner.writer.run(append)
            else:
                with pytest.raises(LocalProtocolError):
                    await bob.planner.writer.run(append)
