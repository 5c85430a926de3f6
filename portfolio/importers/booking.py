"""From the words and signs of a row to what it books: its kind, and whether it undoes another.

The kind stands in a column of type words, else the signs of quantities or amounts tell it, else
nothing does and the row is refused. A word such as "Transfer" means money that comes or goes as
its sign says. "Storno" and its like make of a row one that takes back another.
"""

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from portfolio.domain.money import ZERO
from portfolio.domain.transactions import TRADES, Kind
from portfolio.importers import cells, headers, words
from portfolio.importers.amounts import of_money, standard
from portfolio.importers.base import Entry, RowError, SkippedRow, TakenBack
from portfolio.importers.sheet import Row

_RECEIVED: Final = frozenset({Kind.DIVIDEND, Kind.DEPOSIT})
_PAID: Final = frozenset({Kind.FEE, Kind.TAX, Kind.WITHDRAWAL})
_TOLD: Final = _RECEIVED | _PAID | {Kind.INTEREST}  # kinds that a description alone may tell
_OF_UNITS: Final = {Kind.DEPOSIT: Kind.TRANSFER_IN, Kind.WITHDRAWAL: Kind.TRANSFER_OUT}
_OPTION: Final = re.compile(
    r"\b(?:call|put)s?\b.*[$\d]|[$\d]\S*\s+(?:call|put)s?\b", re.IGNORECASE | re.DOTALL
)
_OPPOSITE: Final = {Kind.BUY: Kind.SELL, Kind.SELL: Kind.BUY}
Own = Mapping[str, Kind | None]


def booked(row: Row, own: Own) -> list[Entry]:
    """Return what a row books; `own` are the type words of its format."""
    undone = _undone(row, own)
    if undone is not None:
        column = "kind" if "kind" in row.sheet.places else "note"
        text = next((one for one in row.texts(column) if words.takes_back(one)), row.text(column))
        return [TakenBack(standard(row, undone), _above(row, column, text), text)]
    return booked_as(row, kind_by_word(row, own))


def _above(row: Row, name: str, text: str) -> str:
    """Return what stands above the cell of a field that holds a text."""
    places = row.sheet.places.get(name, ())
    found = next((place for place in places if row.at(place) == text), None)
    return row.header(name) if found is None else row.sheet.table.header[found]


def booked_as(row: Row, kind: Kind) -> list[Entry]:
    """Return a row as a transaction of a kind, or as one that takes back another by its sign.

    Interest below zero is a cost; units that arrive as income are bought with it. A purchase of
    less than nothing is refused.
    """
    if kind in _OF_UNITS and (moved := _moved(row, kind)):
        return [moved]
    if kind is Kind.SPLIT:
        return [standard(row, kind)]
    if kind in TRADES:
        _check_units(row)
        if kind is Kind.BUY and (row.number("quantity") or ZERO) < 0:
            raise row.wrong("quantity", "A purchase of less than nothing")
        return [standard(row, kind)]
    if kind is Kind.INTEREST and _arrive_as_income(row):
        bought = replace(standard(row, Kind.BUY), fee=ZERO, tax=ZERO)
        return [replace(bought, kind=kind), bought]
    flow = row.number("net") or row.number("gross")
    if kind is Kind.INTEREST and flow is not None and flow < 0:
        return [standard(row, Kind.FEE)]
    transaction = standard(row, kind)
    if flow and ((kind in _RECEIVED and flow < 0) or _refunded(row, kind, above=flow > 0)):
        name = "gross" if not row.number("net") else "net"
        return [TakenBack(transaction, row.header(name), row.text(name))]
    return [transaction]


def _check_units(row: Row) -> None:
    """Refuse a contract that only a description tells from the share it is about.

    Raises:
        RowError: it is an option, and its symbol is that of the share.
    """
    for name in ("name", "note"):
        if _OPTION.search(row.text(name)) and row.text("symbol").isalpha():
            raise row.wrong(name, "An option under the symbol of its share; enter it by hand")


def _refunded(row: Row, kind: Kind, *, above: bool) -> bool:
    return kind in _PAID and above and row.sheet.signed


def _moved(row: Row, kind: Kind) -> Entry | None:
    """Return units or money that came or went, where a quantity of something is all there is."""
    quantity, asset = row.number("quantity"), row.text("symbol") or row.beside("quantity")
    if not quantity or not asset:
        return None
    if cells.is_currency(asset) and not row.number("price"):
        return of_money(row, kind, abs(quantity), asset)
    if row.number("net") or row.number("gross"):
        return None
    if not row.number("price"):
        raise row.wrong("quantity", "What these units are worth is not stated")
    return standard(row, _OF_UNITS[kind])


def _arrive_as_income(row: Row) -> bool:
    """Say whether a row brings units as income, such as a reward for staking."""
    return (
        any(map(words.is_reward, row.texts("kind")))
        and bool(row.number("quantity"))
        and bool(row.text("symbol") or row.text("isin"))
    )


def _undone(row: Row, own: Own) -> Kind | None:
    """Return the kind of trade that a row takes back; None when it takes back none."""
    if not row.sheet.undoing:
        return None
    if not any(map(words.takes_back, (*row.texts("kind"), row.text("note")))):
        return None
    if "kind" not in row.sheet.places:
        return _OPPOSITE.get(_by_sign(row)) if row.number("quantity") else None
    for word in row.texts("kind"):
        if headers.normalised(word) in {headers.normalised(name) for name in own}:
            return None
        kind = words.kind_of(word) or words.kind_within(word)
        if kind in TRADES:
            return kind
    return None


def kind_by_word(row: Row, own: Own) -> Kind:
    """Return the kind of a row.

    Raises:
        RowError: the word is not known.
        SkippedRow: the format says that such rows are no transactions.
    """
    words_there = [word for word in row.texts("kind") if word]
    if not words_there:
        if "kind" in row.sheet.places:
            raise row.wrong("kind", "The kind of transaction is missing")
        return _by_sign(row)
    for word in words_there:
        clean = headers.normalised(word)
        for table in (row.sheet.options.kinds, own):
            for name, kind in table.items():
                if headers.normalised(name) == clean:
                    if kind is None:
                        raise SkippedRow(f"{word}: no transaction")
                    return kind
        found = row.sheet.letters.get(word.upper()) or words.kind_of(word)
        if found is not None:
            return found
    if any(map(words.by_sign, words_there)) and (moved := _by_flow(row)):
        return moved
    place = next(
        place for place in row.sheet.places["kind"] if row.cells[place : place + 1] > ("",)
    )
    raise RowError(
        "This kind of transaction is not known",
        column=row.sheet.table.header[place],
        text=words_there[0],
    )


def _by_flow(row: Row) -> Kind | None:
    """Return whether money came or went; None where no sign can tell, or units moved."""
    if row.text("symbol") or row.text("isin"):
        return None
    flow = row.number("net") or row.number("gross")
    if flow is None:
        flow = row.number("price") if (row.number("quantity") or 1) == 1 else None
        signed = row.sheet.prices_signed
    else:
        signed = row.sheet.signed
    if not flow or not signed:
        return None
    return Kind.DEPOSIT if flow > 0 else Kind.WITHDRAWAL


def _by_sign(row: Row) -> Kind:
    """Return what a row is in a table that has no column for it: what is sold has a minus.

    Where only amounts have signs, what is paid has it. Without any sign it may be a list of what
    is held; a person says that all of it was bought by taking the column of kinds away.

    Raises:
        RowError: there is no sign, and nobody has said so; or no units moved, and no word in the
            row says what else it is.
    """
    sheet = row.sheet
    if not sheet.sided and "kind" not in sheet.options.columns:
        raise RowError(
            "Nothing says whether this was bought or sold; say which column does", column="kind"
        )
    quantity = row.number("quantity") or ZERO
    flow = row.number("net") or row.number("gross") or ZERO
    if not quantity:
        return _described(row, above=flow > 0)
    if sheet.quantities_signed:
        return Kind.SELL if quantity < 0 else Kind.BUY
    return Kind.SELL if sheet.signed and flow > 0 else Kind.BUY


def _described(row: Row, *, above: bool) -> Kind:
    """Return the kind that the texts of a row tell, where its sign does not contradict.

    Raises:
        RowError: they tell none.
    """
    for name in ("reference", "note", "name"):
        kind = words.kind_of(row.text(name)) or words.kind_within(row.text(name))
        fits = kind is Kind.INTEREST or (kind in _RECEIVED) == above
        if kind in _TOLD and fits:
            return kind
    name = next((one for one in ("name", "note", "reference") if row.text(one)), "kind")
    raise row.wrong(name, "Nothing says what kind of transaction this is")
