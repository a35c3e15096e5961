import io
from typing import Any

import pytest

from reconciliation.bank.errors import StatementRefused
from reconciliation.bank.formats.csv_saved import profile_from
from reconciliation.bank.formats.limits import LIMITS, Limits
from reconciliation.bank.formats.read import read_statements
from reconciliation.bank.formats.statement import ParsedStatement
from tests.reconciliation.bank.samples import EXPONENTS, OURS, codes

SIGNED: dict[str, Any] = {
    "name": "demo bank",
    "header": ["Buchung", "Valuta", "Betrag", "Waehrung", "Text", "Referenz", "Id", "Art"],
    "columns": {
        "booked_on": "Buchung", "value_on": "Valuta", "amount": "Betrag", "currency": "Waehrung",
        "reference": "Referenz", "bank_id": "Id", "code": "Art", "narrative": ["Text"],
    },
    "header_row": 2, "delimiter": ";", "decimal_mark": ",", "thousands_mark": ".", "date_format": "DD.MM.YYYY",
    "account": "ET1", "kinds": {"GEB": "fee"},
}  # fmt: skip
COLUMNS: dict[str, Any] = {
    "name": "demo columns",
    "header": ["Date", "Out", "In", "Balance", "Text"],
    "columns": {"booked_on": "Date", "debit": "Out", "credit": "In", "balance": "Balance", "narrative": "Text"},
    "sign_rule": "columns", "currency": "USD", "account": "ET1",
}  # fmt: skip
INDICATOR: dict[str, Any] = {
    "name": "demo words",
    "header": ["D", "A", "S"],
    "columns": {"value_on": "D", "amount": "A", "indicator": "S"},
    "sign_rule": "indicator", "debit_words": ["out"], "credit_words": ["in"], "currency": "JPY",
}  # fmt: skip
SIGNED_FILE = (OURS / "csv_signed.csv").read_bytes()
COLUMNS_FILE = (OURS / "csv_columns.csv").read_bytes()


def read(content: bytes, saved: dict[str, Any], limits: Limits = LIMITS) -> list[ParsedStatement]:
    return read_statements(io.BytesIO(content), EXPONENTS, "csv", profile_from(saved), limits)


def refusal(content: bytes, saved: dict[str, Any], limits: Limits = LIMITS) -> StatementRefused:
    with pytest.raises(StatementRefused) as refused:
        read(content, saved, limits)
    return refused.value


def test_signed_amounts_with_a_comma() -> None:
    (statement,) = read(SIGNED_FILE, SIGNED)
    assert (statement.account, statement.currency, statement.opening) == ("ET1", "EUR", None)
    assert [line.amount for line in statement.lines] == [-150050, 200000, -2500, 7]
    first = statement.lines[0]
    assert (first.where, first.reference, first.bank_id, first.code) == ("row 3", "D1", "B-1", "TRF")
    assert first.narrative == 'Advance; "March"'
    assert [line.kind for line in statement.lines] == ["", "", "fee", "interest"]
    assert codes(statement) == ["balance_missing"]


def test_debit_and_credit_columns_with_a_running_balance_and_a_byte_order_mark() -> None:
    (statement,) = read(COLUMNS_FILE, COLUMNS)
    assert [line.amount for line in statement.lines] == [-1000, 550, 450]
    assert (statement.opening, statement.closing) == (10000, 10000)
    assert statement.findings == [] and statement.lines[1].kind == "fee"
    (wrong,) = read(COLUMNS_FILE.replace(b"95.50", b"95.40"), COLUMNS)
    assert "unbalanced" in codes(wrong) and wrong.findings[0].where == "row 4"


def test_the_newest_row_may_come_first() -> None:
    rows = b"Date,Out,In,Balance,Text\n2026-03-11,,4.50,100.00,C\n2026-03-10,,5.50,95.50,B\n2026-03-10,10.00,,90.00,A\n"
    (statement,) = read(rows, COLUMNS | {"newest_first": True})
    assert (statement.opening, statement.closing, statement.findings) == (10000, 10000, [])


def test_a_word_says_the_side() -> None:
    (statement,) = read(b"D,A,S\n2026-03-10,5,out\n2026-03-10,7,in\n", INDICATOR)
    assert [line.amount for line in statement.lines] == [-5, 7]
    assert refusal(b"D,A,S\n2026-03-10,5,OUT\n", INDICATOR).where == "row 2 S"


def test_two_currencies_are_two_statements() -> None:
    mixed = SIGNED_FILE.replace(b"2.000;EUR", b"2.000;USD")
    assert [(item.currency, len(item.lines)) for item in read(mixed, SIGNED)] == [("EUR", 3), ("USD", 1)]


def test_a_file_without_rows_is_an_empty_statement() -> None:
    assert [len(item.lines) for item in read(b"D,A,S\n", INDICATOR)] == [0]
    assert refusal(b"x\n" + SIGNED_FILE.splitlines(True)[1], SIGNED).code == "no_statement"


def test_without_a_profile_nothing_is_guessed() -> None:
    for file_format in ("auto", "csv"):
        with pytest.raises(StatementRefused) as refused:
            read_statements(io.BytesIO(COLUMNS_FILE), EXPONENTS, file_format)
        assert refused.value.code == "profile_needed"


@pytest.mark.parametrize(
    "figure",
    ["1_000", "１２３", "−5", "(5)", "5-", "1e3", "NaN", "-0", "1,234.50", "12.34,5", "1,005", "+", "5 EUR", "1'000"],
)
def test_figures_that_are_none_are_refused_with_row_and_column(figure: str) -> None:
    refused = refusal(SIGNED_FILE.replace(b"2.000", figure.encode()), SIGNED)
    assert refused.code in ("bad_amount", "too_many_decimals") and refused.where == "row 4 Betrag"


def test_yen_with_decimals_are_refused() -> None:
    assert refusal(b"D,A,S\n2026-03-10,5.00,in\n", INDICATOR).code == "too_many_decimals"


@pytest.mark.parametrize(
    ("old", "new", "code", "where"),
    [
        ("Buchung;Valuta", "Valuta;Buchung", "header_differs", "row 2"),
        (";Art\n", "\n", "header_differs", "row 2"),
        (";Art\n", ";Art;Neu\n", "header_differs", "row 2"),
        (";TRF\n", "\n", "bad_csv", "row 3"),
        ('"Advance', 'x"Advance', "bad_csv", "row 3"),
        ("Receipt", '"Receipt', "bad_csv", "row 4"),
        ("Receipt", "Rec\0ipt", "nul", "line 4"),
        ("Receipt", "x" * 200_000, "bad_csv", "row 4"),
        ("Receipt", "x" * 300_000, "line_too_long", "line 4"),
        ("10.03.2026;;2", "2026-03-10;;2", "bad_date", "row 4 Buchung"),
        ("10.03.2026;;2", ";;2", "bad_date", "row 4"),
        (";EUR;Receipt", ";XXX;Receipt", "unknown_currency", "row 4"),
    ],
)
def test_it_refuses_with_the_row(old: str, new: str, code: str, where: str) -> None:
    assert old.encode() in SIGNED_FILE
    refused = refusal(SIGNED_FILE.replace(old.encode(), new.encode(), 1), SIGNED)
    assert (refused.code, refused.where) == (code, where)


def test_encodings_are_the_profile_s() -> None:
    latin = SIGNED_FILE.replace(b"Kontogebuehr", b"Kontogeb\xfchr")
    assert refusal(latin, SIGNED).code == "encoding"
    assert read(latin, SIGNED | {"encoding": "latin-1"})[0].lines[2].narrative == "Kontogebühr"
    assert refusal(COLUMNS_FILE, COLUMNS | {"encoding": "latin-1"}).code == "encoding"
    assert refusal(SIGNED_FILE.decode().encode("utf-16"), SIGNED).code == "encoding"


def test_both_sides_or_neither_are_refused() -> None:
    assert refusal(COLUMNS_FILE.replace(b",,5.50", b",1.00,5.50"), COLUMNS).where == "row 4 Out"
    assert refusal(COLUMNS_FILE.replace(b",,5.50", b",,"), COLUMNS).code == "bad_amount"


def test_limits_hold() -> None:
    assert refusal(SIGNED_FILE, SIGNED, Limits(max_lines=2)).code == "too_many_lines"
    assert refusal(SIGNED_FILE, SIGNED, Limits(max_bytes=100)).code == "too_large"


@pytest.mark.parametrize(
    ("setting", "value"),
    [
        ("delimiter", ";;"), ("delimiter", "1"), ("decimal_mark", "."), ("date_format", "%d"), ("sign_rule", "guess"),
        ("encoding", "utf-7"), ("header_row", 0), ("header_row", True), ("header", []), ("header", ["A", "A"]),
        ("columns", {"amount": "Nowhere"}), ("columns", []), ("columns", {"amount": "Betrag", "evil": "Text"}),
        ("columns", {"amount": "Betrag"}), ("kinds", {"GEB": "gift"}), ("surprise", 1), ("account", 7),
        ("newest_first", "yes"), ("sign_rule", "columns"), ("sign_rule", "indicator"), ("quote", ";"),
    ],
)  # fmt: skip
def test_a_profile_that_cannot_work_is_refused_by_its_setting(setting: str, value: object) -> None:
    with pytest.raises(StatementRefused) as refused:
        profile_from(SIGNED | {setting: value})
    assert refused.value.code == "bad_profile" and refused.value.where.startswith("profile ")


@pytest.mark.parametrize("saved", [None, [], "x", {}, {"name": "x"}])
def test_a_profile_is_a_whole_object(saved: object) -> None:
    with pytest.raises(StatementRefused):
        profile_from(saved)
