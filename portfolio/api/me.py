"""The person of this planner."""

import asyncio
from typing import Annotated

from pydantic import Field, StringConstraints

from federation.writer import Tx
from portfolio.api.context import Context
from portfolio.api.fields import Did, In, Out
from portfolio.api.op import op
from portfolio.api.problems import ProblemError
from portfolio.api.shell import SHELL
from portfolio.services import profile, words
from portfolio.services.profile import Profile

Name = Annotated[
    str, StringConstraints(min_length=1, max_length=80, pattern=r"^[^\x00-\x1f\x7f]+$")
]
Handle = Annotated[
    str,
    StringConstraints(min_length=1, max_length=64, pattern=r"^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$"),
]


class Me(Out):
    """Who I am: to friends by name and handle, to planners by did."""

    did: Did
    name: str
    handle: str | None
    actor: str = Field(description="URL of my actor on the federation listener")
    fingerprint: str = Field(description="30 digits to compare with another of my devices")


class MePatch(In):
    """What to change; `handle` null gives it up."""

    name: Name | None = None
    handle: Handle | None = None


class WordsIn(In):
    """Recovery words; spacing and case are forgiven."""

    words: Annotated[str, StringConstraints(min_length=1, max_length=1000)]


class WordsChecked(Out):
    """Whether the words are those of this planner's person."""

    right: bool


@op("GET", "/me", etag=True)
async def read_me(context: Context) -> Me:
    """Read who I am."""
    return _me(context, await context.read(profile.read_profile))


@op("PATCH", "/me", etag=True, errors=("rule",))
async def change_me(context: Context, body: MePatch) -> Me:
    """Change my name or handle."""
    changes = {
        name: getattr(body, name)
        for name in body.model_fields_set
        if name == "handle" or getattr(body, name) is not None
    }

    def work(tx: Tx) -> tuple[Profile, Me]:
        context.if_match(_me(context, profile.read_profile(tx.conn)))
        changed = profile.change_profile(tx, changes)
        return changed, _me(context, changed)

    changed, me = await context.write(work)
    context.request.app[SHELL].profile_changed(changed)
    return me


@op("POST", "/me/words", errors=("too-many",), status=200)
async def check_words(context: Context, body: WordsIn) -> WordsChecked:
    """Ask whether 24 words are the recovery words of this planner; five times a minute.

    They are looked at and forgotten: not stored, not logged.
    """
    wait_s = context.planner.attempts.wait_s(context.now())
    if wait_s:
        raise ProblemError("too-many", headers={"Retry-After": str(wait_s)})
    right = await asyncio.to_thread(words.are_of, body.words, context.me)
    return WordsChecked(right=right)


def _me(context: Context, found: Profile) -> Me:
    me = context.planner.me
    return Me(
        did=me.did,
        name=found.name,
        handle=found.handle,
        actor=f"{me.base_url()}/u/{me.did}/actor",
        fingerprint=profile.fingerprint(me.did),
    )


ROUTES = (read_me, change_me, check_words)
