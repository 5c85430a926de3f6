"""Which column of a table is which field: by the word above it and by what stands in it.

The word proposes; what stands below it can refuse ("Valuta" over days is no currency) and decides
between two columns of one meaning (an empty "Date" beside a full "Trade Date"). Money may have
its currency in a column beside it, which has no name ("Betrag;;Kurs;;") or names it ("Price
Currency"). What a person or a format says stands before all of this.
"""

from collections.abc import Callable, Mapping
from typing import Final

from portfolio.domain.instruments import is_isin
from portfolio.importers import cells, headers, words
from portfolio.importers.document import Table

MONEY: Final = ("price", "gross", "net", "debit", "credit", "fee", "tax")
NUMBERS: Final = ("quantity", *MONEY)
LOOKED_AT: Final = 300  # lines that tell what a column holds
_MOST: Final = 0.6  # of the cells that are not empty
_ALMOST_ALL: Final = 0.9
_CHECKED: Final = 0.8  # of cells with a check digit, which no other text passes by chance
_SEVERAL: Final = 3  # rows that are not all about one security
_FITS, _EMPTY, _MAYBE, _NOT = 3, 2, 1, 0
_CURRENCIES: Final = frozenset({"currency", "cash_currency", "fee_currency"})
_PLAIN_WORDS: Final = frozenset(
    """currency ccy cur curr whrg wahrung devise monnaie divisa moneda valuta munt moeda waluta
    valuutta""".split()  # noqa: SIM905 - a list of words is read as one
)
_NUMBERED: Final = frozenset({"valor"})  # a security's number in Switzerland, a value elsewhere
_OF_LISTING: Final = frozenset(
    """assetcurrency pricecurrency instrumentcurrency listingcurrency securitycurrency
    stockcurrency currencypriceshare""".split()  # noqa: SIM905 - a list of words is read as one
)
_OF_ACCOUNT: Final = frozenset({"currency", "transactioncurrency", "ccy", "currencycode"})
Places = Mapping[str, tuple[int, ...]]


class Columns:
    """The first cells of each column of a table, to tell what it holds."""

    def __init__(self, table: Table) -> None:
        self._table = table
        self._kept: dict[int, list[str]] = {}

    def cells(self, place: int) -> list[str]:
        """Return the cells of the first lines of a column that hold something.

        Of a column that is empty there, those of all lines.
        """
        if place not in self._kept:
            lines = self._table.lines
            full = self._full(place, lines[:LOOKED_AT])
            self._kept[place] = full or self._full(place, lines[LOOKED_AT:])[:LOOKED_AT]
        return self._kept[place]

    def _full(self, place: int, lines: tuple[tuple[int, tuple[str, ...]], ...]) -> list[str]:
        return [
            line[1][place]
            for line in lines
            if place < len(line[1]) and line[1][place] not in cells.EMPTY
        ]

    def fit(self, field: str, place: int) -> int:
        """Say how well the cells of a column can be those of a field; 0: they cannot."""
        full = self.cells(place)
        if not full:
            return _EMPTY
        days, numbers = cells.share(full, cells.is_day), cells.share(full, cells.is_number)
        if field in _CURRENCIES:
            codes = cells.share(full, cells.is_currency)
            return _FITS if codes >= _MOST else _NOT if max(days, numbers) >= _MOST else _MAYBE
        if field in NUMBERS or field == "fx_rate":
            if field in MONEY and self._is_a_number_of_a_security(place, full):
                return _NOT
            if cells.share(full, cells.is_currency) >= _MOST:
                return _NOT
            return _FITS if numbers >= _MOST else _MAYBE
        if field == "date":
            return _FITS if days >= _MOST else _MAYBE
        if field == "time":
            return _FITS if cells.share(full, cells.is_clock) >= _MOST else _MAYBE
        if field in {"kind", "name", "symbol"}:
            if max(days, numbers) >= _MOST:
                return _NOT
            same = field == "name" and len(full) >= _SEVERAL and len(set(full)) == 1
            return _MAYBE if same else _FITS
        return _FITS

    def are(self, place: int, test: Callable[[str], bool], most: float = _MOST) -> bool:
        """Say whether most cells of a column pass a test."""
        return cells.share(self.cells(place), test) >= most

    def unknown_kinds(self, place: int) -> int:
        """Return how many of the type words of a column are not known, in percent."""
        return round(100 * (1 - cells.share(self.cells(place), cells.is_kind)))

    def _is_a_number_of_a_security(self, place: int, full: list[str]) -> bool:
        word = headers.normalised(self._table.header[place])
        return word in _NUMBERED and all(cell.isdigit() for cell in full)


def located(table: Table, *named: Mapping[str, str]) -> dict[str, tuple[int, ...]]:
    """Return the columns of fields: by their words, then by each mapping of fields to headers.

    A header is named as it stands, as "#3" for the third column, or several joined by " + ". An
    empty one takes the field away.
    """
    columns = Columns(table)
    places = headers.fields(table.header, columns.fit)
    if "date" not in places and "time" in places and columns.are(places["time"][0], cells.is_day):
        places["date"] = places.pop("time")
    if "isin" not in places:
        places = _with_isins(columns, places, len(table.header))
    if "kind" in places and not any(map(columns.cells, places["kind"])):
        places.pop("kind")  # a column that nobody has filled
    if "kind" in places:  # the column that says most stands first
        places["kind"] = tuple(sorted(places["kind"], key=columns.unknown_kinds))
    _coins(columns, places, table)
    _two_currencies(columns, places, table)
    _described_kinds(columns, places, table)
    for wanted_columns in named:
        for name, wanted in wanted_columns.items():
            found = _named(table, wanted)
            places.pop(name, None)
            if found:
                places = {
                    other: left
                    for other, taken in places.items()
                    if (left := tuple(place for place in taken if place not in found))
                } | {name: found}
    return places


def _coins(columns: Columns, places: dict[str, tuple[int, ...]], table: Table) -> None:
    """Take a column of "currencies" with coins in it, beside that of the quote, for the symbol.

    Its amount is then a quantity: "Currency,Amount,Quote Currency,Quote Price" of an exchange.
    """
    coin, amount = table.column("Currency", "Coin", "Base Currency"), table.column("Amount")
    if coin is None or amount is None or not {"symbol", "quantity"}.isdisjoint(places):
        return
    others = any(not cells.is_currency(cell) for cell in columns.cells(coin))
    if others and "currency" in places and places["currency"][0] != coin:
        places |= {"symbol": (coin,), "quantity": (amount,)}
        paid = next(
            (n for n, cell in enumerate(table.header)
             if n != amount and ("net" in dict(headers.meanings(cell)))), None
        )  # fmt: skip
        places.pop("net", None)
        if paid is not None:
            places["net"] = (paid,)


def other_days(table: Table, places: Places) -> tuple[int, ...]:
    """Return further columns of days, for rows in which the first of them is empty."""
    columns = Columns(table)
    return tuple(
        n for n, cell in enumerate(table.header)
        if n not in places.get("date", ()) and columns.cells(n)
        and any(field == "date" for field, _ in headers.meanings(cell))
        and columns.are(n, cells.is_day, _ALMOST_ALL)
    )  # fmt: skip


def _two_currencies(columns: Columns, places: dict[str, tuple[int, ...]], table: Table) -> None:
    """Take a currency beside that of the listing for the one of the account."""
    if "currency" not in places or "cash_currency" in places:
        return
    chosen = places["currency"][0]
    named = [headers.normalised(cell) for cell in table.header]
    listed = next(
        (n for n, word in enumerate(named)
         if word in _OF_LISTING and n != chosen and columns.fit("currency", n) == _FITS), None
    )  # fmt: skip
    if listed is not None and named[chosen] in _OF_ACCOUNT:
        places["currency"], places["cash_currency"] = (listed,), (chosen,)


def _described_kinds(columns: Columns, places: dict[str, tuple[int, ...]], table: Table) -> None:
    """Take a column of sentences that tell the kind for one of kinds, where there is none."""
    taken = {place for name, many in places.items() if name != "note" for place in many}
    for place in range(len(table.header)):
        if "kind" not in places and place not in taken and columns.are(place, _tells, _ALMOST_ALL):
            places["kind"] = (place,)


def _tells(cell: str) -> bool:
    return words.kind_of(cell) is not None or words.takes_back(cell)


def _with_isins(
    columns: Columns, places: dict[str, tuple[int, ...]], width: int
) -> dict[str, tuple[int, ...]]:
    """Return places with a column in which only ISINs stand, whatever its name: a digit checks."""
    found = next((n for n in range(width) if columns.are(n, is_isin, _CHECKED)), None)
    if found is None:
        return places
    others = {name: kept for name, taken in places.items()
              if (kept := tuple(one for one in taken if one != found))}  # fmt: skip
    return others | {"isin": (found,)}


def currencies_beside(table: Table, places: Places) -> dict[str, int]:
    """Return the columns with the currencies of columns of money, where each has its own.

    It is the one to the right without a name, the one called after it ("Price Currency"), or of
    several of one plain name ("Cur.") the one that stands on the same side of all of them.
    """
    columns = Columns(table)
    plain = [place for place, cell in enumerate(table.header) if _is_plain(cell)]
    numbers = sorted(taken[0] for name, taken in places.items() if name in NUMBERS)
    before = len(plain) > 1 and bool(numbers) and plain[0] < numbers[0]
    found: dict[str, int] = {}
    for name in (*MONEY, "quantity"):
        if name not in places:
            continue
        place = places[name][0]
        near = place - 1 if before else place + 1
        tries = [near] if len(plain) > 1 and near in plain else []
        if place + 1 < len(table.header) and not table.header[place + 1]:
            tries.append(place + 1)
        tries += _called_after(table, place)
        for one in tries:
            if columns.cells(one) and columns.are(one, cells.is_currency, _ALMOST_ALL):
                found[name] = one
                break
    return found


def _is_plain(cell: str) -> bool:
    return headers.normalised(cell) in _PLAIN_WORDS


def _called_after(table: Table, place: int) -> list[int]:
    """Return the columns that are called as one is, with a word for currency."""
    wanted = _stem(table.header[place])
    return [
        other
        for other, cell in enumerate(table.header)
        if other != place and wanted and (word := headers.normalised(cell)) != wanted
        and any(word in {wanted + plain, plain + wanted} for plain in _PLAIN_WORDS)
    ]  # fmt: skip


def _stem(cell: str) -> str:
    word = headers.normalised(cell)
    for end in ("amount", "betrag"):
        if word.endswith(end) and word != end:
            return word.removesuffix(end)
    return word


def _named(table: Table, wanted: str) -> tuple[int, ...]:
    whole = table.column(wanted) if wanted else None
    if whole is not None:
        return (whole,)
    found = []
    for part in wanted.split(" + "):
        number = part.strip().removeprefix("#")
        if part.strip().startswith("#") and number.isdecimal():
            place: int | None = int(number) - 1
            place = place if 0 <= int(number) - 1 < len(table.header) else None
        else:
            place = table.column(part) if part.strip() else None
        if place is not None:
            found.append(place)
    return tuple(found)
