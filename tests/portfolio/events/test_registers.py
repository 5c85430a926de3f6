"""Fields that several people write, folded in the log's order."""

from itertools import permutations
from typing import Any

from federation.log.kinds import Applied
from portfolio.events.registers import Registers, conflicts, seen, values, written


def _event(name: str, author: str = "alice", lc: int = 1) -> Applied:
    return Applied(
        hash=name,
        doc="urn:pp:doc",
        author=author,
        device="z6Mk",
        lc=lc,
        kind="idea.changed/1",
        published=f"2026-11-22T10:00:{lc:02d}Z",
        content=None,
    )


def _write(registers: Registers, name: str, value: Any, over: list[str], who: str) -> Registers:
    return written(registers, _event(name, who), {"stop": value}, {"stop": over})


def test_a_write_over_the_value_it_saw_replaces_it() -> None:
    registers = _write({}, "a", "95", [], "alice")

    registers = _write(registers, "b", "94", ["a"], "bob")

    assert values(registers) == {"stop": "94"}
    assert conflicts(registers) == []


def test_two_writes_over_the_same_value_are_both_shown_the_last_one_counting() -> None:
    registers = _write({}, "a", "95", [], "alice")

    registers = _write(registers, "b", "94", ["a"], "alice")
    registers = _write(registers, "c", "93", ["a"], "bob")

    assert values(registers) == {"stop": "93"}
    (clash,) = conflicts(registers)
    assert clash["field"] == "stop"
    assert [(one["value"], one["who"]) for one in clash["values"]] == [
        ("93", "bob"),
        ("94", "alice"),
    ]


def test_a_write_that_saw_both_values_settles_the_conflict() -> None:
    registers = _write({}, "a", "95", [], "alice")
    registers = _write(registers, "b", "94", ["a"], "alice")
    registers = _write(registers, "c", "93", ["a"], "bob")

    registers = _write(registers, "d", "94", seen(registers, "stop"), "alice")

    assert values(registers) == {"stop": "94"}
    assert conflicts(registers) == []


def test_a_write_that_saw_only_one_of_two_values_leaves_the_other_shown() -> None:
    registers = _write({}, "a", "95", [], "alice")
    registers = _write(registers, "b", "94", ["a"], "alice")
    registers = _write(registers, "c", "93", ["a"], "bob")

    registers = _write(registers, "d", "92", ["b"], "alice")

    assert [one["value"] for one in conflicts(registers)[0]["values"]] == ["92", "93"]


def test_the_same_value_written_twice_is_no_conflict() -> None:
    registers = _write({}, "a", "95", [], "alice")

    registers = _write(registers, "b", "94", ["a"], "alice")
    registers = _write(registers, "c", "94", ["a"], "bob")

    assert conflicts(registers) == []


def test_writes_of_different_fields_never_touch_each_other() -> None:
    events = [("a", {"stop": "95"}), ("b", {"entry": "100"}), ("c", {"thesis": "why"})]
    results = []

    for order in permutations(events):
        registers: Registers = {}
        for name, fields in order:
            registers = written(registers, _event(name), fields, {})
        results.append(values(registers))

    assert all(result == results[0] for result in results)
