"""Bookings that take back earlier ones: both are left out, and the file says so.

A broker corrects itself by booking the opposite: "Reversal of DIV", a withheld tax that comes
back. The ledger has no dividends below zero. So the booking and the one it undoes (same kind,
instrument, account, currency and amounts; of the same day before any other, the latest before an
earlier one) are both skipped. What undoes something that is not in the file is rejected.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence

from portfolio.importers.base import Entry, Imported, ImportedTransaction, Rejected, TakenBack


def without_reversed(
    name: str,
    entries: Sequence[Entry],
    cells: Mapping[int, tuple[str, ...]],
    rejected: list[Rejected],
    skipped: list[Rejected],
) -> Imported:
    """Return what is left of a file's entries. `cells` are the cells of each line."""
    back = [entry.transaction for entry in entries if isinstance(entry, TakenBack)]
    kept = [entry for entry in entries if isinstance(entry, ImportedTransaction)]
    notes: list[str] = []
    gone: set[int] = set()
    places: dict[tuple[object, ...], list[int]] = defaultdict(list)
    if back:
        for place, one in enumerate(kept):
            places[_key(one)].append(place)
    for undo in back:
        free = [place for place in places[_key(undo)] if place not in gone]
        if not free:
            reason = f"This takes back a {undo.kind} that is not in this file; correct it by hand"
            rejected.append(Rejected(undo.line, cells.get(undo.line, ()), reason))
            continue
        place = max(free, key=lambda at: _nearness(kept[at], undo))
        gone.add(place)
        undone = kept[place]
        skipped.append(
            Rejected(undone.line, cells.get(undone.line, ()), f"Taken back in line {undo.line}")
        )
        skipped.append(
            Rejected(undo.line, cells.get(undo.line, ()), f"Takes back line {undone.line}")
        )
        notes.append(
            f"Line {undo.line} takes back the {undone.kind} of {undone.on} in line {undone.line}; "
            "if that one was imported before, delete it"
        )
    left = (
        tuple(one for place, one in enumerate(kept) if place not in gone) if gone else tuple(kept)
    )
    rejected.sort(key=lambda row: row.line)
    skipped.sort(key=lambda row: row.line)
    return Imported(name, left, tuple(rejected), tuple(skipped), tuple(notes))


def _key(one: ImportedTransaction) -> tuple[object, ...]:
    value = one.amount if one.amount is not None else one.quantity * one.price
    return one.kind, one.symbol, one.isin, one.account, one.currency, value, one.fee, one.tax


def _nearness(one: ImportedTransaction, undo: ImportedTransaction) -> tuple[bool, bool, int, int]:
    """Return how likely one is what the other undoes; greater is likelier."""
    days = (undo.on - one.on).days
    return one.on == undo.on, days >= 0, -abs(days), -abs(one.line - undo.line)
