r"""Types of fields and parameters that more than one resource uses, and the bases of all models.

Patterns say `[0-9]`, never `\d`: the latter would take any Unicode digit. `In` is the base of
what is sent to us: unknown members and wrong JSON types are refused. `Out` is the base of what
we answer: a member left unset is absent, a member set to None is null.
"""

from typing import Annotated, Any, Final

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
    ValidationInfo,
)
from pydantic.json_schema import SkipJsonSchema

from portfolio.storage.values import instant as instant

DECIMAL: Final = r"^-?(0|[1-9][0-9]{0,17})(\.[0-9]{1,18})?$"
INSTANT: Final = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,6})?Z$"

DecimalText = Annotated[str, StringConstraints(pattern=DECIMAL, max_length=38)]
Instant = Annotated[
    str, StringConstraints(pattern=INSTANT), Field(json_schema_extra={"format": "date-time"})
]
Ulid = Annotated[str, StringConstraints(pattern=r"^[0-7][0-9A-HJKMNP-TV-Z]{25}$")]
Did = Annotated[str, StringConstraints(pattern=r"^did:key:z6Mk[1-9A-HJ-NP-Za-km-z]{40,48}$")]


def ascii_digits(value: object) -> object:
    """Refuse what `int()` takes and a JSON reader does not: `1_0`, ` 1`, `+1`."""
    if isinstance(value, str) and not (value.isascii() and value.isdigit()):
        raise ValueError("must be digits")
    return value


Limit = Annotated[int, Field(ge=1, le=200), BeforeValidator(ascii_digits)]
Natural = Annotated[int, Field(ge=0, le=2**53 - 1), BeforeValidator(ascii_digits)]
# Places in lists: the sort key of the last item answered. Any of the form is a place of its list.
CursorByNumber = Annotated[str, StringConstraints(pattern=r"^(0|[1-9][0-9]{0,14})$")]
CursorById = Ulid
CursorByName = Annotated[str, StringConstraints(pattern=r"^\.[^\n]{0,80}$")]  # a name may be ""
CursorByDay = Annotated[
    str,
    StringConstraints(pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}\.[0-7][0-9A-HJKMNP-TV-Z]{25}$"),
]
LIMIT_DEFAULT: Final = 50


class In(BaseModel):
    """Base of every body that is sent to us."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, defer_build=True)


class Out(BaseModel):
    """Base of every answer."""

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)


def _never_null(value: None, info: ValidationInfo) -> None:
    if info.mode == "json":
        raise ValueError("may be left out, but not be null")
    return value


Absent = Annotated[None, SkipJsonSchema(), AfterValidator(_never_null)]


def absent(*, alias: str | None = None, description: str | None = None) -> Any:  # noqa: ANN401 - the default of a field of any type
    """Mark a field that may be missing but is never null, with the type `X | Absent`."""
    return Field(
        default=None,
        alias=alias,
        description=description,
        json_schema_extra=_without_default,
    )


def _without_default(schema: dict[str, Any]) -> None:
    schema.pop("default", None)
