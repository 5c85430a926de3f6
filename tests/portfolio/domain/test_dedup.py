"""The n-th copy rule: nothing twice, and no real fill lost."""

from dataclasses import replace
from datetime import date, time
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from portfolio.domain.dedup import Fingerprint, compare
from tests.portfolio.domain.cases import document

CASES = {case["id"]: case for case in document("import-dedup")["cases"]}
FILL = Fingerprint(
    "a", date(2025, 12, 3), "buy", "IREN", Decimal(1), Decimal("40.2"), currency="USD"
)


def fingerprints() -> list[Fingerprint]:
    inputs = CASES["identical-fills-in-one-file-all-import"]["inputs"]
    names = inputs["header"].split(";")
    result = []
    for line in inputs["rows"]:
        fields = dict(zip(names, line.split(";"), strict=True))
        day, clock = fields["date"].split(" ")
        result.append(
            Fingerprint(
                account=fields["account"],
                on=date.fromisoformat(day),
                at=time.fromisoformat(clock),
                kind=fields["activityType"].lower(),
                instrument=fields["isin"],
                quantity=Decimal(fields["quantity"] or 0),
                price=Decimal(fields["unitPrice"] or 0),
                amount=Decimal(fields["amount"] or 0),
                currency=fields["currency"],
                fee=Decimal(fields["fee"] or 0),
            )
        )
    return result


def test_identical_fills_of_one_file_are_all_new() -> None:
    rows = fingerprints()
    expected = CASES["identical-fills-in-one-file-all-import"]["expected"]

    result = compare([], rows)

    assert len(result.new) == expected["new"]
    assert len(result.duplicates) == expected["duplicates"]
    assert sum(rows[place].quantity for place in result.new) == Decimal(str(expected["shares"]))
    assert sum(rows[place].fee for place in result.new) == expected["fees_eur"]


def test_a_longer_export_adds_only_what_is_new() -> None:
    rows = fingerprints()
    expected = CASES["longer-export-overlapping"]["expected"]

    result = compare(rows[:4], rows)

    assert (len(result.new), len(result.duplicates)) == (expected["new"], expected["duplicates"])


def test_instruments_are_compared_as_resolved_and_numbers_by_value() -> None:
    stored = replace(FILL, instrument="amd", quantity=Decimal("1.0"))
    resolved = replace(FILL, instrument="amd", quantity=Decimal("1.000"))

    assert len(compare([stored], [resolved]).duplicates) == 1


def test_the_same_row_in_another_account_is_new() -> None:
    assert compare([FILL], [replace(FILL, account="b")]).new == (0,)


def test_a_brokers_id_decides_alone_between_rows_that_have_one() -> None:
    stored = [replace(FILL, reference="1")]

    assert compare(stored, [replace(FILL, reference="1", price=Decimal(41))]).duplicates == (0,)
    assert compare(stored, [replace(FILL, reference="2")]).new == (0,)


def test_a_row_without_an_id_is_compared_by_content_with_those_that_have_one() -> None:
    assert compare([replace(FILL, reference="1")], [FILL, FILL]).duplicates == (0,)
    assert compare([FILL], [replace(FILL, reference="1")]).duplicates == (0,)


def test_one_order_with_its_fee_is_two_rows() -> None:
    rows = [replace(FILL, reference="1"), replace(FILL, reference="1", kind="fee")]

    assert compare([], rows).new == (0, 1)
    assert compare(rows, rows).duplicates == (0, 1)


@given(st.lists(st.integers(0, 3), max_size=20), st.lists(st.integers(0, 3), max_size=20))
def test_importing_again_changes_nothing_and_nothing_is_lost(
    first: list[int], more: list[int]
) -> None:
    old = [replace(FILL, quantity=Decimal(n)) for n in first]
    longer = old + [replace(FILL, quantity=Decimal(n)) for n in more]

    assert compare(old, old).new == ()
    assert len(compare(old, longer).new) == len(more)
    stored = old + [longer[place] for place in compare(old, longer).new]
    assert sorted(map(repr, stored)) == sorted(map(repr, longer))
