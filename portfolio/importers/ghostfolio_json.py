"""Ghostfolio's JSON export: `{"meta": …, "accounts": [...], "activities": [...]}`."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from portfolio.domain import money
from portfolio.domain.errors import CurrencyError
from portfolio.domain.money import ZERO
from portfolio.domain.transactions import TRADES, Kind
from portfolio.importers import values
from portfolio.importers.base import (
    Imported,
    ImportedTransaction,
    Needs,
    Rejected,
    RowError,
    SkippedRow,
)
from portfolio.importers.document import Document, UnreadableError
from portfolio.importers.options import Options

_KINDS: Final[Mapping[str, Kind | None]] = {
    "BUY": Kind.BUY,
    "SELL": Kind.SELL,
    "DIVIDEND": Kind.DIVIDEND,
    "INTEREST": Kind.INTEREST,
    "FEE": Kind.FEE,
    "LIABILITY": None,
    "ITEM": None,
}


@dataclass(frozen=True, slots=True)
class GhostfolioJson:
    """The export of a whole Ghostfolio, accounts by their names."""

    name: str = "ghostfolio-json"
    title: str = "Ghostfolio (JSON)"

    def recognises(self, document: Document) -> bool:
        """Say whether there is a list of activities with Ghostfolio's members."""
        return isinstance(document.json, dict) and isinstance(
            document.json.get("activities"), list
        )

    def needs(self, document: Document, options: Options) -> Needs:  # noqa: ARG002 - as all
        """Return that nothing is open: the export says everything."""
        return Needs(None, proposal=options)

    def read(self, document: Document, options: Options) -> Imported:
        """Return the activities; rejected ones are numbered by their place in the list."""
        if not self.recognises(document):
            raise UnreadableError("There is no list of activities")
        accounts = _named(document.json.get("accounts"))
        isins = {
            (profile.get("dataSource"), profile.get("symbol")): str(profile.get("isin") or "")
            for profile in _objects(document.json.get("assetProfiles"))
        }
        transactions: list[ImportedTransaction] = []
        rejected: list[Rejected] = []
        skipped: list[Rejected] = []
        for place, activity in enumerate(document.json["activities"], start=1):
            cells = tuple(str(value) for value in _cells(activity))
            try:
                if not isinstance(activity, dict):
                    raise RowError("This is no activity")  # noqa: TRY301 - one path for all
                isin = isins.get((activity.get("dataSource"), activity.get("symbol")), "")
                account = accounts.get(str(activity.get("accountId")), options.account)
                transactions.append(_transaction(place, activity, account, isin))
            except RowError as error:
                rejected.append(Rejected(place, cells, error.reason, error.column, error.text))
            except SkippedRow as reason:
                skipped.append(Rejected(place, cells, str(reason)))
        return Imported(self.name, tuple(transactions), tuple(rejected), tuple(skipped))


IMPORTER: Final = GhostfolioJson()


def _transaction(
    place: int, activity: Mapping[str, Any], account: str, isin: str
) -> ImportedTransaction:
    word = str(activity.get("type", ""))
    if word not in _KINDS:
        raise RowError("This kind of activity is not known", column="type", text=word)
    kind = _KINDS[word]
    if kind is None:
        raise SkippedRow(f"{word}: no transaction")
    quantity, price, fee = (_number(activity, name) for name in ("quantity", "unitPrice", "fee"))
    if kind in TRADES and not quantity:
        raise RowError(f"A {kind} needs a quantity", column="quantity", text=str(quantity))
    if kind is Kind.FEE and fee and not quantity * price:
        quantity, price, fee = Decimal(1), fee, ZERO
    stated = str(activity.get("date", ""))
    try:
        currency = money.check_currency(str(activity.get("currency", "")))
    except CurrencyError as error:
        raise RowError(
            error.message, column="currency", text=str(activity.get("currency", ""))
        ) from error
    return ImportedTransaction(
        line=place,
        kind=kind,
        on=values.day(stated, "ymd", "date"),
        at=values.clock(stated),
        currency=currency,
        symbol="" if _of_money_alone(activity, word) else str(activity.get("symbol", "")),
        isin=isin,
        quantity=quantity,
        price=price,
        fee=fee,
        account=account,
        reference=str(activity.get("id") or ""),
        note=str(activity.get("comment") or ""),
    )


def _of_money_alone(activity: Mapping[str, Any], word: str) -> bool:
    """Say whether a fee or interest belongs to no instrument: ours have a manual one instead."""
    return word in {"FEE", "INTEREST"} and (
        (activity.get("dataSource"), activity.get("symbol")) == ("MANUAL", word)
    )


def _number(activity: Mapping[str, Any], name: str) -> Decimal:
    stated = activity.get(name)
    try:
        value = Decimal(str(stated))
    except ArithmeticError as error:
        raise RowError("This is not a number", column=name, text=str(stated)) from error
    if not value.is_finite() or value < 0:
        raise RowError("This is not a number of zero or more", column=name, text=str(stated))
    return value


def _named(accounts: object) -> dict[str, str]:
    return {str(one.get("id")): str(one.get("name") or "") for one in _objects(accounts)}


def _objects(values_: object) -> Iterable[Mapping[str, Any]]:
    return (one for one in values_ if isinstance(one, dict)) if isinstance(values_, list) else ()


def _cells(activity: object) -> Iterable[object]:
    return activity.values() if isinstance(activity, dict) else (activity,)
