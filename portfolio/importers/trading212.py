"""Trading 212's history, all generations of its header.

The price is in the currency of the instrument, the total in that of the account, which stands
either in the header ("Total (GBP)") or in a column of its own. Fees are of the account's currency
and are turned into the instrument's by the rate of the row. A dividend is shares x amount per
share in the instrument's currency, less the tax withheld where that is in the same currency.
Rows about splits and shares given away state two halves or no price; they are rejected.
"""

import re
from collections.abc import Iterable
from dataclasses import replace
from decimal import Decimal
from typing import Final

from portfolio.domain import money
from portfolio.domain.money import ONE, ZERO
from portfolio.domain.transactions import TRADES, Kind
from portfolio.importers import values, words
from portfolio.importers.base import ImportedTransaction
from portfolio.importers.booking import kind_by_word
from portfolio.importers.currencies import checked
from portfolio.importers.sheet import Row
from portfolio.importers.tabular import TableFormat

_KINDS: Final[dict[str, Kind | None]] = {
    "Dividend (Dividend)": Kind.DIVIDEND,
    "Dividend (Ordinary)": Kind.DIVIDEND,
    "Lending interest": Kind.INTEREST,
    "Spending cashback": Kind.INTEREST,
    "Card debit": Kind.WITHDRAWAL,
    "Currency conversion": None,
}
_FEES: Final = re.compile(
    r"(?:currency conversion|transaction|finra|stamp duty|ptm levy|french transaction).*",
    re.IGNORECASE,
)
_TRANSFERS: Final = frozenset({Kind.TRANSFER_IN, Kind.TRANSFER_OUT})
_TOTAL: Final = re.compile(r"(?:Total|Charge amount) \(([A-Z]{3})\)")


def _read(row: Row) -> Iterable[ImportedTransaction]:
    word = row.text("kind")
    if word.startswith("Dividend (") and words.kind_of(word) is None:
        kind = Kind.DIVIDEND
    else:
        kind = kind_by_word(row, _KINDS)
    total, settled_in = _total(row)
    base = ImportedTransaction(
        line=row.line.number,
        kind=kind,
        on=row.day(),
        at=values.clock(row.text("date")),
        currency=settled_in,
        symbol=row.text("symbol"),
        isin=row.text("isin"),
        name=row.text("name"),
        account=row.sheet.options.account,
        reference=row.text("reference"),
        note=row.text("note"),
    )
    quantity, price = row.number("quantity"), row.number("price")
    if kind is Kind.DIVIDEND and quantity and price is not None:
        return [_dividend(row, base, total, (quantity, price))]
    if kind in _TRANSFERS and quantity:
        moved = checked(row, row.text("currency"))
        return [replace(base, quantity=abs(quantity), price=abs(price or ZERO), currency=moved)]
    if kind not in TRADES:
        if not total:
            raise row.wrong("net", "The amount is missing")
        return [replace(base, amount=abs(total))]
    if not quantity or price is None:
        raise row.wrong("quantity", f"A {kind} needs a quantity and a price")
    currency = row.text("currency")
    rate = ONE if currency == settled_in else row.number("fx_rate")
    if not rate:
        raise row.wrong("fx_rate", "The exchange rate is missing")
    return [
        replace(
            base,
            quantity=abs(quantity),
            price=abs(price),
            currency=checked(row, row.text("currency")),
            fee=money.tidy(money.product(_fees(row, settled_in), rate)),
            settled=abs(total) if total is not None and currency != settled_in else None,
            settled_currency=settled_in if currency != settled_in else "",
        )
    ]


def _dividend(
    row: Row,
    base: ImportedTransaction,
    total: Decimal | None,
    each: tuple[Decimal, Decimal],
) -> ImportedTransaction:
    """Return a dividend in the currency of its instrument, with what arrived on the account."""
    tax = row.number_of("Withholding tax") or ZERO
    tax_in = row.cell("Currency (Withholding tax)")
    same = tax_in in {"", row.text("currency")}
    return replace(
        base,
        quantity=each[0],
        price=each[1],
        currency=checked(row, row.text("currency")),
        tax=tax if same else ZERO,
        note=base.note if same else f"withheld: {tax} {tax_in}",
        settled=total,
        settled_currency=base.currency,
    )


def _total(row: Row) -> tuple[Decimal | None, str]:
    """Return the total and the currency of the account, from whichever generation it is."""
    for header in row.sheet.table.header:
        if (found := _TOTAL.fullmatch(header)) and row.cell(header):
            total = row.number_of(header)
            return total, money.check_currency(found[1])
    currency = row.cell("Currency (Total)")
    if not currency:
        raise row.wrong("net", "The currency of the total is missing")
    total = row.number_of("Total")
    return total, money.check_currency(currency)


def _fees(row: Row, currency: str) -> Decimal:
    """Return the sum of the many fee columns.

    Raises:
        RowError: one of them is in a third currency.
    """
    fees = ZERO
    for header in row.sheet.table.header:
        if header.startswith("Currency (") or not _FEES.fullmatch(header) or not row.cell(header):
            continue
        stated = re.search(r"\(([A-Z]{3})\)$", header)
        named = stated[1] if stated else row.cell(f"Currency ({header})")
        if named and named != currency:
            raise row.wrong("fee", f"The {header} is in {named}, not in {currency}")
        fees += abs(row.number_of(header) or ZERO)
    return fees


IMPORTER: Final = TableFormat(
    name="trading212",
    title="Trading 212",
    signature=("Action", "Time", "ISIN", "Ticker", "No. of shares", "Price / share"),
    columns={
        "date": "Time",
        "time": "",
        "currency": "Currency (Price / share)",
        "fee": "Transaction fee (GBP)",
        "tax": "",
    },
    order="ymd",
    mark=".",
    read_row=_read,
)
