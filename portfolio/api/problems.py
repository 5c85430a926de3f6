"""Problem types: every error that the REST API answers, in one table (RFC 9457).

A problem's `type` is a URI that names the kind of error for programs; `title` and `detail` are
for people. The table is the whole list: an operation documents the types that it can answer,
and `docs/reference/problems.md` is checked against it. No detail ever repeats what was sent.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Final

from aiohttp import web
from pydantic import BaseModel, ConfigDict, Field

PROBLEM_JSON: Final = "application/problem+json"
TYPE_BASE: Final = "https://portfolio-planner.example/problems/"


@dataclass(frozen=True, slots=True)
class ProblemType:
    """One kind of error: its name, HTTP status, title, and when it is answered."""

    name: str
    status: int
    title: str
    meaning: str

    @property
    def uri(self) -> str:
        """The `type` member: stable, and never reused for something else."""
        return TYPE_BASE + self.name


def _table(*types: ProblemType) -> dict[str, ProblemType]:
    return {each.name: each for each in types}


PROBLEMS: Final = _table(
    ProblemType(
        "malformed", 400, "Malformed request", "The body is not JSON, or a header is not valid."
    ),
    ProblemType(
        "bad-query",
        400,
        "Bad query parameter",
        "A query parameter is unknown, given twice, or not of its form.",
    ),
    ProblemType(
        "login-required", 401, "Login required", "No session cookie or bearer token that is valid."
    ),
    ProblemType(
        "bad-code", 401, "Login code not valid", "The code is unknown, used, or older than 10 min."
    ),
    ProblemType(
        "foreign-host", 403, "Host not allowed", "The Host header names none of this planner."
    ),
    ProblemType(
        "foreign-origin", 403, "Origin not allowed", "A page of another site sent this request."
    ),
    ProblemType(
        "csrf",
        403,
        "X-Requested-With missing",
        "A change under a session cookie needs the header X-Requested-With.",
    ),
    ProblemType(
        "forbidden", 403, "Not allowed", "You see this, but your role does not allow the change."
    ),
    ProblemType("not-found", 404, "Not found", "There is no such thing, or it is not yours."),
    ProblemType(
        "method-not-allowed", 405, "Method not allowed", "See the Allow header for those that are."
    ),
    ProblemType(
        "conflict", 409, "Conflict", "The present state of the resource does not allow this."
    ),
    ProblemType(
        "too-slow", 408, "Body too slow", "The body had not arrived whole after a minute."
    ),
    ProblemType("overtaken", 409, "Overtaken", "What is to be undone was changed again since."),
    ProblemType(
        "friend-away", 409, "Friend not reachable", "The other planner did not answer; try again."
    ),
    ProblemType(
        "key-reused",
        409,
        "Idempotency-Key used for something else",
        "The key stands for another request of the last 24 hours.",
    ),
    ProblemType("gone", 410, "Gone", "It was there once: used up, expired or taken back."),
    ProblemType(
        "changed-meanwhile",
        412,
        "Changed meanwhile",
        "If-Match names another version than the present one: read it again.",
    ),
    ProblemType(
        "too-large",
        413,
        "Body too large",
        "The body is over the limit: 1 MiB, or 64 MiB where files are sent.",
    ),
    ProblemType(
        "media-type", 415, "Wrong media type", "The operation does not take this Content-Type."
    ),
    ProblemType("invalid", 422, "Not valid", "JSON, but not of the form; `errors` says where."),
    ProblemType("rule", 422, "Against a rule", "Well formed, but it breaks a rule of the domain."),
    ProblemType("too-many", 429, "Too many", "A limit is reached; Retry-After says when again."),
    ProblemType("internal", 500, "Internal error", "A fault of ours; it is in the log."),
    ProblemType("unavailable", 503, "Not available", "The planner is starting or stopping."),
)


class FieldError(BaseModel):
    """One fault in what was sent: where, as a JSON pointer or parameter name, and what."""

    model_config = ConfigDict(frozen=True)

    where: str
    detail: str


class Problem(BaseModel):
    """An error, as RFC 9457 has it; `errors` lists faults of single fields."""

    model_config = ConfigDict(frozen=True)

    type: str = Field(json_schema_extra={"format": "uri"})
    title: str
    status: int
    detail: str | None = None
    errors: tuple[FieldError, ...] | None = None


class ProblemError(Exception):
    """An error that is answered as a problem of the table.

    Raise it in `portfolio.api` only; services and domain raise their own errors, which
    `portfolio.api.errors` maps to problems in one place.
    """

    def __init__(
        self,
        name: str,
        detail: str | None = None,
        *,
        errors: Iterable[FieldError] = (),
        headers: Mapping[str, str] | None = None,
    ) -> None:
        self.type = PROBLEMS[name]
        super().__init__(detail or self.type.title)
        self.detail = detail
        self.errors = tuple(errors)
        self.headers = dict(headers or {})

    def response(self) -> web.Response:
        """Return the problem document as a response."""
        problem = Problem(
            type=self.type.uri,
            title=self.type.title,
            status=self.type.status,
            detail=self.detail,
            errors=self.errors or None,
        )
        return web.Response(
            status=self.type.status,
            body=problem.model_dump_json(exclude_none=True).encode(),
            content_type=PROBLEM_JSON,
            headers=self.headers,
        )


_BY_STATUS: Final = {
    400: "malformed",
    401: "login-required",
    403: "forbidden",
    404: "not-found",
    405: "method-not-allowed",
    409: "conflict",
    410: "gone",
    412: "changed-meanwhile",
    413: "too-large",
    415: "media-type",
    422: "invalid",
    429: "too-many",
    503: "unavailable",
}


def problem_of_status(status: int, headers: Mapping[str, str]) -> ProblemError:
    """Return the problem for an error that aiohttp itself raised, keeping `Allow`."""
    if status not in _BY_STATUS:
        name = "malformed" if status < HTTPStatus.INTERNAL_SERVER_ERROR else "internal"
    else:
        name = _BY_STATUS[status]
    return ProblemError(name, headers={k: v for k, v in headers.items() if k.lower() == "allow"})
