"""What a person decides about a file where it cannot say it itself: a template that can be kept.

`columns` maps a field of `headers.FIELDS` to the header of its column (or "#3" for the third),
`kinds` a type word of the file to a kind of transaction, or to None for rows that are none.
`header` is the number of the line with the names of the columns, counted from 1, for a table in
which no known word tells it; 0 says that there is none. `sheet` is the one to read of a workbook.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, Literal, Self, cast, get_args

from portfolio.domain import money
from portfolio.domain.errors import CurrencyError
from portfolio.domain.transactions import Kind
from portfolio.importers import headers

DateOrder = Literal["ymd", "dmy", "mdy"]
DecimalMark = Literal[".", ","]
Decision = Literal["mapping", "date_order", "decimal_mark", "currency", "account"]
ENTRIES_MAX: Final = 200  # columns or type words of one template; no broker has as many
TEXT_MAX: Final = 200  # characters of a header or a type word


class OptionsError(ValueError):
    """A template that is not of this form; `field` names the member at fault."""

    def __init__(self, message: str, field: str) -> None:
        super().__init__(message)
        self.message = message
        self.field = field


@dataclass(frozen=True, slots=True)
class Options:
    """The decisions about one file, or about all files of a saved template."""

    date_order: DateOrder | None = None
    decimal_mark: DecimalMark | None = None
    currency: str = ""
    account: str = ""
    columns: Mapping[str, str] = field(default_factory=dict)
    kinds: Mapping[str, Kind | None] = field(default_factory=dict)
    header: int | None = None
    sheet: str = ""

    def to_json(self) -> dict[str, object]:
        """Return the members that say something, as JSON values; `from_json` reads them back."""
        kinds = {word: None if kind is None else str(kind) for word, kind in self.kinds.items()}
        members: dict[str, object] = {
            "date_order": self.date_order,
            "decimal_mark": self.decimal_mark,
            "currency": self.currency or None,
            "account": self.account or None,
            "columns": dict(self.columns) or None,
            "kinds": kinds or None,
            "header": self.header,
            "sheet": self.sheet or None,
        }
        return {name: value for name, value in members.items() if value is not None}

    @classmethod
    def from_json(cls, value: object) -> Self:
        """Return the options that JSON states; members that are absent or null are undecided.

        Raises:
            OptionsError: a member is unknown or not of its form.
        """
        if not isinstance(value, dict):
            raise OptionsError("Options are an object", "")
        known = {
            "date_order",
            "decimal_mark",
            "currency",
            "account",
            "columns",
            "kinds",
            "header",
            "sheet",
        }
        for name in value:
            if name not in known:
                raise OptionsError(f'There is no option "{str(name)[:40]}"', str(name)[:40])
        return cls(
            date_order=cast("DateOrder | None", _one_of(value, "date_order", get_args(DateOrder))),
            decimal_mark=cast(
                "DecimalMark | None", _one_of(value, "decimal_mark", get_args(DecimalMark))
            ),
            currency=_currency(value),
            account=_text(value.get("account") or "", "account"),
            columns=_columns(value.get("columns")),
            kinds=_kinds(value.get("kinds")),
            header=_header(value.get("header")),
            sheet=_text(value.get("sheet") or "", "sheet"),
        )


def _one_of(value: Mapping[str, object], name: str, choices: tuple[str, ...]) -> str | None:
    stated = value.get(name)
    if stated is None or (isinstance(stated, str) and stated in choices):
        return stated
    raise OptionsError(f"The {name} is one of {', '.join(choices)}", name)


def _text(stated: object, name: str) -> str:
    if isinstance(stated, str) and len(stated) <= TEXT_MAX:
        return stated
    raise OptionsError(f"The {name} is text of at most {TEXT_MAX} characters", name)


def _currency(value: Mapping[str, object]) -> str:
    stated = _text(value.get("currency") or "", "currency")
    try:
        return money.check_currency(stated) if stated else ""
    except CurrencyError as error:
        raise OptionsError(error.message, "currency") from error


def _entries(stated: object, name: str) -> dict[str, object]:
    if stated is None:
        return {}
    if isinstance(stated, dict) and len(stated) <= ENTRIES_MAX:
        return {_text(key, name): value for key, value in stated.items()}
    raise OptionsError(f"The {name} are an object of at most {ENTRIES_MAX} members", name)


def _columns(stated: object) -> dict[str, str]:
    columns = {key: _text(one, "columns") for key, one in _entries(stated, "columns").items()}
    for name in columns:
        if name not in headers.FIELDS:
            raise OptionsError(
                f'"{name}" is no field; the fields are {", ".join(headers.FIELDS)}', "columns"
            )
    return columns


def _kinds(stated: object) -> dict[str, Kind | None]:
    kinds: dict[str, Kind | None] = {}
    for word, kind in _entries(stated, "kinds").items():
        try:
            kinds[word] = None if kind is None else Kind(_text(kind, "kinds"))
        except ValueError as error:
            raise OptionsError(
                f'"{str(kind)[:40]}" is no kind; the kinds are {", ".join(Kind)}', "kinds"
            ) from error
    return kinds


def _header(stated: object) -> int | None:
    if stated is None:
        return None
    if isinstance(stated, int) and not isinstance(stated, bool) and stated >= 0:
        return stated
    raise OptionsError("The header is the number of a line, or 0 when there is none", "header")
