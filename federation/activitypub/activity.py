"""A stock ActivityStreams activity: received bytes in, checked members out. Pure.

Strict I-JSON, the contexts of `contexts.py`, one actor, one object. What the bytes claim is not
believed here; `authentication.py` finds out who signed them.
"""

import html
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from federation.activitypub.contexts import check_names
from federation.errors import MalformedError, RefusedError
from federation.guard import BlockedError, check_url
from federation.wire import limit
from keys.canonical import parse_strict
from keys.errors import NotCanonicalError

TEXT_CHARS_MAX: Final = 10_000  # of a reply, after its markup is taken off
_BREAK: Final = re.compile(r"<(?:br|/p|/div|/li|/h[1-6]|/blockquote)\b[^<>]*>", re.IGNORECASE)
_TAG: Final = re.compile(r"<[^<>]*>")
_BLANKS: Final = re.compile(r"[ \t]+")
_LINES: Final = re.compile(r"\n{3,}")
_CONTROLS: Final = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")


@dataclass(frozen=True, slots=True)
class StockActivity:
    """An activity as another server wrote it; nothing in it is proven yet.

    `value` is the document without `signature`; `object_` is its embedded object, empty when the
    activity only names one; `received` are the bytes as they came.
    """

    id: str
    type: str
    actor: str
    object_id: str
    object_: Mapping[str, Any]
    value: Mapping[str, Any]
    received: bytes

    @property
    def has_proof(self) -> bool:
        """Whether it claims a Data Integrity proof (FEP-8b32)."""
        return "proof" in self.value

    @property
    def in_reply_to(self) -> str:
        """What the embedded object answers to, or an empty text."""
        return _reference(self.object_.get("inReplyTo"))

    @property
    def text(self) -> str:
        """The text of the embedded object without its markup."""
        return plain_text(self.object_.get("content"))


def parse_activity(body: bytes) -> StockActivity:
    """Return the activity that a stock peer sent.

    Raises:
        MalformedError: `not_ijson`, `jsonld_keyword`, `context`, or `shape` when id, type or
            actor are missing or of another form.
    """
    try:
        value = parse_strict(body)
    except NotCanonicalError as error:
        raise MalformedError("not_ijson", str(error)) from error
    if not isinstance(value, dict):
        raise MalformedError("shape", "an activity is an object")
    value.pop("signature", None)  # RsaSignature2017: not verified, so not looked at
    check_names(value)
    if "@context" not in value:
        raise MalformedError("context", "missing")
    object_ = value.get("object")
    if isinstance(object_, list) and len(object_) == 1:
        object_ = object_[0]
    return StockActivity(
        id=_required_url(value, "id"),
        type=_type_of(value),
        actor=_required_url(value, "actor"),
        object_id=_reference(object_),
        object_=object_ if isinstance(object_, dict) else {},
        value=value,
        received=body,
    )


def check_own(activity: StockActivity) -> None:
    """Check that an activity is about something of its own actor. A function of the bytes.

    Compared is the full id of the author; for what is only named, the origin (FEP-fe34).

    Raises:
        RefusedError: `not_owner`.
    """
    if activity.type not in {"Create", "Update", "Delete"}:
        return
    attributed = _references(activity.object_.get("attributedTo"))
    if any(author != activity.actor for author in attributed):
        raise RefusedError("not_owner", "attributed to somebody else")
    if activity.object_ and activity.type != "Delete" and not attributed:
        raise RefusedError("not_owner", "attributed to nobody")
    try:
        if check_url(activity.object_id).origin == check_url(activity.actor).origin:
            return
    except BlockedError as error:
        raise RefusedError("not_owner", str(error)) from error
    raise RefusedError("not_owner", "of another server")


def plain_text(markup: object) -> str:
    """Return the text of an HTML fragment: tags off, entities read, blanks tidied.

    It is shown escaped, so this is for reading, not for safety.
    """
    if not isinstance(markup, str):
        return ""
    text = _TAG.sub("", _BREAK.sub("\n", markup))
    text = _CONTROLS.sub("", html.unescape(text).replace("\r\n", "\n"))
    return _LINES.sub("\n\n", _BLANKS.sub(" ", text)).strip()[:TEXT_CHARS_MAX]


def _type_of(value: Mapping[str, Any]) -> str:
    kind = value.get("type")
    if isinstance(kind, list) and kind:
        kind = kind[0]
    if not isinstance(kind, str) or not kind:
        raise MalformedError("shape", "type")
    return kind


def _required_url(value: Mapping[str, Any], name: str) -> str:
    url = _reference(value.get(name))
    if not url.startswith(("https://", "http://")) or len(url) > limit("url"):
        raise MalformedError("shape", name)
    return url


def _reference(value: object) -> str:
    if isinstance(value, dict):
        value = value.get("id")
    return value if isinstance(value, str) else ""


def _references(value: object) -> tuple[str, ...]:
    entries = value if isinstance(value, list) else [value]
    return tuple(found for entry in entries if (found := _reference(entry)))
