"""Ghostfolio's JSON, as its own import reads it: numbers as JSON numbers, a price per unit.

It knows purchases, sales, dividends, interest and fees. A value without a price becomes a price
of as many digits as can be stored, so a value that its quantity does not divide is off by less
than that. A fee or interest that belongs to no instrument gets a manual one of that name.
"""

from collections.abc import Iterable
from decimal import Decimal
from typing import Any, Final

import orjson

from portfolio.domain import money
from portfolio.domain.money import ONE, ZERO
from portfolio.exporters.base import About, Row, gross, leave_out, number

KINDS: Final = {
    "buy": "BUY",
    "sell": "SELL",
    "dividend": "DIVIDEND",
    "interest": "INTEREST",
    "fee": "FEE",
}
_CURRENCIES: Final = {"GBX": "GBp", "ZAC": "ZAc"}


class Ghostfolio:
    """One JSON object of activities, then the accounts and instruments that they name."""

    media_type = "application/json"
    extension = "json"

    def __init__(self) -> None:
        self.left_out: dict[str, int] = {}
        self._accounts: dict[str, str] = {}
        self._profiles: dict[str, dict[str, Any]] = {}
        self._exported = ""
        self._first = True

    def begin(self, about: About) -> str:
        """Return what stands before the activities."""
        self._exported = about.exported
        return '{"activities":['

    def rows(self, rows: Iterable[Row]) -> str:
        """Return activities, one a line."""
        found = [orjson.dumps(one).decode() for one in map(self._activity, rows) if one]
        if not found:
            return ""
        before, self._first = "\n" if self._first else ",\n", False
        return before + ",\n".join(found)

    def end(self) -> str:
        """Return accounts, instruments, and how much was left out."""
        tail = {
            "accounts": [
                {
                    "id": name,
                    "name": name,
                    "currency": currency,
                    "balances": [],
                    "comment": None,
                    "platformId": None,
                }
                for name, currency in self._accounts.items()
                if name
            ],
            "assetProfiles": list(self._profiles.values()),
            "platforms": [],
            "tags": [],
            "meta": {"date": self._exported, "version": "3", "leftOut": self.left_out},
        }
        return "\n]," + orjson.dumps(tail).decode()[1:] + "\n"

    def _activity(self, row: Row) -> dict[str, Any] | None:
        if row["kind"] not in KINDS:
            leave_out(self.left_out, row)
            return None
        quantity, price, fee = _amounts(row)
        currency = _CURRENCIES.get(row["currency"], row["currency"])
        source, symbol = ("YAHOO", row["symbol"]) if row.get("symbol") else (
            "MANUAL", KINDS[row["kind"]],
        )  # fmt: skip
        account = row.get("account") or ""
        self._accounts.setdefault(account, money.major_unit(row["currency"])[0])
        if row.get("isin"):
            self._profiles[symbol] = {
                "symbol": symbol,
                "dataSource": source,
                "name": row.get("name"),
                "currency": currency,
                "isin": row["isin"],
                "marketData": [],
            }
        return {
            "accountId": account or None,
            "type": KINDS[row["kind"]],
            "symbol": symbol,
            "dataSource": source,
            "date": f"{row['date']}T{row.get('time') or '00:00:00'}.000Z",
            "quantity": _json(quantity),
            "unitPrice": _json(price),
            "fee": _json(fee),
            "currency": currency,
            "comment": row.get("note") or None,
            "tags": [],
        }


def _amounts(row: Row) -> tuple[Decimal, Decimal, Decimal]:
    """Return quantity, price per unit and fee, which counts a tax in."""
    charges = money.total(number(row, "fee"), number(row, "tax"))
    if row["kind"] == "fee":
        return ZERO, ZERO, money.total(gross(row), charges)
    quantity = number(row, "quantity") or ONE
    if row.get("amount") is None and row.get("quantity") is not None:
        return quantity, number(row, "price"), charges
    return quantity, money.tidy(money.quotient(gross(row), quantity)), charges


def _json(value: Decimal) -> orjson.Fragment:
    return orjson.Fragment(money.format_decimal(value).encode())
