"""What a person has to decide about a table, in the order in which to ask.

First which column is which, then the order of day and month, then the decimal mark, then the
currency: each only where the file does not say it. An account is never asked for: rows without
one belong to the account that the options name, or to the default one.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from portfolio.domain.transactions import TRADES
from portfolio.importers import headers, values, words
from portfolio.importers.base import Needs
from portfolio.importers.columns import MONEY, NUMBERS, Places
from portfolio.importers.options import Decision, Options
from portfolio.importers.sheet import Sheet

SAMPLE_ROWS: Final = 8
KINDS_MAX: Final = 50  # type words shown for mapping; a broker has fewer
_VALUES: Final = frozenset({"quantity", "net", "gross", "price", "ratio", "debit", "credit"})
_CERTAIN: Final = 1.0
_BY_CELLS: Final = 0.95  # no header, but a column of ISINs or of type words
_ASIDE: Final = 0.9  # the header is a known word beside something in brackets


def table_needs(
    sheet: Sheet,
    *,
    own_currency: bool = False,
    own_kinds: bool = False,
    told: Mapping[str, float] | None = None,
) -> Needs:
    """Return what has to be decided about a table.

    `own_currency` says that the currency is found in another way than from cells and headers,
    `own_kinds` that the kind of a row is.
    `told` are fields whose columns were told by their cells, with how sure that is.
    """
    confidence = {name: _certainty(sheet, name) for name in sheet.places} | dict(told or {})
    unknown = () if not readable(sheet.places) else unknown_kinds(sheet)
    return Needs(
        what=_open(sheet, own_currency=own_currency, own_kinds=own_kinds),
        headers=sheet.table.header,
        sample_rows=tuple(line.cells for line in sheet.table.lines[:SAMPLE_ROWS]),
        proposal=proposed(sheet),
        confidence=confidence,
        unknown_kinds=unknown,
    )


def readable(places: Places) -> bool:
    """Say whether the columns that no transaction can do without are known."""
    return "date" in places and not _VALUES.isdisjoint(places)


def proposed(sheet: Sheet) -> Options:
    """Return the options at hand, completed by what the table shows.

    What it does not show is left open, so that a template decides nothing about other files.
    """
    header = sheet.table.header
    columns = {name: "" for name, wanted in sheet.options.columns.items() if not wanted} | {
        name: " + ".join(_name(header, place) for place in places)
        for name, places in sheet.places.items()
    }
    marked = any("." in cell or "," in cell for name in NUMBERS for cell in sheet.cells(name))
    return replace(
        sheet.options,
        columns=columns,
        date_order=sheet.options.date_order or (None if sheet.order == "ymd" else sheet.order),
        decimal_mark=sheet.options.decimal_mark or (sheet.mark if marked else None),
    )


def unknown_kinds(sheet: Sheet) -> tuple[str, ...]:
    """Return the type words that neither the words of all brokers nor the options know."""
    mapped = {headers.normalised(word) for word in sheet.options.kinds}
    places = sheet.places.get("kind", ())
    found: dict[str, None] = {}
    for line in sheet.table.lines:
        cells = [line.cells[place] for place in places if place < len(line.cells)]
        if any(words.kind_of(cell) or words.by_sign(cell) or _undoes(cell) for cell in cells):
            continue
        if any(
            cell.upper() in sheet.letters or headers.normalised(cell) in mapped for cell in cells
        ):
            continue
        if word := next((cell for cell in cells if cell), ""):
            found[word] = None
        if len(found) == KINDS_MAX:
            break
    return tuple(found)


def _undoes(cell: str) -> bool:
    return words.takes_back(cell) and words.kind_within(cell) is not None


def _no_units(sheet: Sheet) -> bool:
    """Say whether there are trades, and no column says of how many units."""
    if "quantity" in sheet.places or "quantity" in sheet.options.columns:
        return False
    return any(words.kind_of(cell) in TRADES for cell in set(sheet.cells("kind")))


def _open(sheet: Sheet, *, own_currency: bool, own_kinds: bool) -> Decision | None:
    kinds = sheet.places.keys() | sheet.options.columns.keys()
    if not readable(sheet.places) or not (own_kinds or sheet.sided or "kind" in kinds):
        return "mapping"
    if not own_kinds and _no_units(sheet):
        return "mapping"
    if sheet.order is None:
        return "date_order"
    if sheet.mark is None and _doubtful(sheet):
        return "decimal_mark"
    if not own_currency and not sheet.options.currency and not _currency_told(sheet):
        return "currency"
    return None


def _doubtful(sheet: Sheet) -> bool:
    """Say whether some number can be read in two ways."""
    return any(values.is_doubtful(cell) for name in NUMBERS for cell in sheet.cells(name))


def _currency_told(sheet: Sheet) -> bool:
    """Say whether some row states its currency; rows that do not are rejected one by one."""
    if any(sheet.cells("currency")) or sheet.pairs:
        return True
    return any(
        sheet.telling[name]
        or name in sheet.beside
        or any(isinstance(told := values.currency_in(cell), str) and told
               for cell in sheet.cells(name))
        for name in MONEY if name in sheet.telling
    )  # fmt: skip


def _certainty(sheet: Sheet, name: str) -> float:
    known = dict(headers.meanings(sheet.table.header[sheet.places[name][0]])).get(name)
    if known is None:
        told = name not in {"isin", "kind"} or name in sheet.options.columns
        return _CERTAIN if told else _BY_CELLS  # a person or the format said so
    return _CERTAIN if known < headers.ASIDE_RANK else _ASIDE


def _name(header: tuple[str, ...], place: int) -> str:
    """Return what names a column beyond doubt: its header, or its number."""
    same = [
        cell for cell in header if headers.normalised(cell) == headers.normalised(header[place])
    ]
    return header[place] if len(same) == 1 and header[place] else f"#{place + 1}"
