"""The app listener's aiohttp application: routes, middleware, and one log line per request."""

import asyncio
import time
from http import HTTPStatus
from typing import Final

import structlog
from aiohttp import web
from aiohttp.typedefs import Handler, Middleware

from portfolio import prices
from portfolio.api import gate as doorway
from portfolio.api.answers import PREFIX
from portfolio.api.context import PLANNER, TURNSTILE
from portfolio.api.dispatch import endpoint
from portfolio.api.errors import problem_of
from portfolio.api.gate import OPEN, SECURITY_HEADERS
from portfolio.api.idempotency import Turnstile
from portfolio.api.metrics import METRICS, Metrics
from portfolio.api.op import Operation
from portfolio.api.problems import ProblemError, problem_of_status
from portfolio.api.shell import SHELL, Shell
from portfolio.services.planner import Planner

BODY_BYTES_MAX: Final = 1024 * 1024
REQUEST_TIMEOUT_S: Final = 60.0
NO_STORE: Final = "no-store"
log = structlog.get_logger()


def application(
    planner: Planner, shell: Shell, operations: tuple[Operation, ...], *, at_root: tuple[str, ...]
) -> web.Application:
    """Return the application; operations named in `at_root` answer without the prefix too."""
    metrics = Metrics(shell.hub)
    app = web.Application(
        client_max_size=BODY_BYTES_MAX,
        middlewares=[_outermost(metrics), doorway.middleware(shell.gate)],
    )
    app[PLANNER], app[SHELL], app[METRICS] = planner, shell, metrics
    app[TURNSTILE], app[OPEN] = Turnstile(), {}
    for operation in operations:
        mount(app, operation, PREFIX)
        if operation.name in at_root:
            mount(app, operation, "")
    app.on_startup.append(_read_prices)
    app.on_shutdown.append(_end_sockets)
    return app


def mount(app: web.Application, operation: Operation, prefix: str) -> None:
    """Add the routes of an operation under a prefix; a GET answers HEAD too."""
    handler = endpoint(operation)
    path = prefix + _routed(operation)
    app.router.add_route(operation.method, path, handler)
    if operation.method == "GET" and operation.status == HTTPStatus.OK:
        app.router.add_route("HEAD", path, handler)
    if operation.open_to_all is not None:
        app[OPEN][handler] = operation.open_to_all


def _routed(operation: Operation) -> str:
    """Return the path with the pattern of each parameter: `/friends/accept` is no friend."""
    path = operation.path
    for parameter in operation.parameters:
        pattern = parameter.adapter.json_schema().get("pattern")
        if parameter.place == "path" and pattern is not None:
            inner = pattern.removeprefix("^").removesuffix("$")
            path = path.replace(
                "{" + parameter.name + "}", "{" + parameter.name + ":" + inner + "}"
            )
    return path


async def _read_prices(_app: web.Application) -> None:
    """Read the packaged prices before the first request, so that none waits for the disk."""
    await asyncio.to_thread(prices.preload)


async def _end_sockets(app: web.Application) -> None:
    app[SHELL].hub.end_all()


def _outermost(metrics: Metrics) -> Middleware:
    @web.middleware
    async def outermost(request: web.Request, handler: Handler) -> web.StreamResponse:
        began = time.perf_counter()
        response = await _answered(request, handler)
        if not response.prepared:
            for name, value in SECURITY_HEADERS.items():  # a handler may be stricter
                response.headers.setdefault(name, value)
            if request.path.startswith(PREFIX):
                response.headers.setdefault("Cache-Control", NO_STORE)
        seconds = time.perf_counter() - began
        resource = request.match_info.route.resource
        route = resource.canonical if resource is not None else "none"
        metrics.observe(request.method, route, response.status, seconds)
        log.info(
            "request answered",
            method=request.method,
            route=route,
            status=response.status,
            ms=round(seconds * 1000, 1),
        )
        return response

    return outermost


async def _answered(request: web.Request, handler: Handler) -> web.StreamResponse:
    try:
        return await handler(request)
    except web.HTTPException as error:
        if error.status < web.HTTPBadRequest.status_code:
            return error
        return problem_of_status(error.status, error.headers).response()
    except asyncio.CancelledError:
        raise
    except Exception as error:
        problem = problem_of(error)
        if problem is None:
            log.exception("request failed", method=request.method)
            problem = ProblemError("internal")
        return problem.response()
