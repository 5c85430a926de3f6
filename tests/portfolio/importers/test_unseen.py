"""Files of brokers that no format knows: real headers, invented rows, and what comes of each.

Beside each file in `unseen` stands what was worked out from it by hand: one line for each row that
is taken over, refused (with the column and text that were not understood) or left aside. A first
line that begins with ? says what is asked about the file, and what is answered.
"""

from pathlib import Path

import pytest

from portfolio import importers
from portfolio.importers import Document, Options
from tests.portfolio.importers.telling import told

HERE = Path(__file__).parent / "unseen"


def outcome(document: Document) -> list[str]:
    """Return what comes of a file, in the order of its lines."""
    answers = {"currency": "USD", "date_order": "dmy"}
    lines: list[str] = []
    options = Options()
    while (found := importers.needs(document, options)).what is not None:
        if found.what == "mapping":
            columns = ", ".join(f"{name}={head}" for name, head in found.proposal.columns.items())
            return [*lines, f"? mapping: {columns}"]
        lines.append(f"? {found.what}: {answers[found.what]}")
        changed = {**options.to_json(), found.what: answers[found.what]}
        options = Options.from_json(changed)
    result = importers.read(document, options)
    rows = [(row.line, told(row)) for row in result.transactions]
    rows += [
        (row.line, f"{row.line} refused [{row.column}: {row.text}]") for row in result.rejected
    ]
    rows += [(row.line, f"{row.line} left aside: {row.reason}") for row in result.skipped]
    return lines + [line for _, line in sorted(rows, key=lambda row: row[0])]


@pytest.mark.parametrize("path", sorted(HERE.glob("*.csv")), ids=lambda path: path.stem)
def test_a_file_of_no_known_broker_comes_to_what_was_worked_out_by_hand(path: Path) -> None:
    document = Document(path.read_bytes(), path.name)
    wanted = path.with_suffix(".txt").read_text().splitlines()

    assert (importers.detect(document) or importers.IMPORTERS[0]).name == "generic"
    assert outcome(document) == wanted
