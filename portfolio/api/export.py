"""Export: one's own ledger in a format that another program reads."""

from functools import partial
from typing import Literal

from aiohttp import web

from portfolio.api.context import Context
from portfolio.api.fields import instant
from portfolio.api.op import op
from portfolio.exporters import EXPORTERS
from portfolio.services import export

Format = Literal["json", "csv", "ghostfolio", "portfolio-performance"]


@op("GET", "/export", produces="*/*")
async def read_export(context: Context, *, format: Format = "json") -> web.StreamResponse:  # noqa: A002 - as in the query
    """Download my ledger; as JSON with my ideas and comments.

    Nothing that friends shared and nothing of the sample is in it. What a format cannot carry is
    left out; Ghostfolio's says how much in `meta.leftOut`.
    """
    writer, at = EXPORTERS[format](), instant(context.now())
    about = await context.read(lambda conn: export.about(conn, context.me, at))
    name = f"portfolio-{format}-{at[:10]}.{writer.extension}"
    response = web.StreamResponse(
        headers={
            "Content-Type": f"{writer.media_type}; charset=utf-8",
            "Content-Disposition": f'attachment; filename="{name}"',
        }
    )
    await response.prepare(context.request)
    await response.write(writer.begin(about).encode())
    rows, before = await context.read(partial(export.page, before=None))
    while True:
        await response.write(writer.rows(rows).encode())
        if before is None:
            break
        rows, before = await context.read(partial(export.page, before=before))
    await response.write(writer.end().encode())
    await response.write_eof()
    return response


ROUTES = (read_export,)
