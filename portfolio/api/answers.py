"""What handlers return, and how it becomes bytes: 200, 201 with Location, 204, ETag.

The entity tag of a representation is the digest of its bytes: nothing has to be counted or
stored, and two equal representations have equal tags. Members that change by themselves (how
complete an idea is, what its market does) count for `If-None-Match`, not for `If-Match`: nobody's
edit fails because somebody else commented. So a tag has two halves, the version and the rest.
"""

import hashlib
from dataclasses import dataclass
from typing import Any, Final, Generic, TypeVar

import orjson
from aiohttp import web
from pydantic import BaseModel, TypeAdapter

T = TypeVar("T")
JSON: Final = "application/json"
PREFIX: Final = "/api/v1"
MOVING: Final = ("complete", "market")  # members that are no part of what one edits
_TAG_DIGITS: Final = 24


@dataclass(frozen=True, slots=True)
class Created(Generic[T]):
    """201: what was created, and where it is from now on (a path under `/api/v1`)."""

    value: T
    location: str


@dataclass(frozen=True, slots=True)
class Answer:
    """A finished answer; what is kept under an Idempotency-Key."""

    status: int
    body: bytes
    location: str | None = None

    def response(self, *, tagged: bool) -> web.Response:
        """Return it as a response, with its entity tag when the resource carries one."""
        headers = {}
        if self.location is not None:
            headers["Location"] = self.location
        if tagged and self.body:
            headers["ETag"] = entity_tag(self.body)
        if not self.body:
            return web.Response(status=self.status, headers=headers)
        return web.Response(status=self.status, body=self.body, content_type=JSON, headers=headers)


def entity_tag(body: bytes) -> str:
    """Return the strong entity tag of a representation (RFC 9110 §8.8.3)."""
    value = orjson.loads(body)
    moving = [value.pop(name, None) for name in MOVING] if isinstance(value, dict) else []
    version = _digest(orjson.dumps(value))
    return f'"{version}-{_digest(orjson.dumps(moving))}"' if any(moving) else f'"{version}"'


def version_of(tag: str) -> str:
    """Return the half of an entity tag that `If-Match` compares."""
    return tag.strip().strip('"').partition("-")[0]


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()[:_TAG_DIGITS]


def dump(value: BaseModel) -> bytes:
    """Return the bytes of a representation; a member left unset is absent."""
    return value.model_dump_json(exclude_unset=True).encode()


def render(adapter: TypeAdapter[Any] | None, value: object) -> Answer:
    """Turn what a handler returned into an answer: `Created`, a model, or None."""
    if adapter is None:
        return Answer(204, b"")
    if isinstance(value, Created):
        body = adapter.dump_json(value.value, exclude_unset=True)
        return Answer(201, body, PREFIX + value.location)
    return Answer(200, adapter.dump_json(value, exclude_unset=True))
