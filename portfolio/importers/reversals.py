"""Bookings that take back earlier ones: both are left out, and the file says so.

A broker corrects itself by booking the opposite: "Reversal of DIV", a withheld tax that comes
back. The ledger has no dividends below zero. So the booking and the one it undoes (same kind,
instrument, account, currency and amounts; of the same day before any other, the latest before an
earlier one) are both skipped. What undoes something that is not in the file is rejected.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace

from portfolio.domain import money
from portfolio.importers.base import Imported, ImportedTransaction, Rejected, TakenBack


def without_reversed(
    found: Imported, back: Sequence[TakenBack], cells: Mapping[int, tuple[str, ...]]
) -> Imported:
    """Return what is left of a file. `cells` are those of the lines that were read."""
    kept, notes = found.transactions, list(found.notes)
    rejected, skipped = list(found.rejected), list(found.skipped)
    gone: set[int] = set()
    places: dict[tuple[object, ...], list[int]] = defaultdict(list)
    for place, one in enumerate(kept):
        places[_key(one)].append(place)

    def left_out(one: ImportedTransaction, reason: str) -> Rejected:
        return Rejected(one.line, cells.get(one.line, ()), reason)

    for entry in back:
        undo = entry.transaction
        free = [place for place in places[_key(undo)] if place not in gone]
        if not free:
            reason = f"This takes back a {undo.kind} that is not in this file; correct it by hand"
            rejected.append(replace(left_out(undo, reason), column=entry.column, text=entry.text))
            continue
        place = max(free, key=lambda at: _nearness(kept[at], undo))
        undone = kept[place]
        gone.add(place)
        skipped.append(left_out(undone, f"Taken back in line {undo.line}"))
        skipped.append(left_out(undo, f"Takes back line {undone.line}"))
        notes.append(
            f"Line {undo.line} takes back the {undone.kind} of {undone.on} in line {undone.line}; "
            "if that one was imported before, delete it"
        )
    return replace(
        found,
        transactions=tuple(one for place, one in enumerate(kept) if place not in gone),
        rejected=tuple(sorted(rejected, key=lambda row: row.line)),
        skipped=tuple(sorted(skipped, key=lambda row: row.line)),
        notes=tuple(notes),
    )


def _key(one: ImportedTransaction) -> tuple[object, ...]:
    value = one.amount if one.amount is not None else money.product(one.quantity, one.price)
    return one.kind, one.symbol, one.isin, one.account, one.currency, value, one.fee, one.tax


def _nearness(one: ImportedTransaction, undo: ImportedTransaction) -> tuple[bool, bool, int, int]:
    """Return how likely one is what the other undoes; greater is likelier."""
    days = (undo.on - one.on).days
    return one.on == undo.on, days >= 0, -abs(days), -abs(one.line - undo.line)
