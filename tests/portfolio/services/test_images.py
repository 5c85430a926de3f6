"""Pictures are encoded anew: nothing beside their pixels stays, and nothing that harms is read."""

import struct
import zlib
from io import BytesIO
from typing import Any

import pytest
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from federation.wire import limit
from keys.multiformats import digest
from portfolio.services import images
from portfolio.services.errors import RuleError

SECRET = b"51 deg 30 min, home"


def _picture(form: str, size: tuple[int, int] = (60, 40), **how: Any) -> bytes:
    made = BytesIO()
    Image.new("RGB", size, (200, 40, 40)).save(made, form, **how)
    return made.getvalue()


def _with_secrets(form: str) -> bytes:
    exif = Image.Exif()
    exif[0x010E] = SECRET.decode()
    exif[0x0112] = 6  # turned by a quarter
    if form == "PNG":
        said = PngInfo()
        said.add_text("Comment", SECRET.decode())
        return _picture(form, exif=exif, pnginfo=said, icc_profile=SECRET)
    return _picture(form, exif=exif, icc_profile=SECRET, comment=SECRET)


def _bomb(width: int, height: int) -> bytes:
    """Return a small PNG whose header promises many pixels."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        check = struct.pack(">I", zlib.crc32(kind + data))
        return struct.pack(">I", len(data)) + kind + data + check

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    body = zlib.compress(b"\0" * 1000)
    start = b"\x89PNG\r\n\x1a\n"
    return start + chunk(b"IHDR", head) + chunk(b"IDAT", body) + chunk(b"IEND", b"")


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP"])
def test_nothing_but_pixels_stays(form: str) -> None:
    sent = _with_secrets(form)

    made = images.encoded("me.jpg", sent)

    assert SECRET in sent
    assert SECRET not in made.data
    assert made.media_type == f"image/{form.lower()}"
    assert (made.width, made.height) == (40, 60)  # turned as it was meant to be seen
    assert made.digest == digest(made.data)
    assert images.media_type(made.data) == made.media_type
    with Image.open(BytesIO(made.data)) as again:
        assert not again.getexif()
        assert not {"icc_profile", "comment", "Comment"} & again.info.keys()


def test_of_an_animation_the_first_frame_stays() -> None:
    made = BytesIO()
    frames = [Image.new("P", (20, 20), colour) for colour in (1, 2, 3)]
    frames[0].save(made, "GIF", save_all=True, append_images=frames[1:])

    kept = images.encoded("moving.gif", made.getvalue())

    assert kept.media_type == "image/png"


def test_what_a_file_is_called_decides_nothing() -> None:
    assert images.encoded("C:\\charts\\a\x07.exe", _picture("PNG")).media_type == "image/png"
    assert images.encoded("C:\\charts\\a\x07.exe", _picture("PNG")).name == "a.exe"
    with pytest.raises(RuleError, match="no PNG"):
        images.encoded("chart.png", b"<svg xmlns='http://www.w3.org/2000/svg'/>")


@pytest.mark.parametrize(
    "data", [b"", b"GIF89a", _picture("PNG")[:60], _picture("BMP"), _picture("TIFF")]
)
def test_no_picture_is_refused(data: bytes) -> None:
    with pytest.raises(RuleError, match="no PNG, JPEG, WebP or GIF"):
        images.encoded("x.png", data)


@pytest.mark.parametrize("size", [(5001, 5000), (12_000, 12_000), (60_000, 60_000)])
def test_a_picture_that_unpacks_to_too_many_pixels_is_refused(size: tuple[int, int]) -> None:
    bomb = _bomb(*size)

    assert len(bomb) < 1000
    with pytest.raises(RuleError, match="25 million pixels"):
        images.encoded("x.png", bomb)
    assert images.media_type(bomb) is None


def test_more_than_the_limit_is_refused() -> None:
    with pytest.raises(RuleError, match="5 MiB"):
        images.encoded("x.png", _picture("PNG") + b"\0" * limit("attachment"))
    assert images.media_type(_picture("PNG") + b"\0" * limit("attachment")) is None


@pytest.mark.parametrize("data", [b"<html><script>alert(1)</script>", _picture("GIF"), b""])
def test_a_friends_file_that_is_no_picture_of_ours_is_not_shown(data: bytes) -> None:
    assert images.media_type(data) is None
