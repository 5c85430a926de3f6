"""`@op`: one REST operation, described by the signature of its handler.

A resource is a module of this package that looks like this:

    '''Comments under a position.'''

    from portfolio.api.answers import Created
    from portfolio.api.context import Context
    from portfolio.api.fields import LIMIT_DEFAULT, CursorByNumber, In, Instant, Limit, Out, Ulid
    from portfolio.api.op import op
    from portfolio.api.paging import Page, page, read_cursor

    class CommentIn(In):
        text: str = Field(min_length=1, max_length=4000)
        reply_to: Ulid | None = None

    class Comment(Out):
        id: Ulid
        text: str
        created: Instant

    @op("GET", "/positions/{position_id}/comments")
    async def list_comments(
        context: Context,
        position_id: Ulid,
        *,
        limit: Limit = LIMIT_DEFAULT,
        cursor: CursorByNumber | None = None,
    ) -> Page[Comment]:
        '''List the comments, oldest first.'''
        after = read_cursor(cursor, int)
        rows = await context.read(lambda conn: read(conn, position_id, after, limit + 1))
        return page(rows, limit, item=_comment, key=lambda row: (row.n,))

    @op("POST", "/positions/{position_id}/comments", errors=("forbidden",))
    async def add_comment(
        context: Context, position_id: Ulid, body: CommentIn
    ) -> Created[Comment]:
        '''Add a comment, or a reply to one.'''
        def work(tx: Tx) -> Created[Comment]:
            comment = add(context.planner, tx, position_id, body.text, body.reply_to)
            return Created(_comment(comment), f"/positions/{position_id}/comments/{comment.id}")
        return await context.write(work)

    ROUTES = (list_comments, add_comment)

and one line in `RESOURCES` of `portfolio/api/__init__.py`. What the signature says:

- the first parameter is the `Context`; names in the path are path parameters (a bad value is
  404); `body` is the body (a model of `In`); keyword-only ones are query parameters, each with
  a default (unknown, repeated or bad: 400);
- the answer is a model of `Out` (200), `Created` of one (201 with Location), None (204), or a
  `web.StreamResponse` for what is not JSON (then `produces` says what);
- `errors` names the problem types of `problems.py` beyond those that follow from the rest:
  400, 401, 403 (foreign), 404, 412, 413, 415, 422;
- `etag=True`: the answer carries an ETag; a GET answers `If-None-Match` with 304, and a PATCH,
  PUT or DELETE calls `context.if_match(current)` inside its write;
- a POST takes an Idempotency-Key: do everything in one `context.write` and return its result.
  `outside=True` where the effect is not one transaction of ours (it calls a friend);
- `name` names the operation where one handler serves two paths;
- `uploads` makes the body of a form (`multipart/form-data`) that carries files; such an operation
  takes JSON too, and both may be longer than other bodies (`uploads.py`);
- `open_to_all="why"` lets a route in without login.

The first line of the docstring is the summary in the OpenAPI document, the rest its
description. Handlers raise nothing of HTTP: services raise their own errors, `errors.py` maps
them. Everything that is documented is what is checked: one `TypeAdapter` for both.
"""

import inspect
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import cache
from typing import Any, Final, Literal, get_args, get_origin, get_type_hints

from aiohttp import web
from pydantic import TypeAdapter

from portfolio.api.answers import JSON, Created
from portfolio.api.problems import PROBLEMS
from portfolio.api.uploads import MULTIPART, Form

Method = Literal["GET", "POST", "PUT", "PATCH", "DELETE"]
Handler = Callable[..., Awaitable[object]]
FromForm = Callable[[Form], object]
MERGE_PATCH: Final = "application/merge-patch+json"


@dataclass(frozen=True, slots=True)
class Parameter:
    """One path or query parameter."""

    name: str
    place: Literal["path", "query"]
    adapter: TypeAdapter[Any]
    default: object


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """One method on one path: what it takes, what it answers, and the handler between."""

    method: Method
    path: str
    handler: Handler
    name: str
    parameters: tuple[Parameter, ...]
    body: TypeAdapter[Any] | None
    body_required: bool
    result: TypeAdapter[Any] | None
    status: int
    produces: str
    errors: tuple[str, ...]
    etag: bool
    outside: bool
    open_to_all: str | None
    uploads: FromForm | None

    @property
    def takes(self) -> tuple[str, ...]:
        """The media types of the body; PATCH is a merge patch (RFC 7396)."""
        if self.uploads is not None:
            return (MULTIPART, JSON)
        return (MERGE_PATCH, JSON) if self.method == "PATCH" else (JSON,)

    @property
    def keyed(self) -> bool:
        """True when it takes an Idempotency-Key."""
        return self.method == "POST" and self.open_to_all is None

    @property
    def matched(self) -> bool:
        """True when it takes If-Match."""
        return self.etag and self.method in {"PATCH", "PUT", "DELETE"}


def op(  # noqa: PLR0913 - one for each thing a description may say
    method: Method,
    path: str,
    *,
    errors: tuple[str, ...] = (),
    etag: bool = False,
    outside: bool = False,
    open_to_all: str | None = None,
    uploads: FromForm | None = None,
    produces: str = JSON,
    status: int | None = None,
    name: str | None = None,
) -> Callable[[Handler], Operation]:
    """Make an operation of a handler; see the module for what its signature says.

    Raises:
        TypeError: a parameter or a problem name that is not known, or no docstring.
    """
    for problem in errors:
        if problem not in PROBLEMS:
            raise TypeError(f"{method} {path}: no problem type {problem!r}")

    def describe(handler: Handler) -> Operation:
        hints = get_type_hints(handler, include_extras=True)
        signature = inspect.signature(handler)
        if not handler.__doc__:
            raise TypeError(f"{method} {path}: the handler has no docstring")
        body = signature.parameters.get("body")
        result, usual = _result(hints["return"])
        return Operation(
            method=method,
            path=path,
            handler=handler,
            name=name or handler.__name__,
            parameters=_parameters(path, signature, hints),
            body=None if body is None else TypeAdapter(hints["body"]),
            body_required=body is not None and body.default is inspect.Parameter.empty,
            result=result,
            status=status or usual,
            produces=produces,
            errors=errors,
            etag=etag,
            outside=outside,
            open_to_all=open_to_all,
            uploads=uploads,
        )

    return describe


def _parameters(
    path: str, signature: inspect.Signature, hints: dict[str, Any]
) -> tuple[Parameter, ...]:
    found = []
    for name, parameter in list(signature.parameters.items())[1:]:
        if name == "body":
            continue
        in_path = "{" + name + "}" in path
        if in_path == (parameter.kind is inspect.Parameter.KEYWORD_ONLY):
            raise TypeError(f"{path}: {name} is neither in the path nor a keyword")
        if not in_path and parameter.default is inspect.Parameter.empty:
            raise TypeError(f"{path}: query parameter {name} has no default")
        place: Literal["path", "query"] = "path" if in_path else "query"
        found.append(Parameter(name, place, _adapter(hints[name]), parameter.default))
    return tuple(found)


@cache
def _adapter(annotation: Any) -> TypeAdapter[Any]:  # noqa: ANN401 - a type form
    """Return the adapter of a parameter's type; `Ulid` alone stands in some forty paths."""
    return TypeAdapter(annotation)


def _result(annotation: Any) -> tuple[TypeAdapter[Any] | None, int]:  # noqa: ANN401 - a type form
    if annotation is type(None):
        return None, 204
    if get_origin(annotation) is Created:
        return TypeAdapter(get_args(annotation)[0]), 201
    if isinstance(annotation, type) and issubclass(annotation, web.StreamResponse):
        return None, 200
    return TypeAdapter(annotation), 200
