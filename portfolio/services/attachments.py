"""Pictures of ideas: encoded anew here, named by their digest in the plan, fetched from members.

The plan holds what a page must know of a picture, never its bytes; those are kept beside the idea
and go with it, or when it names them no longer.
"""

import asyncio
from collections.abc import Mapping
from datetime import datetime, timedelta
from functools import partial
from typing import Any, Final

from sqlalchemy import Connection

from federation.writer import Tx
from portfolio.events.telling import updated
from portfolio.services import ideas, images
from portfolio.services.errors import GoneError, NotFoundError, RuleError
from portfolio.services.idea_remains import keep_pictures, put_pictures_back
from portfolio.services.images import PICTURES_MAX, Encoded
from portfolio.services.planner import Planner
from portfolio.services.undoing import note
from portfolio.storage import documents, pictures, positions
from portfolio.storage.pictures import Missing, Picture
from portfolio.storage.positions import Position
from portfolio.storage.values import instant

FRIENDS_BYTES_MAX: Final = 100 * 1024 * 1024  # of pictures in what one friend shares
PICTURE: Final = "picture"
RETRY: Final = timedelta(minutes=5)
AT_ONCE: Final = 20  # fetched in one round


def attach(planner: Planner, tx: Tx, position: str, picture: Encoded) -> Position:
    """Add a picture to an idea; one that is there already stays as it is.

    Raises:
        NotFoundError, NotAllowedError: not here, or not for my role.
        RuleError: there are enough of them.
    """
    idea = ideas.get(tx.conn, position)
    ideas.allow_edit(idea)
    named = list(idea.fields.get("attachments") or ())
    if picture.digest not in {one.get("digest") for one in named}:
        if len(named) >= PICTURES_MAX:
            raise RuleError(f"An idea has at most {PICTURES_MAX} pictures", field="picture")
        named.append(_described(picture))
    _keep(tx, position, picture.digest, Picture(picture.media_type, picture.data))
    return ideas.revise(planner, tx, position, {"attachments": named})


def detach(planner: Planner, tx: Tx, position: str, digest: str) -> Position:
    """Take a picture off an idea and erase its bytes; until a restart that can be undone.

    Raises:
        NotFoundError, NotAllowedError: not here, or not for my role.
    """
    idea = ideas.get(tx.conn, position)
    named = idea.fields.get("attachments") or ()
    left = [one for one in named if one.get("digest") != digest]
    if len(left) == len(named):
        raise NotFoundError("There is no such picture")
    kept = keep_pictures(planner, tx, position)
    changed = ideas.revise(planner, tx, position, {"attachments": left or None})
    if not idea.sample:
        step = {"kind": PICTURE, "position": position, "pictures": kept, "named": list(named)}
        note(planner, tx, "idea.changed", f"Idea {idea.fields.get('symbol')} changed", step)
    tx.erases = True
    pictures.keep_only(tx.conn, position, [one.get("digest") for one in left])
    return changed


def revert(planner: Planner, tx: Tx, step: Mapping[str, Any]) -> None:
    """Put the bytes of a picture back; that the idea names it again is a step of its own.

    Raises:
        GoneError: they were not kept over a restart.
    """
    position = step["position"]
    if step["pictures"] and not put_pictures_back(planner, tx, position, step["pictures"]):
        raise GoneError("This picture was erased for good when the planner was restarted")
    named = ideas.get(tx.conn, position).fields.get("attachments") or ()
    back = [one.get("digest") for one in step["named"]]
    pictures.keep_only(tx.conn, position, [*back, *(one.get("digest") for one in named)])


def find(conn: Connection, doc: str, digest: str) -> bytes | None:
    """Return the bytes of a picture that a shared document names; what members are served."""
    linked = documents.get(conn, doc)
    if linked is None or linked.position is None:
        return None
    found = positions.get(conn, linked.position, hidden=True)
    if found is None or found.doc != doc or not _names(found, digest):
        return None
    picture = pictures.get(conn, found.id, digest)
    return None if picture is None else picture.data


async def picture(planner: Planner, position: str, digest: str) -> Picture | None:
    """Return a picture of an idea; fetched now when it is not here, None when nobody has it.

    Raises:
        NotFoundError: no such idea, or it names no such picture.
    """
    idea = await planner.reader.run(lambda conn: ideas.get(conn, position))
    if not _names(idea, digest):
        raise NotFoundError("There is no such picture")
    found = await planner.reader.run(lambda conn: pictures.get(conn, position, digest))
    if found is None and idea.doc is not None:
        await _fetch(planner, Missing(position, idea.doc, idea.owner, digest))
        found = await planner.reader.run(lambda conn: pictures.get(conn, position, digest))
    return found


class Fetcher:
    """Fetches pictures soon after they are named, one at a time; what failed, later again."""

    def __init__(self, planner: Planner) -> None:
        self._planner = planner
        self._later: dict[tuple[str, str], datetime] = {}

    async def fetch(self) -> None:
        """Fetch what is named and not here."""
        now = self._planner.clock()
        wanted = await self._planner.reader.run(partial(pictures.missing, limit=AT_ONCE * 10))
        self._later = {key: at for key, at in self._later.items() if at > now}
        due = [one for one in wanted if (one.position, one.digest) not in self._later]
        for one in due[:AT_ONCE]:
            if not await _fetch(self._planner, one):
                self._later[one.position, one.digest] = now + RETRY


async def _fetch(planner: Planner, one: Missing) -> bool:
    """Fetch a picture from a member; say whether it is here now."""
    if planner.fetch_file is None:
        return False
    held = await planner.reader.run(lambda conn: pictures.bytes_of_owner(conn, one.owner))
    if one.owner != planner.me.did and held >= FRIENDS_BYTES_MAX:
        return False
    data = await planner.fetch_file(one.doc, one.digest)
    if data is None:
        return False
    form = await asyncio.to_thread(images.media_type, data)
    if form is None:  # a page must not be given it
        return False
    await planner.writer.run(
        partial(_arrived, one=one, found=Picture(form, data), planner=planner)
    )
    return True


def _arrived(tx: Tx, *, one: Missing, found: Picture, planner: Planner) -> None:
    idea = positions.get(tx.conn, one.position, hidden=True)
    if idea is None or not _names(idea, one.digest):  # revoked or taken off meanwhile
        return
    _keep(tx, one.position, one.digest, found)
    updated(tx, one.position, planner.me.did, ("attachments",))


def _keep(tx: Tx, position: str, digest: str, found: Picture) -> None:
    pictures.add(tx.conn, position, digest, found, instant(tx.now))


def _names(idea: Position, digest: str) -> bool:
    return any(one.get("digest") == digest for one in idea.fields.get("attachments") or ())


def _described(one: Encoded) -> Mapping[str, Any]:
    return {
        "digest": one.digest,
        "media_type": one.media_type,
        "width": one.width,
        "height": one.height,
        "bytes": len(one.data),
        "name": one.name,
    }
