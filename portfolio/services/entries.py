"""Transactions as people write them: the members of the REST API in, values of the domain out.

What was written comes back as it was written (`as_written`), so that one row can be shown,
changed, exported, taken away and put back.
"""

from collections.abc import Mapping
from datetime import date, time
from decimal import Decimal
from typing import Any, Final

from portfolio.domain import instruments, money
from portfolio.domain.money import ZERO, parse_decimal
from portfolio.domain.transactions import OF_MONEY_ALONE, TRADES, Kind, Transaction, check
from portfolio.services.errors import RuleError
from portfolio.storage.transactions import TEXTS, New, Stored

TAGS_MAX: Final = 32
_RATIO: Final = frozenset({Kind.SPLIT, Kind.MERGER})


def entry(identifier: str, written: Mapping[str, Any]) -> New:
    """Return a transaction as it is to be stored; its holding is still to be found.

    Raises:
        RuleError: a symbol, day or time that is none, or a value that its kind needs.
        DomainError: it is not right by itself.
    """
    entered: dict[str, str | None] = {name: written.get(name) for name in TEXTS}

    def number(name: str) -> Decimal:
        stated = entered[name]
        return ZERO if stated is None else parse_decimal(stated, field=name)

    kind = Kind(written["kind"])
    if kind in TRADES and entered["price"] is None and entered["amount"] is None:
        raise RuleError(f"A {kind} needs its price, or the amount in all", field="price")
    at = written.get("time")
    value = Transaction(
        id=identifier,
        kind=kind,
        on=_day(written["date"]),
        instrument=_symbol(kind, written.get("symbol"), "symbol"),
        currency=money.check_currency(written["currency"]),
        quantity=number("quantity"),
        price=number("price"),
        fee=number("fee"),
        tax=number("tax"),
        amount=None if entered["amount"] is None else number("amount"),
        numerator=written.get("numerator") or 1,
        denominator=written.get("denominator") or 1,
        account=written.get("account") or "",
        at=None if at is None else _time(at),
        note=written.get("note") or "",
        into=_into(kind, written.get("into")),
        settled=None if entered["settled"] is None else number("settled"),
        settled_currency=written.get("settled_currency") or "",
        pair=written.get("pair") or "",
        lots=tuple(
            (lot, parse_decimal(text, field="lots"))
            for lot, text in (written.get("lots") or {}).items()
        ),
    )
    return New(
        check(value),
        entered,
        position=None,
        tags=_tags(written.get("tags") or ()),
        import_id=written.get("import_id"),
        reference=written.get("reference") or "",
        created=written.get("created"),
    )


def as_written(stored: Stored) -> dict[str, Any]:
    """Return a transaction as a person wrote it; only what they wrote."""
    value = stored.value
    written: dict[str, Any] = {
        "kind": value.kind.value,
        "symbol": value.instrument or None,
        "account": value.account,
        "currency": value.currency,
        "date": value.on.isoformat(),
        "time": None if value.at is None else value.at.isoformat(),
        "note": value.note,
        **stored.entered,
    }
    if value.kind in _RATIO:
        written |= {"numerator": value.numerator, "denominator": value.denominator}
    rare = {
        "into": value.into,
        "settled_currency": value.settled_currency,
        "pair": value.pair,
        "lots": {lot: money.format_decimal(quantity) for lot, quantity in value.lots},
        "tags": list(stored.tags),
        "import_id": stored.import_id,
        "reference": stored.reference,
    }
    return written | {name: said for name, said in rare.items() if said}


def _symbol(kind: Kind, symbol: str | None, field: str) -> str:
    if not symbol:
        return ""
    if kind in OF_MONEY_ALONE:
        raise RuleError(f"A {kind} is of money alone: it has no symbol", field=field)
    if not instruments.is_symbol(symbol):
        raise RuleError("A symbol has up to 32 letters, digits and signs", field=field)
    return symbol


def _into(kind: Kind, symbol: str | None) -> str:
    if symbol and kind is not Kind.MERGER:
        raise RuleError("Only a merger turns into something else", field="into")
    return _symbol(kind, symbol, "into")


def _tags(words: Any) -> tuple[str, ...]:  # noqa: ANN401 - a list of JSON
    tags = tuple(dict.fromkeys(word.strip() for word in words if word.strip()))
    if len(tags) > TAGS_MAX:
        raise RuleError(f"At most {TAGS_MAX} tags", field="tags")
    return tags


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise RuleError("There is no such day", field="date") from error


def _time(text: str) -> time:
    try:
        return time.fromisoformat(text)
    except ValueError as error:
        raise RuleError("There is no such time", field="time") from error
