"""What a guest gets to read: an idea rendered as a Note, signed by this planner. Pure.

The form is the plainest that Fedify, Mastodon and GoToSocial all take: `Create`, `Update` or
`Delete` of a `Note`, addressed and mentioned to one actor, with a FEP-8b32 proof. Text is
escaped; the only markup is ours.
"""

import html
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final, Literal
from urllib.parse import urlsplit

from federation.activitypub.actor import LocalActor
from federation.wire import CONTEXT
from keys.canonical import stock_jcs
from keys.proofs import sign_document

Verb = Literal["Create", "Update", "Delete"]
TOMBSTONE: Final = "Tombstone"


@dataclass(frozen=True, slots=True)
class Addressee:
    """To whom a note goes: the actor's URL and the name it is mentioned by."""

    actor: str
    username: str

    @property
    def mention(self) -> str:
        """The address as people write it: `@name@host`."""
        return f"@{self.username}@{urlsplit(self.actor).netloc}"


def timestamp(moment: datetime) -> str:
    """Return a time as it stands on the wire: RFC 3339, UTC, whole seconds, `Z`."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def markup(text: str) -> str:
    """Return text as HTML: escaped, paragraphs at empty lines, breaks at the others."""
    paragraphs = [part.strip("\n") for part in html.escape(text).split("\n\n")]
    return "".join(f"<p>{part.replace(chr(10), '<br>')}</p>" for part in paragraphs if part)


def note(
    local: LocalActor, *, url: str, to: Addressee, text: str, published: str
) -> dict[str, Any]:
    """Return the Note that shows an idea; its `url` is what replies answer to."""
    return {
        "id": url,
        "type": "Note",
        "attributedTo": local.url,
        "to": [to.actor],
        "published": published,
        "content": markup(text),
        "tag": [{"type": "Mention", "href": to.actor, "name": to.mention}],
    }


def tombstone(url: str) -> dict[str, Any]:
    """Return what stands for a Note that was taken back."""
    return {"id": url, "type": TOMBSTONE}


def signed_activity(
    local: LocalActor, verb: Verb, object_: Mapping[str, Any], *, url: str, to: str, now: datetime
) -> bytes:
    """Return the bytes of an activity about an object, with this planner's proof."""
    activity = {
        "@context": list(CONTEXT),
        "id": url,
        "type": verb,
        "actor": local.url,
        "to": [to],
        "published": timestamp(now),
        "object": dict(object_),
    }
    return stock_jcs(sign_document(activity, local.me.device, local.proof_key, timestamp(now)))
