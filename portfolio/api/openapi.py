"""The OpenAPI 3.1 document, generated from the very adapters that check requests.

All schemas are made in one go by pydantic, bodies and parameters in `validation` mode, answers
in `serialization` mode, so that the document cannot say anything else than the code does.
The live socket stands beside them under `x-live`, and the types of its messages under
`x-live-messages`, because OpenAPI has no words for a WebSocket.
"""

from collections.abc import Callable, Iterable
from functools import cache
from typing import Any, Final

import orjson
from pydantic import TypeAdapter

from portfolio.api.answers import PREFIX
from portfolio.api.idempotency import HEADER, KEY_PATTERN
from portfolio.api.op import Operation
from portfolio.api.problems import PROBLEM_JSON, PROBLEMS, Problem
from portfolio.api.uploads import MULTIPART
from portfolio.messages import MESSAGES

REF: Final = "#/components/schemas/{model}"
SWITCHING: Final = 101  # to a WebSocket
Json = dict[str, Any]
_KEY_PARAMETER: Final[Json] = {
    "name": HEADER,
    "in": "header",
    "description": "The same key within 24 hours: one effect, the same answer.",
    "schema": {"type": "string", "pattern": KEY_PATTERN},
}
_MATCH_PARAMETER: Final[Json] = {
    "name": "If-Match",
    "in": "header",
    "description": "The ETag of the version that was read; 412 when it changed meanwhile.",
    "schema": {"type": "string"},
}
_FORM: Final[Json] = {
    "type": "object",
    "description": "Files as parts with a file name; other members of the JSON body as text.",
    "properties": {
        "files": {
            "type": "array",
            "items": {"type": "string", "contentMediaType": "application/octet-stream"},
        }
    },
    "required": ["files"],
}
_SECURITY: Final[list[Json]] = [{"bearer": []}, {"cookie": []}]


class _Schemas:
    """All JSON schemas of the document, with their shared definitions."""

    def __init__(self, operations: Iterable[Operation]) -> None:
        wanted: list[tuple[tuple[str, str], Any, TypeAdapter[Any]]] = [
            (("problem", ""), "serialization", TypeAdapter(Problem))
        ]
        for operation in operations:
            if operation.body is not None:
                wanted.append((("body", operation.name), "validation", operation.body))
            if operation.result is not None:
                wanted.append((("result", operation.name), "serialization", operation.result))
            wanted += [
                ((parameter.name, operation.name), "validation", parameter.adapter)
                for parameter in operation.parameters
            ]
        wanted += [
            (("live", name), "serialization", TypeAdapter(model))
            for name, model in MESSAGES.items()
        ]
        found, rest = TypeAdapter.json_schemas(wanted, ref_template=REF)
        self._schemas = {key: schema for (key, _), schema in found.items()}
        self.definitions: Json = rest.get("$defs", {})

    def of(self, what: str, name: str) -> Json:
        return self._schemas[(what, name)]


def writer_of(operations: tuple[Operation, ...], version: str, cookie: str) -> Callable[[], bytes]:
    """Return a function that writes the document once, when it is first asked for.

    Making all schemas takes some tenths of a second, which no start has to wait for.
    """

    @cache
    def written() -> bytes:
        return orjson.dumps(document(operations, version, cookie))

    return written


def document(operations: tuple[Operation, ...], version: str, cookie: str) -> Json:
    """Return the document of all operations."""
    schemas = _Schemas(operations)
    paths: dict[str, Json] = {}
    sockets: dict[str, Json] = {}
    for operation in operations:
        described = _operation(operation, schemas)
        place = sockets if operation.status == SWITCHING else paths
        place.setdefault(PREFIX + operation.path, {})[operation.method.lower()] = described
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Portfolio Planner",
            "version": version,
            "description": "The API of one person's own planner. Errors are RFC 9457 problems.",
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "servers": [{"url": "/"}],
        "paths": paths,
        "components": {
            "schemas": schemas.definitions,
            "securitySchemes": {
                "bearer": {"type": "http", "scheme": "bearer"},
                "cookie": {"type": "apiKey", "in": "cookie", "name": cookie},
            },
        },
        "x-problem-types": [
            {"type": each.uri, "status": each.status, "title": each.title, "when": each.meaning}
            for each in PROBLEMS.values()
        ],
        "x-live": sockets,
        "x-live-messages": {name: schemas.of("live", name) for name in MESSAGES},
    }


def _operation(operation: Operation, schemas: _Schemas) -> Json:
    summary, _, description = (operation.handler.__doc__ or "").strip().partition("\n")
    found: Json = {
        "operationId": operation.name,
        "tags": [operation.path.strip("/").split("/")[0]],
        "summary": summary,
        "security": [] if operation.open_to_all else _SECURITY,
        "parameters": _parameters(operation, schemas),
        "responses": _responses(operation, schemas),
    }
    if text := "\n".join(line.strip() for line in description.strip().splitlines()):
        found["description"] = text
    if operation.body is not None:
        schema = schemas.of("body", operation.name)
        found["requestBody"] = {
            "required": operation.body_required,
            "content": {
                media: {"schema": _FORM if media == MULTIPART else schema}
                for media in operation.takes
            },
        }
    return {key: value for key, value in found.items() if value != [] or key == "security"}


def _parameters(operation: Operation, schemas: _Schemas) -> list[Json]:
    found: list[Json] = []
    for parameter in operation.parameters:
        schema = dict(schemas.of(parameter.name, operation.name))
        if parameter.place == "query":
            schema = _without_null(schema)
            if parameter.default is not None:
                schema["default"] = parameter.default
        found.append(
            {
                "name": parameter.name,
                "in": parameter.place,
                "required": parameter.place == "path",
                "schema": schema,
            }
        )
    if operation.keyed:
        found.append(_KEY_PARAMETER)
    if operation.matched:
        found.append(_MATCH_PARAMETER)
    return found


def _without_null(schema: Json) -> Json:
    """Drop `null`, which no query string can hold; leaving a parameter out means None."""
    kept = [each for each in schema.get("anyOf", []) if each != {"type": "null"}]
    return dict(kept[0]) if len(kept) == 1 else schema


def _responses(operation: Operation, schemas: _Schemas) -> Json:
    headers: Json = {}
    if operation.status == 201:  # noqa: PLR2004 - Created
        headers["Location"] = {"required": True, "schema": {"type": "string"}}
    if operation.etag and operation.status != 204:  # noqa: PLR2004 - No Content
        headers["ETag"] = {"required": True, "schema": {"type": "string"}}
    success: Json = {"description": "Done."}
    if headers:
        success["headers"] = headers
    if operation.result is not None:
        schema = schemas.of("result", operation.name)
        success["content"] = {operation.produces: {"schema": schema}}
    elif operation.status == 200:  # noqa: PLR2004 - OK
        success["content"] = {operation.produces: {}}
    found: Json = {str(operation.status): success}
    if operation.etag and operation.method == "GET":
        found["304"] = {"description": "What If-None-Match names is still so."}
    by_status: dict[int, list[str]] = {}
    for name in problem_names(operation):
        by_status.setdefault(PROBLEMS[name].status, []).append(name)
    for status, names in sorted(by_status.items()):
        found[str(status)] = {
            "description": " ".join(f"`{name}`: {PROBLEMS[name].meaning}" for name in names),
            "content": {PROBLEM_JSON: {"schema": schemas.of("problem", "")}},
        }
    return found


def problem_names(operation: Operation) -> list[str]:
    """Return all problem types that an operation can answer, in the order of the table."""
    names = {"bad-query", "foreign-host", *operation.errors}
    if operation.open_to_all is None:
        names.add("login-required")
    if operation.method != "GET":
        names |= {"foreign-origin", "csrf", "too-large", "too-slow"}
    if operation.method == "POST" and operation.keyed:
        names |= {"malformed", "key-reused", "gone"}
    if operation.body is not None:
        names |= {"malformed", "media-type", "invalid"}
    if any(parameter.place == "path" for parameter in operation.parameters):
        names.add("not-found")
    if operation.matched:
        names.add("changed-meanwhile")
    return [name for name in PROBLEMS if name in names]
