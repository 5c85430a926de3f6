"""What guests get to see of a plan."""

from portfolio.services.guests import note_of

FIELDS = {
    "symbol": "IBM",
    "side": "long",
    "currency": "USD",
    "entry": "206.50",
    "stop": "199.50",
    "targets": ["215.00", "223.50"],
    "thesis": "Above February, there is only October.",
}


def test_a_note_says_the_plan_as_entered() -> None:
    assert note_of(FIELDS) == (
        "IBM long USD: entry 206.50, stop 199.50, targets 215.00, 223.50\n\n"
        "Above February, there is only October."
    )


def test_a_note_holds_no_amounts() -> None:
    assert note_of({**FIELDS, "size": "61", "account": "secret"}) == note_of(FIELDS)


def test_a_draft_without_levels_or_thesis_is_a_note_too() -> None:
    bare: dict[str, object] = {"symbol": "IBM", "side": "short", "targets": [], "entry": None}

    assert note_of(bare) == "IBM short"
