"""Pictures as they are kept and shared: encoded anew, with nothing beside their pixels.

What a file is decides its content, never its name. It is decoded and encoded again, so places,
names of cameras, comments, colour profiles and whatever hides behind the pixels stay here. Works
on bytes in memory and takes a while: call it in a thread. Pillow, 7 MiB in memory, is loaded with
the first picture.
"""

from dataclasses import dataclass
from io import BytesIO
from typing import TYPE_CHECKING, Final

from federation.wire import limit
from keys.multiformats import digest
from portfolio.services.errors import RuleError

if TYPE_CHECKING:
    from PIL import Image

PIXELS_MAX: Final = 25_000_000  # a camera's; more is decoded for nothing, or to harm
PICTURES_MAX: Final = 8  # of one idea
NAME_MAX: Final = 100  # characters
QUALITY: Final = 88
MEDIA_TYPES: Final = {"JPEG": "image/jpeg", "PNG": "image/png", "WEBP": "image/webp"}
_READ: Final = ("JPEG", "PNG", "WEBP", "GIF")
_FIELD: Final = "picture"


@dataclass(frozen=True, slots=True)
class Encoded:
    """A picture as this planner encoded it."""

    data: bytes
    digest: str
    media_type: str
    width: int
    height: int
    name: str


def encoded(name: str, data: bytes) -> Encoded:
    """Return a picture without anything beside its pixels; of an animation, its first frame.

    Raises:
        RuleError: too large, too many pixels, or no PNG, JPEG, WebP or GIF.
    """
    most = limit("attachment")
    if len(data) > most:
        raise RuleError(f"A picture has at most {most // 2**20} MiB", field=_FIELD)
    image, form = _decoded(data)
    kept = form if form in MEDIA_TYPES else "PNG"
    made = _encode(image, kept)
    if len(made) > most:
        kept = "WEBP"
        made = _encode(image, kept)
    if len(made) > most:
        raise RuleError(f"Encoded anew it has more than {most // 2**20} MiB", field=_FIELD)
    return Encoded(made, digest(made), MEDIA_TYPES[kept], image.width, image.height, _named(name))


def media_type(data: bytes) -> str | None:
    """Return what a friend's picture is; None for what a page must not be given.

    Only its header is read: that is where size and kind stand.
    """
    from PIL import Image  # noqa: PLC0415 - see above

    if len(data) > limit("attachment"):
        return None
    try:
        with Image.open(BytesIO(data), formats=tuple(MEDIA_TYPES)) as image:
            small = image.width * image.height <= PIXELS_MAX
            return MEDIA_TYPES[image.format or ""] if small else None
    except (
        OSError,
        ValueError,
        KeyError,
        SyntaxError,
        Image.DecompressionBombError,
        Image.DecompressionBombWarning,
    ):
        return None


def _decoded(data: bytes) -> "tuple[Image.Image, str]":
    from PIL import Image, ImageOps  # noqa: PLC0415 - see above

    try:
        with Image.open(BytesIO(data), formats=_READ) as opened:
            if opened.width * opened.height > PIXELS_MAX:
                raise RuleError(
                    f"A picture has at most {PIXELS_MAX // 1_000_000} million pixels", field=_FIELD
                )
            form = opened.format or ""
            opened.load()
            turned = ImageOps.exif_transpose(opened)
            plain = turned.convert("RGBA" if turned.has_transparency_data else "RGB")
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise RuleError(
            f"A picture has at most {PIXELS_MAX // 1_000_000} million pixels", field=_FIELD
        ) from error
    except (OSError, ValueError, SyntaxError, EOFError) as error:  # what Pillow's readers raise
        raise RuleError("This is no PNG, JPEG, WebP or GIF picture", field=_FIELD) from error
    plain.info = {}  # profiles and comments that an encoder would write again
    return plain, form


def _encode(image: "Image.Image", form: str) -> bytes:
    made = BytesIO()
    if form == "PNG":
        image.save(made, form, optimize=True)
    else:
        image.save(made, form, quality=QUALITY)
    return made.getvalue()


def _named(name: str) -> str:
    """Return the last part of a file's name, as text that a page can show."""
    last = name.replace("\\", "/").rsplit("/", 1)[-1]
    return "".join(letter for letter in last if letter.isprintable()).strip()[:NAME_MAX]
