"""Spreadsheets made for tests, part by part, as the standard (ECMA-376) has them."""

import io
import zipfile
from collections.abc import Mapping, Sequence
from xml.sax.saxutils import escape

MAIN = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
REFERS = 'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
DAY, MOMENT = 1, 2  # styles of cells


def cell(reference: str, value: object) -> str:
    """A cell: text in place, a number, or (number, style)."""
    if isinstance(value, str):
        return f'<c r="{reference}" t="inlineStr"><is><t>{escape(value)}</t></is></c>'
    number, style = value if isinstance(value, tuple) else (value, 0)
    return f'<c r="{reference}" s="{style}"><v>{number}</v></c>'


def sheet(rows: Sequence[Sequence[object]]) -> str:
    """A sheet of rows; None leaves a cell out."""
    lines = (
        f'<row r="{n}">'
        + "".join(cell(f"{chr(65 + at)}{n}", one) for at, one in enumerate(row) if one is not None)
        + "</row>"
        for n, row in enumerate(rows, start=1)
    )
    return f"<worksheet {MAIN}><sheetData>{''.join(lines)}</sheetData></worksheet>"


def workbook(
    sheets: Mapping[str, Sequence[Sequence[object]]],
    *,
    hidden: Sequence[str] = (),
    parts: Mapping[str, str] | None = None,
) -> bytes:
    """A workbook; `parts` are put in the place of its own or beside them."""
    named = "".join(
        f'<sheet name="{escape(name)}" sheetId="{n}" r:id="r{n}"'
        + (' state="hidden"/>' if name in hidden else "/>")
        for n, name in enumerate(sheets, start=1)
    )
    refers = "".join(
        f'<Relationship Id="r{n}" Target="worksheets/sheet{n}.xml"/>'
        for n in range(1, len(sheets) + 1)
    )
    files = {
        "xl/workbook.xml": f"<workbook {MAIN} {REFERS}><sheets>{named}</sheets></workbook>",
        "xl/_rels/workbook.xml.rels": f"<Relationships>{refers}</Relationships>",
        "xl/styles.xml": (
            f'<styleSheet {MAIN}><numFmts>'
            '<numFmt numFmtId="170" formatCode="yyyy\\-mm\\-dd hh:mm"/></numFmts><cellXfs>'
            '<xf numFmtId="0"/><xf numFmtId="14"/><xf numFmtId="170"/></cellXfs></styleSheet>'
        ),
        **{f"xl/worksheets/sheet{n}.xml": sheet(rows)
           for n, rows in enumerate(sheets.values(), start=1)},
        **(parts or {}),
    }  # fmt: skip
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for path, text in files.items():
            archive.writestr(path, text)
    return packed.getvalue()
