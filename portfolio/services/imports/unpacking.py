"""Archives (`.zip`) among dropped files: what is in them, as if it had been dropped itself."""

import io
import zipfile
from collections.abc import Iterator, Sequence
from pathlib import PurePosixPath
from typing import Final, NamedTuple

from portfolio.importers import is_workbook
from portfolio.services.errors import RuleError

_READ: Final = frozenset({".csv", ".tsv", ".txt", ".xml", ".json", ".ofx", ".qfx", ".xlsx"})
_MAGIC: Final = b"PK\x03\x04"


class Given(NamedTuple):
    """A file to import, and the place of the dropped one that it is or came from."""

    origin: int
    name: str
    data: bytes


def unpacked(
    given: Sequence[tuple[str, bytes]], *, bytes_max: int, files_max: int, name_max: int
) -> list[Given]:
    """Return dropped files with archives taken apart; what cannot be is left as it is.

    Raises:
        RuleError: what is in the archives is more than an import may have.
    """
    found: list[Given] = []
    left = bytes_max
    for origin, (name, data) in enumerate(given):
        inside: list[Given] = []
        if data.startswith(_MAGIC) and not is_workbook(data):
            for member, content in _members(data, left, files_max):
                inside.append(Given(origin, f"{name}: {member}"[-name_max:], content))
                left -= len(content)
        found += inside or [Given(origin, name, data)]
    if len(found) > files_max:
        raise RuleError(f"An import has up to {files_max} files", field="files")
    return found


def _members(data: bytes, bytes_max: int, files_max: int) -> Iterator[tuple[str, bytes]]:
    """Return the files of an archive that may be statements; none of a damaged or locked one."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            named = [one for one in archive.infolist() if _may_be_read(one)]
            if len(named) > files_max:
                raise RuleError(f"An import has up to {files_max} files", field="files")
            for one in named:
                with archive.open(one) as packed:
                    content = packed.read(bytes_max + 1)
                bytes_max -= len(content)
                if bytes_max < 0:
                    raise RuleError("The archive holds too much: unpack it", field="files")
                yield PurePosixPath(one.filename).name, content
    except (zipfile.BadZipFile, RuntimeError, ValueError, EOFError, OSError):
        return


def _may_be_read(one: zipfile.ZipInfo) -> bool:
    path = PurePosixPath(one.filename)
    hidden = any(part.startswith((".", "__MACOSX")) for part in path.parts)
    return not one.is_dir() and not hidden and path.suffix.lower() in _READ
