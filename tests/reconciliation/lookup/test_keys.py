"""What is typed to find a payment, read as what it is."""

from datetime import date

import pytest

from reconciliation.lookup.keys import sought
from reconciliation.lookup.typed_amounts import plain_number

TODAY = date(2026, 11, 21)


@pytest.mark.parametrize(
    "typed, minor, asset, day",
    [
        ("12,480.00 ETB 2026-11-19", 1_248_000, "ETB", "2026-11-19"),
        ("2026-11-19 etb 12480", 1_248_000, "ETB", "2026-11-19"),
        ("0,0005 BTC 19.11.2026", 50_000, "BTC", "2026-11-19"),
        ("19 Nov 2026, 0,0005 BTC", 50_000, "BTC", "2026-11-19"),
        ("BTC 0.0005 19 November", 50_000, "BTC", "2026-11-19"),
        ("12.480,00 EUR 20 Nov", 1_248_000, "EUR", "2026-11-20"),
        ("12 480,00 EUR 22 Nov", 1_248_000, "EUR", "2025-11-22"),
        ("1,234 USD 1 Feb", 123_400, "USD", "2026-02-01"),
        ("20 Nov 2000 ETB", 200_000, "ETB", "2026-11-20"),
        ("5 USD 29 Feb", 500, "USD", "2024-02-29"),
        ("0,005 BTC", 500_000, "BTC", ""),
        ("0.0005 2026-11-19", None, "", "2026-11-19"),
        ("12480", None, "", ""),
    ],
)
def test_amounts(typed: str, minor: int | None, asset: str, day: str) -> None:
    found = sought(typed, TODAY)
    assert found is not None
    assert (found.amount, found.asset, str(found.day or "")) == (minor, asset, day)
    assert found.lacks == tuple(name for name, given in (("asset", asset), ("day", day)) if not given)


@pytest.mark.parametrize(
    "typed", ["ord-1", "1.2.3", "0.123 ETB", "1 USD EUR", "31.02.2026", "1,23,4", "INV 2026-11-20", "², BTC"]
)
def test_what_is_no_amount_is_a_key(typed: str) -> None:
    found = sought(typed, TODAY)
    assert found is not None
    assert (found.amount, found.lacks) == (None, ())


@pytest.mark.parametrize(
    "typed, tried",
    [
        ("#ord-x", "ord-x"),
        ("Order ord-x", "ord-x"),
        ("order no. ORD-X", "ord-x"),
        ("ORD-X", "ord-x"),
        ("ord-x", "ORD-X"),
    ],
)
def test_other_forms_of_an_id(typed: str, tried: str) -> None:
    found = sought(typed, TODAY)
    assert found is not None
    assert found.text == typed
    assert tried in found.others


@pytest.mark.parametrize("typed, case", [("C-512", 512), ("c-512", 512), ("C-", None), ("XC-512", None)])
def test_a_case(typed: str, case: int | None) -> None:
    found = sought(typed, TODAY)
    assert found is not None
    assert found.case == case


@pytest.mark.parametrize(
    "text, number",
    [("1,234.5", "1234.5"), ("1.234,5", "1234.5"), ("1,234", "1234"), ("1.234", "1.234"), ("0,005", "0.005"),
     ("12,5", "12.5"), ("1,234,567", "1234567"), ("1.234.567", "1234567"), ("1,2,3", None), (",5", None), ("5,", None), ("", None)],
)  # fmt: skip
def test_numbers(text: str, number: str | None) -> None:
    assert plain_number(text) == number
