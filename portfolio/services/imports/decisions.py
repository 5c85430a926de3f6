"""What a person decided about an import. It is kept as JSON and changed member by member."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Literal, Self

OPENING = "opening"
LEAVE_OUT = "leave_out"
Answer = Literal["opening", "leave_out"]


@dataclass(frozen=True, slots=True)
class FileDecision:
    """About one file: how to read it (`Options.to_json`), by which template, or not at all."""

    options: Mapping[str, Any] = field(default_factory=dict)
    template: str | None = None
    leave_out: bool = False


@dataclass(frozen=True, slots=True)
class InstrumentDecision:
    """Which instrument a stated one is; what is said beyond the symbol is for a new one."""

    symbol: str
    name: str | None = None
    asset_class: str | None = None
    currency: str | None = None


@dataclass(frozen=True, slots=True)
class ProblemDecision:
    """What to do where more is sold than held.

    `opening`: units that were there before the file begins; without a quantity as many as are
    missing, without a price at that of the first sale that needs them, so that it makes no gain.
    """

    choice: Answer
    quantity: str | None = None
    price: str | None = None


@dataclass(frozen=True, slots=True)
class Decisions:
    """All decisions: files by number, accounts and instruments as stated, problems by place."""

    files: Mapping[str, FileDecision] = field(default_factory=dict)
    accounts: Mapping[str, str] = field(default_factory=dict)
    instruments: Mapping[str, InstrumentDecision] = field(default_factory=dict)
    problems: Mapping[str, ProblemDecision] = field(default_factory=dict)

    def to_json(self) -> dict[str, Any]:
        """Return the decisions as they are stored."""
        return asdict(self)

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> Self:
        """Return stored decisions."""
        return cls(
            files={n: FileDecision(**one) for n, one in value.get("files", {}).items()},
            accounts=dict(value.get("accounts", {})),
            instruments={
                stated: InstrumentDecision(**one)
                for stated, one in value.get("instruments", {}).items()
            },
            problems={
                place: ProblemDecision(**one) for place, one in value.get("problems", {}).items()
            },
        )

    def of_file(self, n: int) -> FileDecision:
        """Return what was decided about a file."""
        return self.files.get(str(n), FileDecision())


def place_of(symbol: str, account: str) -> str:
    """Return the name of the place of a problem: a symbol has no tab in it."""
    return f"{symbol}\t{account}"
