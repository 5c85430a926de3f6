"""Numbers come back exactly as they were written, and nothing is guessed."""

from decimal import Context, Decimal, localcontext

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portfolio.domain import money
from portfolio.domain.errors import AmountError, CurrencyError
from portfolio.domain.instruments import is_isin, is_mic, is_symbol


@given(st.from_regex(r"-?(0|[1-9][0-9]{0,17})(\.[0-9]{1,18})?", fullmatch=True))
def test_a_number_comes_back_as_it_was_written(text: str) -> None:
    if Decimal(text) == 0 and text.startswith("-"):
        with pytest.raises(AmountError):
            money.parse_decimal(text)
    else:
        assert money.format_decimal(money.parse_decimal(text)) == text


@pytest.mark.parametrize(
    "text",
    [
        "",
        " 1",
        "1 ",
        "1\n",
        "+1",
        "01",
        "-01",
        ".5",
        "5.",
        "1e5",
        "1E5",
        "1,5",
        "1_000",
        "NaN",
        "Infinity",
        "-0",
        "-0.00",
        "--1",
        "\u0663",
        "1" * 19,
        "0." + "1" * 19,
    ],
)
def test_text_of_another_form_is_refused_with_its_field(text: str) -> None:
    with pytest.raises(AmountError) as refused:
        money.parse_decimal(text, field="entry")

    assert refused.value.field == "entry"


def test_no_context_of_a_caller_changes_a_result() -> None:
    with localcontext(Context(prec=3)), money.exact():
        assert Decimal("123456789.123456789") * 3 == Decimal("370370367.370370367")
    with localcontext(Context(prec=3)):
        assert money.quotient(Decimal(1), Decimal(3)) == Decimal(f"0.{'3' * 60}")


def test_computed_numbers_lose_the_digits_nobody_entered() -> None:
    assert str(money.tidy(money.quotient(Decimal(10), Decimal(3)) * 3)) == "10"
    assert str(money.tidy(Decimal("1.500"))) == "1.5"
    assert str(money.tidy(Decimal("1E+3"))) == "1000"
    assert str(money.tidy(Decimal("-0.0000000000000000000001"))) == "0"


def test_amounts_are_rounded_half_up_for_display_only() -> None:
    assert money.rounded(Decimal("2.345")) == Decimal("2.35")
    assert money.rounded(Decimal("-2.345"), 1) == Decimal("-2.3")
    with pytest.raises(AmountError):
        money.format_decimal(Decimal("NaN"))
    with pytest.raises(AmountError):
        money.quotient(Decimal(1), Decimal(0))


def test_a_size_is_rounded_down_to_its_step() -> None:
    assert money.floor_to_step(Decimal("12.5")) == 12
    assert money.floor_to_step(Decimal("12.57"), Decimal("0.25")) == Decimal("12.50")
    with pytest.raises(AmountError):
        money.floor_to_step(Decimal(1), Decimal(0))


@pytest.mark.parametrize("code", ["USD", "EUR", "DEM", "GBX", "ZAC", "ILA"])
def test_known_currencies_keep_their_spelling(code: str) -> None:
    assert money.check_currency(code) == code


@pytest.mark.parametrize("code", ["", "usd", "US", "GBp2", "QQQ", "gbp", "EURO"])
def test_unknown_currencies_are_refused(code: str) -> None:
    with pytest.raises(CurrencyError):
        money.check_currency(code)


def test_pence_are_a_hundredth_and_nothing_else_is() -> None:
    assert money.major_unit("GBp") == ("GBP", Decimal("0.01"))
    assert money.major_unit("ZAc") == ("ZAR", Decimal("0.01"))
    assert money.major_unit("GBP") == ("GBP", Decimal(1))


@pytest.mark.parametrize(
    "isin",
    [
        "US0378331005",
        "US5949181045",
        "US38259P5089",
        "IE00B4L5Y983",
        "DE0007164600",
        "AU0000185993",
    ],
)
def test_isins_with_the_right_check_digit_are_known(isin: str) -> None:
    assert is_isin(isin)


@pytest.mark.parametrize(
    "text", ["US0378331006", "us0378331005", "US037833100", "US03783310055", "U10378331005", ""]
)
def test_other_texts_are_no_isin(text: str) -> None:
    assert not is_isin(text)


@pytest.mark.parametrize(
    "text", ["AAPL", "BRK.B", "7203.T", "BTC-USD", "ES=F", "^GSPC", "BRK B", "$SPX"]
)
def test_symbols_of_all_exchanges_are_known(text: str) -> None:
    assert is_symbol(text)


@pytest.mark.parametrize("text", ["", " AAPL", "AAPL ", "A\tB", "A" * 33, "<script>", "Ä"])
def test_other_texts_are_no_symbol(text: str) -> None:
    assert not is_symbol(text)


def test_a_market_code_has_four_capitals_or_digits() -> None:
    assert is_mic("XNAS")
    assert not is_mic("xnas")
    assert not is_mic("NASDAQ")
