"""From request to response: what an operation documents is checked here, then its handler runs.

Order: path (404), query (400), media type and body (415, 400, 422), Idempotency-Key, handler.
Login, Host and Origin were checked before, in the middleware. A faulty value is named by its
place and what is wrong with it, never repeated.
"""

import asyncio
import json
from collections.abc import Awaitable, Callable, Iterable, Mapping
from functools import partial
from typing import Any, Final

from aiohttp import web
from pydantic import TypeAdapter, ValidationError

from federation.wire import limit
from portfolio.api.answers import Answer, entity_tag, render
from portfolio.api.context import PLANNER, PRINCIPAL, TURNSTILE, Context
from portfolio.api.idempotency import HEADER, KeyedRequest, ReplayedError
from portfolio.api.op import Operation, Parameter
from portfolio.api.problems import FieldError, ProblemError
from portfolio.api.uploads import MULTIPART, UPLOAD_BYTES_MAX, read_body, read_form

FIELD_ERRORS_MAX: Final = 20
Endpoint = Callable[[web.Request], Awaitable[web.StreamResponse]]


def endpoint(operation: Operation) -> Endpoint:
    """Return the aiohttp handler of an operation."""

    async def respond(request: web.Request) -> web.StreamResponse:
        return await _respond(operation, request)

    return respond


async def _respond(operation: Operation, request: web.Request) -> web.StreamResponse:
    arguments = _path_values(operation.parameters, request.match_info)
    arguments |= _query_values(operation.parameters, request)
    raw = await _in_time(_read(operation, request, arguments))
    context = Context(
        request=request,
        planner=request.app[PLANNER],
        principal=request.get(PRINCIPAL),
        render=lambda value: render(operation.result, value),
        keyed=_keyed(operation, request, raw),
    )
    try:
        done = await _call(operation, context, arguments)
    except ReplayedError as replayed:
        response = replayed.answer.response(tagged=operation.etag)
        response.headers["Idempotency-Replayed"] = "true"
        return response
    if isinstance(done, web.StreamResponse):
        return done
    if operation.etag and request.method in {"GET", "HEAD"} and _is_known(request, done):
        return web.Response(status=304, headers={"ETag": entity_tag(done.body)})
    response = done.response(tagged=operation.etag)
    for touch in context.last_touches:
        touch(response)
    return response


async def _in_time(reading: Awaitable[bytes]) -> bytes:
    """Read a body; who drips it byte by byte is cut, and has held no more than a connection."""
    try:
        async with asyncio.timeout(limit("app_body_time")):
            return await reading
    except TimeoutError:
        raise ProblemError("too-slow", headers={"Connection": "close"}) from None


async def _read(operation: Operation, request: web.Request, arguments: dict[str, object]) -> bytes:
    """Put the body among the arguments; return the bytes that make a repetition of it equal."""
    if operation.uploads is not None:
        if request.content_type == MULTIPART:
            form = await read_form(request, UPLOAD_BYTES_MAX)
            arguments["body"] = operation.uploads(form)
            return form.digest
        raw = await read_body(request, UPLOAD_BYTES_MAX)
    else:
        raw = await request.read() if operation.method != "GET" else b""
    if operation.body is not None and (raw or operation.body_required):
        # a file of some MiB in JSON takes its time: not on the event loop
        parse = partial(_parse_body, operation, operation.body, request, raw)
        arguments["body"] = (
            parse() if operation.uploads is None else await asyncio.to_thread(parse)
        )
    return raw


async def _call(
    operation: Operation, context: Context, arguments: Mapping[str, object]
) -> Answer | web.StreamResponse:
    keyed = context.keyed
    if keyed is None or not operation.outside:
        return _answer(context, await operation.handler(context, **arguments))
    async with context.request.app[TURNSTILE].turn(keyed.key):
        context.keyed = None  # writes of the handler are steps here, not the whole effect
        writer = context.planner.writer
        await writer.run(keyed.claim)
        answer = _answer(context, await operation.handler(context, **arguments))
        if isinstance(answer, Answer):
            kept = answer
            await writer.run(lambda tx: keyed.keep(tx, kept))
        return answer


def _answer(context: Context, result: object) -> Answer | web.StreamResponse:
    return result if isinstance(result, web.StreamResponse) else context.answer(result)


def _path_values(parameters: tuple[Parameter, ...], found: Mapping[str, str]) -> dict[str, Any]:
    values = {}
    for parameter in parameters:
        if parameter.place == "path":
            try:
                values[parameter.name] = parameter.adapter.validate_strings(found[parameter.name])
            except ValidationError:
                raise ProblemError("not-found") from None
    return values


def _query_values(parameters: tuple[Parameter, ...], request: web.Request) -> dict[str, Any]:
    known = {p.name: p for p in parameters if p.place == "query"}
    values: dict[str, Any] = {name: p.default for name, p in known.items()}
    errors = []
    for name in request.query:
        if name not in known:
            errors.append(FieldError(where="query", detail="there is no such parameter"))
        elif len(request.query.getall(name)) > 1:
            errors.append(FieldError(where=name, detail="given more than once"))
        else:
            try:
                values[name] = known[name].adapter.validate_strings(request.query[name])
            except ValidationError as error:
                errors += field_errors(error, name)
    if errors:
        raise ProblemError("bad-query", errors=errors[:FIELD_ERRORS_MAX])
    return values


def _parse_body(
    operation: Operation, adapter: TypeAdapter[Any], request: web.Request, raw: bytes
) -> object:
    if request.content_type not in operation.takes:
        raise ProblemError("media-type", headers={"Accept": ", ".join(operation.takes)})
    try:
        return adapter.validate_json(raw, strict=True)
    except ValidationError as error:
        if any(fault["type"] == "json_invalid" for fault in error.errors()):
            raise ProblemError("malformed") from None
        raise ProblemError("invalid", errors=body_errors(error, raw)) from None


def field_errors(error: ValidationError, where: str | None = None) -> list[FieldError]:
    """Return the faults that a model found, each with its place, none with the value.

    Where a field may be of several types, pydantic reports each try: the first one is told.
    """
    found: dict[str, FieldError] = {}
    for fault in error.errors(include_url=False):
        place = where or "/" + "/".join(str(part) for part in fault["loc"])
        found.setdefault(place, FieldError(where=place, detail=fault["msg"]))
    return list(found.values())[:FIELD_ERRORS_MAX]


def body_errors(error: ValidationError, raw: bytes) -> list[FieldError]:
    """Return the faults of a body, each with its JSON pointer.

    Pydantic's places also name the type that was tried; what is no member of the body itself
    is left out, except the name of a member that is missing.
    """
    found: dict[str, FieldError] = {}
    body = json.loads(raw)
    for fault in error.errors(include_url=False):
        here: Any = body
        parts: list[str] = []
        for part in fault["loc"]:
            if part in _places(here):
                here = here[part]
            elif fault["type"] != "missing":
                continue
            parts.append(str(part))
        place = "/" + "/".join(parts)
        found.setdefault(place, FieldError(where=place, detail=fault["msg"]))
    return list(found.values())[:FIELD_ERRORS_MAX]


def _places(value: object) -> Iterable[object]:
    if isinstance(value, dict):
        return value.keys()
    return range(len(value)) if isinstance(value, list) else ()


def _keyed(operation: Operation, request: web.Request, raw: bytes) -> KeyedRequest | None:
    key = request.headers.get(HEADER)
    if key is None or not operation.keyed:
        return None
    return KeyedRequest.of(key, request.method, request.path, raw)


def _is_known(request: web.Request, answer: Answer) -> bool:
    known = request.headers.get("If-None-Match", "")
    return entity_tag(answer.body) in {tag.strip().removeprefix("W/") for tag in known.split(",")}
