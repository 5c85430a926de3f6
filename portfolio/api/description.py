"""GET /openapi.json: this API, described."""

from aiohttp import web

from portfolio.api.answers import JSON
from portfolio.api.context import Context
from portfolio.api.op import op
from portfolio.api.shell import SHELL


@op("GET", "/openapi.json")
async def read_openapi(context: Context) -> web.Response:
    """Read the OpenAPI 3.1 document of this API."""
    return web.Response(body=context.request.app[SHELL].document(), content_type=JSON)


ROUTES = (read_openapi,)
