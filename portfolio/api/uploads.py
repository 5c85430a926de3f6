"""Bodies with files: `multipart/form-data` as a page sends it, or JSON, each up to its own limit.

A file is read as it comes and counted while it does: what is over the limit is refused before it
is all here.
"""

import hashlib
from dataclasses import dataclass
from typing import Final

from aiohttp import BodyPartReader, web
from aiohttp.http_exceptions import HttpProcessingError

from portfolio.api.problems import FieldError, ProblemError

MULTIPART: Final = "multipart/form-data"
UPLOAD_BYTES_MAX: Final = 64 * 1024 * 1024  # of one body
PARTS_MAX: Final = 100  # of one form
FIELD_BYTES_MAX: Final = 64 * 1024  # of a field that is no file
NAME_MAX: Final = 200  # characters of a file's name; a longer one is cut
_CHUNK: Final = 256 * 1024


@dataclass(frozen=True, slots=True)
class Form:
    """A form as it was sent: its files as (name, content), and its other fields as text."""

    files: tuple[tuple[str, bytes], ...]
    fields: dict[str, str]

    @property
    def digest(self) -> bytes:
        """What is equal for equal forms, whatever their boundary."""
        whole = hashlib.sha256()
        for name, content in self.files:
            whole.update(b"file\0%b\0%b" % (name.encode(), hashlib.sha256(content).digest()))
        for name, text in sorted(self.fields.items()):
            whole.update(b"field\0%b\0%b\0" % (name.encode(), text.encode()))
        return whole.digest()


async def read_body(request: web.Request, limit: int) -> bytes:
    """Return the whole body.

    Raises:
        ProblemError: `too-large`, when it is longer than `limit` bytes.
    """
    found = bytearray()
    async for chunk in request.content.iter_chunked(_CHUNK):
        found += chunk
        if len(found) > limit:
            raise too_large(limit)
    return bytes(found)


async def read_form(request: web.Request, limit: int) -> Form:
    """Return the parts of a form; a part with a file name is a file.

    Raises:
        ProblemError: `too-large`; `malformed` when it is no form.
    """
    files: list[tuple[str, bytes]] = []
    fields: dict[str, str] = {}
    left = limit
    try:
        async for part in await request.multipart():
            if not isinstance(part, BodyPartReader) or len(files) + len(fields) >= PARTS_MAX:
                raise ProblemError("malformed", f"A form has up to {PARTS_MAX} plain parts")
            content = await _content(part, left if part.filename is not None else FIELD_BYTES_MAX)
            left -= len(content)
            if part.filename is not None:
                files.append((part.filename[:NAME_MAX], content))
            elif part.name is not None:
                fields[part.name] = content.decode()
    except (ValueError, AssertionError, HttpProcessingError) as error:
        raise ProblemError("malformed", "The body is no form") from error
    return Form(tuple(files), fields)


async def _content(part: BodyPartReader, limit: int) -> bytes:
    found = bytearray()
    while chunk := await part.read_chunk(_CHUNK):
        found += chunk
        if len(found) > limit:
            raise too_large(limit)
    return bytes(found)


def too_large(limit: int) -> ProblemError:
    """Return the refusal of a body over its limit."""
    shown = f"{limit // 1024**2} MiB" if limit >= 1024**2 else f"{limit // 1024} KiB"
    return ProblemError(
        "too-large",
        f"The limit here is {shown}",
        errors=[FieldError(where="body", detail=f"more than {limit} bytes")],
    )
