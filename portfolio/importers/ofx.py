"""OFX 1.x and 2.x (also QFX): statements of banks, cards and brokers.

Taken are purchases, sales, income, reinvestments, splits, transfers of securities, costs and the
bookings of money. What moved is the stated total; fees and taxes are in it. Tickers and names
stand in the list of securities at the end. Bookings of a bank are deposits, withdrawals, interest
or fees by their type, and by their name where a broker books them.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, time
from decimal import Decimal
from typing import Final

from portfolio.domain.money import ZERO
from portfolio.domain.transactions import SPLIT_PART_MAX, Kind
from portfolio.importers.base import (
    Entry,
    Imported,
    ImportedTransaction,
    Needs,
    SkippedRow,
    TakenBack,
)
from portfolio.importers.collecting import collected
from portfolio.importers.document import Document, UnreadableError
from portfolio.importers.ofx_text import Node, parsed
from portfolio.importers.options import Options
from portfolio.importers.records import Record

_STATEMENTS: Final = ("STMTRS", "CCSTMTRS", "INVSTMTRS")
_LISTS: Final = ("BANKTRANLIST", "INVTRANLIST")
_BUYS: Final = frozenset({"BUYSTOCK", "BUYMF", "BUYDEBT", "BUYOPT", "BUYOTHER"})
_SELLS: Final = frozenset({"SELLSTOCK", "SELLMF", "SELLDEBT", "SELLOPT", "SELLOTHER"})
_INTERNAL: Final = frozenset({"JRNLFUND", "JRNLSEC"})
_BOUGHT: Final = {
    "BUY": Kind.BUY, "BUYTOCOVER": Kind.COVER, "BUYTOOPEN": Kind.BUY, "BUYTOCLOSE": Kind.COVER,
    "": Kind.BUY,
}  # fmt: skip
_SOLD: Final = {
    "SELL": Kind.SELL, "SELLSHORT": Kind.SHORT, "SELLTOCLOSE": Kind.SELL,
    "SELLTOOPEN": Kind.SHORT, "": Kind.SELL,
}  # fmt: skip
_INCOME: Final = {
    "DIV": Kind.DIVIDEND, "CGLONG": Kind.DIVIDEND, "CGSHORT": Kind.DIVIDEND,
    "INTEREST": Kind.INTEREST,
}  # fmt: skip
_BANK: Final = {
    "INT": Kind.INTEREST, "DIV": Kind.INTEREST, "FEE": Kind.FEE, "SRVCHG": Kind.FEE,
}  # fmt: skip
_BY_NAME: Final = ((re.compile(r"\binterest\b", re.IGNORECASE), Kind.INTEREST),
                   (re.compile(r"\bfees?\b", re.IGNORECASE), Kind.FEE))  # fmt: skip
_REASONS: Final = {
    "RETOFCAP": "A return of capital lowers the cost; enter it by hand",
    "CLOSUREOPT": "The end of an option; enter it by hand",
}
_MOMENT: Final = re.compile(r"(\d{8})(\d{2})(\d{2})(\d{2})?")


@dataclass(frozen=True, slots=True)
class Security:
    """What the list of securities says of one."""

    symbol: str
    isin: str
    name: str
    contract: str


@dataclass(frozen=True, slots=True)
class Ofx:
    """A download of a bank or a broker."""

    name: str = "ofx"
    title: str = "OFX or QFX"

    def recognises(self, document: Document) -> bool:
        """Say whether there is an `<OFX>` near the start."""
        start = document.data[:8192].upper()
        return b"<OFX>" in start.replace(b"\0", b"")

    def needs(self, document: Document, options: Options) -> Needs:
        """Return whether the currency is open, which banks may leave empty."""
        open_ = not options.currency and any(
            not record.text("CURSYM", "CURDEF") for record in _records(parsed(document.text))
        )
        return Needs("currency" if open_ else None, proposal=options)

    def read(self, document: Document, options: Options) -> Imported:
        """Return the transactions of all statements, each with the account it is of.

        Raises:
            UnreadableError: the bank answered with an error, or there is no statement.
        """
        root = parsed(document.text)
        _check(root)
        securities = _securities(root)
        found = collected(
            self.name, _records(root), lambda record: _read(record, options, securities)
        )
        if not (found.transactions or found.rejected or found.skipped):
            note = "There is no transaction in the file; positions and balances are not imported"
            return replace(found, notes=(note,))
        return found


IMPORTER: Final = Ofx()


def _check(root: Node) -> None:
    if any(True for _ in root.all(*_STATEMENTS)):
        return
    for status in root.all("STATUS"):
        if status.value("SEVERITY").upper() == "ERROR":
            said = status.value("MESSAGE") or f"code {status.value('CODE')}"
            raise UnreadableError(f"The bank answered with an error instead of a file: {said}")
    raise UnreadableError("There is no statement of an account in the OFX file")


def _records(root: Node) -> Iterator[Record]:
    """Return every entry of every list, with the currency and account of its statement."""
    number = 0
    for statement in root.all(*_STATEMENTS):
        account = next((node.value("ACCTID") for node in statement.all(
            "BANKACCTFROM", "CCACCTFROM", "INVACCTFROM")), "")  # fmt: skip
        common = {"CURDEF": statement.value("CURDEF"), "ACCTID": account}
        for entries in statement.all(*_LISTS):
            for entry in entries.parts:
                if entry.parts:
                    number += 1
                    stated: dict[str, str] = {}
                    for tag, text in entry.leaves():
                        stated.setdefault(tag, text)
                    if entry.find("ORIGCURRENCY") or any(True for _ in entry.all("ORIGCURRENCY")):
                        stated.pop("CURSYM", None)  # amounts were converted already
                    yield Record(number, entry.tag, common | stated)


def _securities(root: Node) -> dict[str, Security]:
    """Return the listed securities by id; one that is listed under two tickers keeps its id."""
    found: dict[str, Security] = {}
    for listed in root.all("SECLIST"):
        for one in listed.parts:
            stated = dict(one.leaves())
            key = stated.get("UNIQUEID", "")
            isin = key if stated.get("UNIQUEIDTYPE", "").upper() == "ISIN" else ""
            symbol = stated.get("TICKER", "") or ("" if isin else key)
            if key in found and found[key].symbol != symbol:
                symbol = key
            found[key] = Security(
                symbol, isin, stated.get("SECNAME", ""), stated.get("SHPERCTRCT", "")
            )
    return found


def _read(record: Record, options: Options, securities: dict[str, Security]) -> Iterable[Entry]:
    tag = record.tag
    if tag in _REASONS:
        raise record.wrong("FITID", _REASONS[tag])
    if tag in _INTERNAL:
        raise SkippedRow("A move within the account")
    if tag in {"STMTTRN", "INVBANKTRAN"}:
        return _booking(record, options)
    row = _row(record, options, securities)
    if tag in _BUYS:
        word = record.text("BUYTYPE", "OPTBUYTYPE").upper()
        return [_trade(record, row, _BOUGHT.get(word), securities)]
    if tag in _SELLS:
        word = record.text("SELLTYPE", "OPTSELLTYPE").upper()
        return [_trade(record, row, _SOLD.get(word), securities)]
    reader = _READERS.get(tag)
    if reader is None:
        raise record.wrong("FITID", f"{tag}: this kind of transaction is not known")
    return reader(record, row)


def _row(record: Record, options: Options, securities: dict[str, Security]) -> ImportedTransaction:
    key = record.text("UNIQUEID")
    isin = key if record.text("UNIQUEIDTYPE").upper() == "ISIN" else ""
    security = securities.get(key, Security("" if isin else key, isin, "", ""))
    given = Record(0, "", {"CURDEF": options.currency})
    name = "CURSYM" if record.text("CURSYM") else "CURDEF"
    stated = record if record.text(name) else given
    day = next((one for one in ("DTTRADE", "DTPOSTED") if record.text(one)), "DTPOSTED")
    return ImportedTransaction(
        line=record.number_in_file,
        kind=Kind.BUY,
        on=_day(record, day),
        currency=stated.currency(name),
        at=_clock(record.text(day)),
        symbol=security.symbol,
        isin=security.isin,
        name=security.name,
        account=record.text("ACCTID") or options.account,
        reference=record.text("FITID"),
        note=record.text("MEMO", "NAME"),
    )


def _charges(record: Record) -> tuple[Decimal, Decimal]:
    fee, tax = ZERO, ZERO
    for name in ("COMMISSION", "FEES", "LOAD", "PENALTY"):
        fee += abs(record.number(name) or ZERO)
    for name in ("TAXES", "WITHHOLDING", "STATEWITHHOLDING"):
        tax += abs(record.number(name) or ZERO)
    return fee, tax


def _trade(
    record: Record,
    row: ImportedTransaction,
    kind: Kind | None,
    securities: dict[str, Security],
) -> ImportedTransaction:
    """Return a purchase or a sale; what moved is the total, charges are in it."""
    if kind is None:
        raise record.wrong(
            "BUYTYPE" if record.tag in _BUYS else "SELLTYPE", "This kind of trade is not known"
        )
    units = record.amount("UNITS")
    paid = kind in {Kind.BUY, Kind.COVER}
    if paid and units < 0:
        raise record.wrong("UNITS", "A purchase of less than nothing")
    fee, tax = _charges(record)
    price = abs(record.number("UNITPRICE") or ZERO)
    if record.tag.endswith("OPT"):
        known = securities.get(record.text("UNIQUEID"), Security("", "", "", ""))
        price *= Decimal(known.contract if known.contract.isdecimal() else 100)
    total = record.number("TOTAL")
    if total is None and not price:
        raise record.wrong("TOTAL", "The amount is missing")
    value = abs(units) * price
    if total is not None:
        value = abs(total) - fee - tax if paid else abs(total) + fee + tax
    same = value == abs(units) * price
    return replace(
        row, kind=kind, quantity=abs(units), price=price, amount=None if same else value, fee=fee,
        tax=tax,
    )  # fmt: skip


def _income(record: Record, row: ImportedTransaction) -> list[Entry]:
    kind = _INCOME.get(record.text("INCOMETYPE").upper())
    if kind is None:
        raise record.wrong("INCOMETYPE", "This kind of income is not known")
    total = record.amount("TOTAL")
    fee, tax = _charges(record)
    paid = replace(row, kind=kind, amount=abs(total) + fee + tax, fee=fee, tax=tax)
    return [TakenBack(paid, "TOTAL", record.text("TOTAL")) if total < 0 else paid]


def _reinvested(record: Record, row: ImportedTransaction) -> list[Entry]:
    """Return the income and the purchase that was made of it."""
    kind = _INCOME.get(record.text("INCOMETYPE").upper())
    if kind is None:
        raise record.wrong("INCOMETYPE", "This kind of income is not known")
    total = abs(record.amount("TOTAL"))
    fee, tax = _charges(record)
    units = record.amount("UNITS")
    if units < 0:
        raise record.wrong("UNITS", "A reinvestment that is taken back; enter it by hand")
    bought = replace(
        row, quantity=units, price=abs(record.number("UNITPRICE") or ZERO),
        amount=total - fee - tax, fee=fee, tax=tax,
    )  # fmt: skip
    return [replace(row, kind=kind, amount=total), bought]


def _split(record: Record, row: ImportedTransaction) -> list[Entry]:
    new, old = record.amount("NUMERATOR"), record.amount("DENOMINATOR")
    parts = (new.as_integer_ratio(), old.as_integer_ratio())
    if not all(part[1] == 1 and 0 < part[0] <= SPLIT_PART_MAX for part in parts) or new == old:
        raise record.wrong("NUMERATOR", "This is not the ratio of a split")
    split = replace(row, kind=Kind.SPLIT, numerator=int(new), denominator=int(old))
    cash = record.number("FRACCASH")
    rest = replace(row, kind=Kind.DIVIDEND, amount=cash, note="Cash for a fraction")
    return [split, rest] if cash else [split]


def _transfer(record: Record, row: ImportedTransaction) -> list[Entry]:
    units, action = record.amount("UNITS"), record.text("TFERACTION").upper()
    if action not in {"IN", "OUT"}:
        raise record.wrong("TFERACTION", "It does not say whether it came in or went out")
    price = record.number("AVGCOSTBASIS") or record.number("UNITPRICE")
    if action == "IN" and not price:
        raise record.wrong("AVGCOSTBASIS", "What the units had cost is missing; enter it by hand")
    kind = Kind.TRANSFER_IN if action == "IN" else Kind.TRANSFER_OUT
    return [replace(row, kind=kind, quantity=abs(units), price=abs(price or ZERO))]


def _cost(record: Record, row: ImportedTransaction) -> list[Entry]:
    return [replace(row, kind=Kind.FEE, amount=abs(record.amount("TOTAL")))]


_READERS: Final = {
    "INCOME": _income,
    "REINVEST": _reinvested,
    "SPLIT": _split,
    "TRANSFER": _transfer,
    "INVEXPENSE": _cost,
    "MARGININTEREST": _cost,
}


def _booking(record: Record, options: Options) -> list[Entry]:
    """Return a booking of money."""
    amount = record.amount("TRNAMT")
    kind = _BANK.get(record.text("TRNTYPE").upper())
    if kind is None and record.tag == "INVBANKTRAN":
        named = record.text("NAME", "MEMO")
        kind = next((one for word, one in _BY_NAME if word.search(named)), None)
    if kind is Kind.INTEREST and amount < 0:
        kind = Kind.FEE
    if kind is None:
        kind = Kind.DEPOSIT if amount > 0 else Kind.WITHDRAWAL
    row = replace(_row(record, options, {}), kind=kind, amount=abs(amount), at=None)
    if kind is Kind.FEE and amount > 0:
        return [TakenBack(row, "TRNAMT", record.text("TRNAMT"))]
    return [row]


def _day(record: Record, name: str) -> date:
    return replace(record, values={name: record.text(name)[:8]}).day(name)


def _clock(text: str) -> time | None:
    """Return the time of a moment such as 20120720160000.000[-4:EDT]; midnight or noon is none."""
    found = _MOMENT.match(text)
    if not found:
        return None
    parts = (int(found[2]), int(found[3]), int(found[4] or 0))
    if parts in {(0, 0, 0), (12, 0, 0)}:
        return None
    try:
        return time(*parts)
    except ValueError:
        return None
