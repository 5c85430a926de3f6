"""Pictures of ideas."""

import asyncio
from typing import Annotated, Final

from aiohttp import web
from pydantic import Base64Bytes, Field, StringConstraints, ValidationError

from federation.writer import Tx
from portfolio.api.answers import Created
from portfolio.api.context import Context
from portfolio.api.dispatch import field_errors
from portfolio.api.fields import In, Ulid
from portfolio.api.idea_details import Attachment, pictures_of
from portfolio.api.op import op
from portfolio.api.problems import ProblemError
from portfolio.api.uploads import Form
from portfolio.services import attachments, images

Digest = Annotated[str, StringConstraints(pattern=r"^u[A-Za-z0-9_-]{46}$")]
Name = Annotated[str, StringConstraints(max_length=200)]
POLICY: Final = "default-src 'none'; sandbox"


class PictureIn(In):
    """A picture: PNG, JPEG, WebP or GIF of at most 5 MiB and 25 million pixels."""

    name: Name = ""
    content_base64: Base64Bytes = Field(description="its bytes (RFC 4648 §4)")


def picture_of_form(form: Form) -> PictureIn:
    """Return the body that a form with one file stands for.

    Raises:
        ProblemError: `invalid`, with no file or several.
    """
    if len(form.files) != 1 or form.fields:
        raise ProblemError("invalid", "A form has one picture and nothing else")
    ((name, content),) = form.files
    try:
        named = PictureIn.model_validate({"name": name, "content_base64": b""})
    except ValidationError as error:
        raise ProblemError("invalid", errors=field_errors(error)) from None
    return named.model_copy(update={"content_base64": content})


@op(
    "POST",
    "/positions/ideas/{id}/attachments",
    errors=("forbidden", "rule"),
    uploads=picture_of_form,
)
async def add_attachment(context: Context, id: Ulid, body: PictureIn) -> Created[Attachment]:  # noqa: A002 - as in the path
    """Add a picture to an idea.

    It is encoded anew: nothing but its pixels is kept or shared. An idea has at most 8.
    """
    made = await asyncio.to_thread(images.encoded, body.name, body.content_base64)

    def work(tx: Tx) -> Created[Attachment]:
        idea = attachments.attach(context.planner, tx, id, made)
        shown = pictures_of(tx.conn, idea)
        (one,) = (each for each in shown if each["digest"] == made.digest)
        path = f"/positions/ideas/{id}/attachments/{made.digest}"
        return Created(Attachment.model_validate(one), path)

    return await context.write(work)


@op(
    "GET",
    "/positions/ideas/{id}/attachments/{digest}",
    errors=("friend-away",),
    produces="image/*",
)
async def read_attachment(context: Context, id: Ulid, digest: Digest) -> web.StreamResponse:  # noqa: A002 - as in the path
    """Read a picture. One that has not arrived yet is fetched from whoever sees the idea too."""
    found = await attachments.picture(context.planner, id, digest)
    if found is None:
        raise ProblemError("friend-away")
    headers = {
        "Content-Security-Policy": POLICY,
        "Content-Disposition": "inline",
        "Cache-Control": "private, no-store",
    }
    return web.Response(body=found.data, content_type=found.media_type, headers=headers)


@op("DELETE", "/positions/ideas/{id}/attachments/{digest}", errors=("forbidden",))
async def delete_attachment(context: Context, id: Ulid, digest: Digest) -> None:  # noqa: A002 - as in the path
    """Take a picture off an idea; every planner erases its bytes."""
    await context.write(lambda tx: _detach(context, tx, id, digest))


def _detach(context: Context, tx: Tx, idea: str, digest: str) -> None:
    attachments.detach(context.planner, tx, idea, digest)


ROUTES = (add_attachment, read_attachment, delete_attachment)
