"""A transaction of a file in one line, to compare with what was worked out by hand."""

from portfolio.importers.base import ImportedTransaction


def told(row: ImportedTransaction) -> str:
    """Return a transaction in one line, without what is not there."""
    parts = [f"{row.line} {row.kind}", f"{row.on}", row.isin or row.symbol or row.name]
    if row.quantity:
        parts.append(f"{row.quantity.normalize():f}x{row.price.normalize():f}")
    if row.amount is not None:
        parts.append(f"={row.amount.normalize():f}")
    parts.append(row.currency)
    parts += [f"{name} {value.normalize():f}"
              for name, value in (("fee", row.fee), ("tax", row.tax)) if value]  # fmt: skip
    if row.settled is not None:
        parts.append(f"settled {row.settled.normalize():f} {row.settled_currency}")
    if row.numerator != row.denominator:
        parts.append(f"{row.numerator}:{row.denominator}")
    return " ".join(part for part in parts if part)
