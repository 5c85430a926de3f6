"""Values: dataclasses of which a long ledger has very many.

What freezes a dataclass while it runs makes each new one cost five to fifteen times as much,
which a ledger of 50,000 rows pays some hundred thousand times. A value is frozen for the type
checker, which refuses to set its fields, and is compared and hashed by them like a frozen one.
"""

from dataclasses import dataclass
from typing import TypeVar

from typing_extensions import dataclass_transform

T = TypeVar("T")


@dataclass_transform(frozen_default=True)
def value(kind: type[T]) -> type[T]:
    """Make a class a dataclass with slots that nobody changes."""
    return dataclass(slots=True, unsafe_hash=True)(kind)
