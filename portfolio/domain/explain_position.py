"""Explanations of one position: what is held, what it cost, what it gained.

In the position's own currency, or converted: purchases at the rates of their days, worth at the
rate of the day of the valuation. Which lots a sale took follows from the method; what it took of
each is written down as an input, and its cost as that part of the purchase.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final

from portfolio.domain import money
from portfolio.domain.explain import Term, keyed, number
from portfolio.domain.explain_rows import LEDGER, Link, Told, added, balanced
from portfolio.domain.ledger import Disposal, Position
from portfolio.domain.lots import Lot, Method
from portfolio.domain.money import ZERO
from portfolio.domain.performance import Scope
from portfolio.domain.risk_reward import Side
from portfolio.domain.transactions import Kind, Transaction, ordered
from portfolio.domain.valuation import Quote

_CLOSE: Final = Decimal("1e-20")
_METHODS: Final = {
    Method.FIFO: "first in, first out",
    Method.LIFO: "last in, first out",
    Method.HIFO: "highest cost first",
    Method.AVERAGE: "average cost",
    Method.SPECIFIC: "as chosen",
}


@dataclass(slots=True)
class PositionTold:
    """A position, its rows, and the sheet that its figures are written on."""

    told: Told
    position: Position
    rows: Mapping[str, Transaction]
    link: Link

    @property
    def own_rows(self) -> list[Transaction]:
        """The rows of this position, in the order in which they take effect."""
        return [
            row
            for row in ordered(self.rows.values())
            if row.instrument == self.position.instrument
            and row.account == self.position.account
            and row.on <= self.told.on
        ]

    def quantity(self) -> Term:
        """Return what is held: all that came and went, as split since."""
        moved: list[Term] = []
        total = ZERO
        signs = {Kind.SELL: -1, Kind.SHORT: -1, Kind.TRANSFER_OUT: -1}
        signs |= {Kind.BUY: 1, Kind.COVER: 1, Kind.TRANSFER_IN: 1}
        rows = self.own_rows
        for at, row in enumerate(rows):
            if row.kind not in signs:
                continue
            part = self.told.quantity(row)
            for split in rows[at + 1 :]:
                if split.kind is Kind.SPLIT:
                    part = part * self._ratio(split, "numerator")
                    part = part / self._ratio(split, "denominator")
            part = part if signs[row.kind] > 0 else number(ZERO) - part
            moved.append(self.told.sheet.step(keyed("moved", self.told.key(row)), part))
            total = money.total(total, part.number)
        if abs(total - self.position.quantity) >= money.DUST:
            return self.held()
        return self.told.sheet.total("moved")

    def held(self) -> Term:
        """Write what is held down as one number."""
        return self.told.sheet.put(
            keyed("quantity", self.position.instrument, self.position.account),
            self.position.quantity,
            "units",
            on=self.told.on,
            source=f"all transactions until {self.told.on}",
            figure=self.link("quantity"),
        )

    def value(self, quote: Quote) -> Term:
        """Return what is held x price."""
        return self.told.worth(self.position.instrument, self.held(), quote, self.told.on)

    def cost(self) -> Term:
        """Return what was paid for what is held, charges included."""
        parts = [
            self._stepped("cost", f"left of {at}", self.lot(lot, charges=True))
            for at, lot in self._named(self.position.lots)
        ]
        parts += [
            self._stepped("cost", f"short {at}", self.lot(lot, charges=True, sign=-1))
            for at, lot in self._named(self.position.short_lots)
        ]
        return added(parts)

    def cost_gross(self) -> Term:
        """Return what was paid for what is held, without charges, each at its own rate."""
        parts = [
            self._stepped("paid", f"left of {at}", self.lot(lot, charges=False))
            for at, lot in self._named(self.position.lots)
        ]
        parts += [
            self._stepped("paid", f"short {at}", self.lot(lot, charges=False, sign=-1))
            for at, lot in self._named(self.position.short_lots)
        ]
        return added(parts)

    def realised(self) -> Term:
        """Return what all sales gained, after the charges of both ends."""
        gains = [
            self.told.sheet.step(keyed("gain", self._sale_key(sale)), self.sale(sale))
            for sale in self.position.disposals
        ]
        return self.told.sheet.total("gain") if gains else number(ZERO)

    def sale(self, sale: Disposal) -> Term:
        """Return what one sale gained, after the charges of both ends."""
        row, told = self.rows[sale.transaction], self.told
        if sale.side is Side.SHORT:
            out = told.converted(told.charged(row, 1), row.currency, row.on)
            costs = [self.lot(lot, charges=True, sign=-1, sale=row) for lot in sale.lots]
            return number(ZERO) - added(self._costs(sale, costs)) - out
        if row.kind is Kind.MERGER:
            brought = told.converted(told.of_row(row, "amount", sale.value), row.currency, row.on)
        else:
            brought = told.converted(told.charged(row, -1), row.currency, row.on)
        costs = [self.lot(lot, charges=True, sale=row) for lot in sale.lots]
        return brought - added(self._costs(sale, costs))

    def sale_gross(self, sale: Disposal) -> Term:
        """Return what one sale gained by prices alone, in the currency of the position."""
        row, told = self.rows[sale.transaction], self.told
        value = told.of_row(row, "amount", sale.value)
        if row.kind is not Kind.MERGER:
            value = told.converted(told.gross(row), row.currency, row.on)
        sign = -1 if sale.side is Side.SHORT else 1
        costs = [self.lot(lot, charges=False, sale=row) for lot in sale.lots]
        paid = added(self._costs(sale, costs))
        return value - paid if sign > 0 else paid - value

    def income(self) -> Term:
        """Return what it paid, after fees and taxes."""
        parts = []
        for paid in self.position.incomes:
            row = self.rows[paid.transaction]
            if row.kind in {Kind.FEE, Kind.TAX}:
                term = number(ZERO) - self.told.charged(row, 1)
            else:
                term = self.told.charged(row, -1)
            term = self.told.converted(term, row.currency, row.on)
            parts.append(self._stepped("income", self.told.key(row), term))
        return self.told.sheet.total("income") if parts else number(ZERO)

    def day_gain(self, quote: Quote, before: Quote | None, *, base: bool = False) -> Term:
        """Return worth less worth at the close before, less purchases, plus sales and income.

        With `base`, what the day gain was made with: worth at the close before, and purchases.
        """
        since = date.min if before is None else before.on
        told, name = self.told, self.position.instrument
        earlier = number(ZERO)
        if before is not None:
            held = told.sheet.put(
                keyed("held_before", name, self.position.account),
                self.position.held(since),
                "units",
                on=since,
                source=f"all transactions until {since}",
            )
            day = date.fromordinal(quote.on.toordinal() - 1)
            earlier = told.sheet.step("before", told.worth(name, held, before, day))
        for row in self.own_rows:
            if row.on > since:
                sign, flow = told.flow(row, Scope.HOLDINGS)
                paid = flow.number * sign > 0
                if flow.number and (paid or not base):
                    signed = balanced([(sign if base else -sign, flow)])
                    told.sheet.step(keyed("flow", told.key(row)), signed)
        flows = told.sheet.total("flow")
        return earlier + flows if base else self.value(quote) - earlier + flows

    def lot(
        self, lot: Lot, *, charges: bool, sign: int = 1, sale: Transaction | None = None
    ) -> Term:
        """Return the cost of a lot: its part of what was paid; short: less what it brought.

        Of a lot that a sale took, the units are those of that moment.
        """
        found = lot.total if sign > 0 else lot.charges - lot.cost
        found = found if charges else lot.cost * sign
        row = self.rows.get(lot.id)
        if row is not None and self.position.method is not Method.AVERAGE:
            units = self._units(row, sale)
            part = self._part(row, lot, units, charges=charges, sign=sign)
            with money.exact():
                expected = self._base(found, row.on)
                if expected is None or abs(part.number - expected) <= _CLOSE * (1 + abs(expected)):
                    return part
        name = keyed("lot", lot.acquired, lot.id)
        how = f"lots, {_METHODS[self.position.method]}"
        term = self.told.sheet.put(
            name, found, self.position.currency, on=lot.acquired, source=how
        )
        return self.told.converted(term, self.position.currency, lot.acquired)

    def _base(self, found: Decimal, on: date) -> Decimal | None:
        return self.told.view.converted(found, self.position.currency, on)

    def _part(self, row: Transaction, lot: Lot, units: Term, *, charges: bool, sign: int) -> Term:
        told = self.told
        whole = told.gross(row) if not charges else told.charged(row, sign)
        name = "price_paid" if not charges else "paid"
        whole = told.sheet.step(keyed(f"{name}_in_all", told.key(row)), whole)
        if lot.quantity != units.number:
            taken = told.sheet.put(
                keyed("part", told.key(row)),
                lot.quantity,
                "units",
                on=lot.acquired,
                source=f"{LEDGER} {row.id}; {_METHODS[self.position.method]}",
            )
            whole = whole * taken / units
        if sign < 0:
            whole = number(ZERO) - whole
        return told.converted(whole, row.currency, row.on)

    def _units(self, row: Transaction, sale: Transaction | None) -> Term:
        """Return how many units a purchase came to, as split by a sale or by the end."""
        term = self.told.quantity(row)
        rows = self.own_rows
        places = {one.id: at for at, one in enumerate(rows)}
        begun = places.get(row.id, len(rows))
        for split in rows[begun + 1 : len(rows) if sale is None else places.get(sale.id)]:
            if split.kind is Kind.SPLIT:
                term = term * self._ratio(split, "numerator")
                term = term / self._ratio(split, "denominator")
        return term

    def _ratio(self, split: Transaction, name: str) -> Term:
        return self.told.of_row(split, name, Decimal(getattr(split, name)), "units")

    def _costs(self, sale: Disposal, costs: Iterable[Term]) -> list[Term]:
        key = self._sale_key(sale)
        return [
            self._stepped("cost", f"{key} {at}", term) for at, term in enumerate(costs, start=1)
        ]

    def _sale_key(self, sale: Disposal) -> str:
        return self.told.key(self.rows[sale.transaction])

    def _stepped(self, name: str, key: str, term: Term) -> Term:
        return self.told.sheet.step(keyed(name, key), term)

    def _named(self, lots: Iterable[Lot]) -> list[tuple[str, Lot]]:
        return [
            (self.told.key(self.rows[lot.id]) if lot.id in self.rows else str(lot.acquired), lot)
            for lot in lots
        ]
