import pytest
from hypothesis import given
from hypothesis import strategies as st

from reconciliation.bank.errors import StatementRefused
from reconciliation.bank.formats.amounts import exponent_of, parse_amount, parse_signed, written

ABUSE = [
    "1_000", "１２３", "−5", "(5)", "5-", "1e3", "NaN", "Infinity", "", " ", "+", "-", "1 000", "0x10", "１.5", "5.",
    ".5", "1,5", "1.5.5", "१२", "--5", "+-5", "٣", "1\n", "\u00a01",
]  # fmt: skip


@given(st.integers(min_value=-(10**20), max_value=10**20), st.sampled_from([0, 2, 3, 6, 8, 18]))
def test_what_is_written_is_read_again(amount: int, exponent: int) -> None:
    assert parse_signed(written(amount, exponent, "").strip(), exponent) == amount


@given(st.integers(min_value=0, max_value=10**14), st.integers(min_value=0, max_value=99))
def test_thousands_and_a_decimal_comma_are_read_where_the_profile_names_them(whole: int, cents: int) -> None:
    text = f"{whole:,}".replace(",", ".") + f",{cents:02d}"
    assert parse_amount(text, 2, mark=",", thousands=".") == whole * 100 + cents


@given(st.text(max_size=12))
def test_any_text_is_an_amount_of_ascii_digits_or_refused(text: str) -> None:
    try:
        amount = parse_signed(text, 2)
    except StatementRefused:
        return
    assert text.isascii() and str(abs(amount)).isdigit()


@pytest.mark.parametrize("text", ABUSE)
def test_it_refuses_what_int_and_decimal_would_take(text: str) -> None:
    with pytest.raises(StatementRefused) as refused:
        parse_signed(text, 2)
    assert refused.value.code == "bad_amount"


@pytest.mark.parametrize(("text", "exponent"), [("1.005", 2), ("1.500", 2), ("100.00", 0), ("1.0", 0), ("0.1234", 3)])
def test_it_refuses_more_decimals_than_the_asset_has(text: str, exponent: int) -> None:
    with pytest.raises(StatementRefused) as refused:
        parse_amount(text, exponent)
    assert refused.value.code == "too_many_decimals"


@pytest.mark.parametrize("text", ["-0", "-0.00", "-0.0"])
def test_a_zero_has_no_side(text: str) -> None:
    with pytest.raises(StatementRefused):
        parse_signed(text, 2)


@pytest.mark.parametrize("text", ["1.23,45", "12.3456,00", "1.2345", ".123,00", "1..234,00", "1234.567,00"])
def test_mixed_marks_are_refused(text: str) -> None:
    with pytest.raises(StatementRefused):
        parse_amount(text, 2, mark=",", thousands=".")


def test_fewer_digits_are_the_same_amount() -> None:
    assert parse_amount("1000,5", 2, mark=",", bare_mark=True) == 100050
    assert parse_amount("1000,", 2, mark=",", bare_mark=True) == 100000
    assert parse_amount("000000000473,17", 2, mark=",", bare_mark=True) == 47317


def test_an_asset_of_eighteen_decimals_is_exact() -> None:
    assert parse_amount("12.345678901234567890", 18) == 12345678901234567890


def test_five_thousand_digits_are_no_amount() -> None:
    with pytest.raises(StatementRefused):
        parse_amount("9" * 5000, 2)


def test_a_currency_we_do_not_keep_is_refused() -> None:
    with pytest.raises(StatementRefused) as refused:
        exponent_of("XXX", {"ETB": 2})
    assert refused.value.code == "unknown_currency"
