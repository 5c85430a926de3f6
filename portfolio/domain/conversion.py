"""A ledger in one currency: what was paid at the rate of its day, prices at that of theirs.

With its rows converted, a ledger in several currencies is folded, valued and measured as if it
had been kept in one: cost at the rate of each purchase, gains of sales with the change of the
rate between, value at the rate of the day of the valuation.
"""

from dataclasses import replace
from datetime import date
from decimal import Decimal

from portfolio.domain import money
from portfolio.domain.errors import RateError
from portfolio.domain.fx import Rates
from portfolio.domain.money import ONE
from portfolio.domain.quotes import PriceOn, Quote
from portfolio.domain.transactions import Kind, Transaction


class Converter:
    """Turns rows and quotes into one currency; each rate is looked up once."""

    def __init__(self, currency: str, rates: Rates) -> None:
        self.currency = currency
        self._rates = rates
        self._known: dict[tuple[str, date], Decimal] = {}

    def rate(self, base: str, on: date) -> Decimal:
        """Return what one unit of `base` is worth on a day.

        Raises:
            RateError: no rate is known.
        """
        if base == self.currency:
            return ONE
        found = self._known.get((base, on))
        if found is None:
            found = self._rates.rate(base, self.currency, on).rate
            self._known[base, on] = found
        return found

    def price_on(self, price_on: PriceOn) -> PriceOn:
        """Return quotes in the one currency, at the rate of the day that is asked for."""

        def quoted(instrument: str, on: date) -> Quote | None:
            quote = price_on(instrument, on)
            if quote is None or quote.currency == self.currency:
                return quote
            try:
                price = money.product(quote.price, self.rate(quote.currency, on))
            except RateError:
                return None
            return replace(quote, price=price, currency=self.currency)

        return quoted

    def row(self, row: Transaction) -> Transaction:
        """Return one row in the one currency.

        Raises:
            RateError: no rate is known.
        """
        row = self._settled(row)
        if row.currency == self.currency:
            return row
        if row.kind is Kind.SPLIT:
            return replace(row, currency=self.currency)
        rate = self.rate(row.currency, row.on)
        times = money.product
        return Transaction(  # all members by their names: `replace` takes four times as long
            id=row.id,
            kind=row.kind,
            on=row.on,
            instrument=row.instrument,
            currency=self.currency,
            quantity=row.quantity,
            price=times(row.price, rate),
            fee=times(row.fee, rate) if row.fee else row.fee,
            tax=times(row.tax, rate) if row.tax else row.tax,
            amount=None if row.amount is None else times(row.amount, rate),
            numerator=row.numerator,
            denominator=row.denominator,
            account=row.account,
            at=row.at,
            note=row.note,
            into=row.into,
            settled=row.settled,
            settled_currency=row.settled_currency,
            pair=row.pair,
            lots=row.lots,
        )

    def _settled(self, row: Transaction) -> Transaction:
        """Return a row with the cash that moved brought into the one currency."""
        if row.settled is None or row.settled_currency == self.currency:
            return row
        moved = money.product(row.settled, self.rate(row.settled_currency, row.on))
        return replace(row, settled=moved, settled_currency=self.currency)
