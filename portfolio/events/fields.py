"""What a position's fields are, and in which document each may travel.

`PLAN_FIELDS` stand in the plan and reach everybody it is shared with. `AMOUNT_FIELDS` tell how
much money is in it; they stand in the amounts document alone, with a membership of its own, and
an event of the plan that carries one is refused by every receiver.

The first release knew the fields up to `state`. Those below it are optional: a plan without them
is whole, and a planner that does not know them keeps, shows the rest and passes on.
"""

from collections.abc import Callable, Mapping
from typing import Any, Final

from federation.log.kinds import Json
from portfolio.events import checks, plan_checks

Check = Callable[[object, str], None]

PLAN_FIELDS: Final[Mapping[str, Check]] = {
    "symbol": checks.word,
    "isin": checks.word,
    "mic": checks.word,
    "side": checks.word,
    "entry": checks.decimal,
    "stop": checks.decimal,
    "targets": checks.decimals,
    "currency": checks.word,
    "thesis": checks.body,
    "state": checks.word,
    "entry_type": checks.word,
    "entry_to": checks.decimal,
    "portions": plan_checks.portions,
    "sizing": plan_checks.sizing,
    "conviction": plan_checks.conviction,
    "horizon": checks.word,
    "tags": plan_checks.tags,
    "legs": plan_checks.legs,
    "attachments": plan_checks.attachments,
    "result": plan_checks.result,
}
HOLDING_FIELDS: Final[Mapping[str, Check]] = {
    "symbol": checks.word,
    "currency": checks.word,
    "state": checks.word,
    "price": checks.decimal,
    "price_date": checks.word,
    "since": checks.word,
    "return_percent": checks.decimal,
    "weight_percent": checks.decimal,
}
AMOUNT_FIELDS: Final[Mapping[str, Check]] = {
    "size": checks.decimal,
    "account": checks.word,
    "quantity": checks.decimal,
    "cost": checks.decimal,
    "value": checks.decimal,
    "income": checks.decimal,
    "fee": checks.decimal,
    "leg_quantities": plan_checks.portions,
    "fills": plan_checks.fills,
}


def check_fields(fields: Json, known: Mapping[str, Check], *, amounts: bool) -> None:
    """Check a set of fields against those known for its document.

    Raises:
        ValueError: a field has the wrong form, or an amount stands outside its document.
    """
    for name, value in fields.items():
        checks.string(name, "field name", checks.WORD_MAX, 1)
        if not amounts and name in AMOUNT_FIELDS:
            raise ValueError(f"{name} is an amount and may not stand in this document")
        check = known.get(name)
        if check is not None:
            check(value, name)


def check_write(content: Json, known: Mapping[str, Check], *, amounts: bool) -> None:
    """Check `{fields, over}`: values, and for each the events whose values it replaces."""
    check_fields(checks.mapping(content.get("fields"), "fields"), known, amounts=amounts)
    over: Mapping[str, Any] = checks.mapping(content.get("over", {}), "over")
    for name, replaced in over.items():
        checks.hashes(replaced, f"over.{name}")
