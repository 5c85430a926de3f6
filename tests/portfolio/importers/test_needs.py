"""What a person is asked about a file, and the template that keeps the answers."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portfolio import importers
from portfolio.domain.transactions import Kind
from portfolio.importers import Document, Options, OptionsError

HEAD = "Date,Type,Symbol,Quantity,Price,Currency\n"


def needs(text: str, **options: object) -> importers.Needs:
    return importers.needs(Document(text.encode()), Options(**options))  # type: ignore[arg-type]


def test_a_file_that_says_everything_needs_nothing() -> None:
    found = needs(f"{HEAD}2020-02-17,buy,A,10,5,USD\n")

    assert found.what is None
    assert found.headers == ("Date", "Type", "Symbol", "Quantity", "Price", "Currency")
    assert found.sample_rows == (("2020-02-17", "buy", "A", "10", "5", "USD"),)
    assert found.proposal.columns["quantity"] == "Quantity"
    assert set(found.confidence.values()) == {1.0}


@pytest.mark.parametrize(
    ("row", "what", "answer"),
    [
        ("02/03/2020,buy,A,10,5,USD", "date_order", {"date_order": "mdy"}),
        ('2020-02-17,buy,A,"1,234",5,USD', "decimal_mark", {"decimal_mark": "."}),
        ("2020-02-17,buy,A,10,5,", "currency", {"currency": "CHF"}),
    ],
)
def test_what_the_file_leaves_open_is_asked_for_and_then_it_is_read(
    row: str, what: str, answer: dict[str, object]
) -> None:
    text = f"{HEAD}{row}\n"

    assert needs(text).what == what
    assert importers.read(Document(text.encode())).transactions == ()
    assert needs(text, **answer).what is None
    assert len(importers.read(Document(text.encode()), Options(**answer)).transactions) == 1  # type: ignore[arg-type]


def test_a_sign_that_several_currencies_share_is_asked_for_and_one_of_them_accepted() -> None:
    text = "Date,Type,Symbol,Quantity,Price\n2020-02-17,buy,A,10,$5\n"

    assert needs(text).what == "currency"
    (bought,) = importers.read(Document(text.encode()), Options(currency="CAD")).transactions
    assert bought.currency == "CAD"
    refused = importers.read(Document(text.encode()), Options(currency="EUR")).rejected
    assert [(row.column, row.text) for row in refused] == [("Price", "$5")]


def test_columns_of_an_unknown_language_are_proposed_from_their_cells_and_never_taken() -> None:
    text = (
        "Kuupäev|Väärtpaber|Kogus|Hind|Kokku|Raha|Tüüp\n"
        "17.02.2020|US0378331005|10|5,50|55,00|EUR|buy\n"
        "18.02.2020|US0378331005|4|6,00|24,00|EUR|sell\n"
    )
    found = needs(text)

    assert found.what == "mapping"
    with pytest.raises(importers.UnreadableError, match="Kuupäev, Väärtpaber"):
        importers.read(Document(text.encode()))
    assert dict(found.proposal.columns) == {
        "date": "Kuupäev", "isin": "Väärtpaber", "quantity": "Kogus", "price": "Hind",
        "net": "Kokku", "currency": "Raha", "kind": "Tüüp",
    }  # fmt: skip
    assert all(0 < sure < 1 for sure in found.confidence.values())
    result = importers.read(Document(text.encode()), found.proposal)
    assert [(row.kind, f"{row.quantity}", row.currency) for row in result.transactions] == [
        (Kind.BUY, "10", "EUR"),
        (Kind.SELL, "4", "EUR"),
    ]


def test_a_table_without_a_header_can_be_mapped_by_the_numbers_of_its_columns() -> None:
    text = "2020-02-17;buy;A;10;5.5;USD\n2020-02-18;sell;A;4;6.25;USD\n"
    columns = {"date": "#1", "kind": "#2", "symbol": "#3", "quantity": "#4", "price": "#5",
               "currency": "#6"}  # fmt: skip

    assert needs(text).what == "mapping"
    assert needs(text, header=0, columns=columns).what is None
    result = importers.read(Document(text.encode()), Options(header=0, columns=columns))
    assert len(result.transactions) == 2
    assert result.rejected == ()


def test_type_words_that_mean_nothing_yet_are_listed_until_they_are_mapped() -> None:
    text = f"{HEAD}2020-02-17,Bestellung,A,10,5,USD\n2020-02-18,Info,A,10,5,USD\n"
    mapped = {"Bestellung": Kind.BUY, "Info": None}

    assert needs(text).unknown_kinds == ("Bestellung", "Info")
    assert needs(text, kinds=mapped).unknown_kinds == ()
    result = importers.read(Document(text.encode()), Options(kinds=mapped))
    assert [row.kind for row in result.transactions] == [Kind.BUY]
    assert [row.reason for row in result.skipped] == ["Info: no transaction"]


@given(
    st.builds(
        Options,
        date_order=st.sampled_from([None, "ymd", "dmy", "mdy"]),
        decimal_mark=st.sampled_from([None, ".", ","]),
        currency=st.sampled_from(["", "EUR", "GBX"]),
        account=st.text(max_size=20),
        columns=st.dictionaries(st.sampled_from(["date", "net", "fee"]), st.text(max_size=9)),
        kinds=st.dictionaries(st.text(max_size=9), st.sampled_from([None, *Kind])),
        header=st.sampled_from([None, 0, 7]),
    )
)
def test_a_template_comes_back_from_json_as_it_was(options: Options) -> None:
    assert Options.from_json(json.loads(json.dumps(options.to_json()))) == options


@pytest.mark.parametrize(
    ("value", "field"),
    [
        ([], ""),
        ({"colour": "red"}, "colour"),
        ({"date_order": "ydm"}, "date_order"),
        ({"decimal_mark": ";"}, "decimal_mark"),
        ({"currency": "euro"}, "currency"),
        ({"account": 5}, "account"),
        ({"columns": {"when": "Date"}}, "columns"),
        ({"columns": {"date": 3}}, "columns"),
        ({"columns": ["date"]}, "columns"),
        ({"kinds": {"x": "gift"}}, "kinds"),
        ({"header": -1}, "header"),
        ({"header": True}, "header"),
    ],
)
def test_a_template_of_another_form_is_refused_with_its_member(value: object, field: str) -> None:
    with pytest.raises(OptionsError) as refused:
        Options.from_json(value)

    assert refused.value.field == field
