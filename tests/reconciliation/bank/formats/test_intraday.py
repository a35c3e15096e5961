from datetime import date

import pytest

from reconciliation.bank.errors import StatementRefused
from tests.reconciliation.bank.desk import NUMBER
from tests.reconciliation.bank.intraday_text import bai2, camt052, mt942
from tests.reconciliation.bank.samples import codes, read_bytes

DAY = date(2026, 3, 12)


@pytest.mark.parametrize("content", [mt942(), camt052(), bai2(), bai2(modifier="")])
def test_the_three_formats_say_the_same(content: bytes) -> None:
    (report,) = read_bytes(content)
    assert report.intraday and (report.account, report.currency, report.closing_on) == (NUMBER, "ETB", DAY)
    assert [(x.amount, x.reference, x.bank_id, x.status) for x in report.lines] == [
        (500, "A1", "B-1", "PDNG"),
        (-200, "B2", "B-2", "PDNG"),
    ]
    assert codes(report) == ["intraday"]


@pytest.mark.parametrize("modifier", ["2", "4"])
def test_a_final_group_is_a_statement(modifier: str) -> None:
    (statement,) = read_bytes(bai2(modifier=modifier, balance="010,0,,,015,300,,"))
    assert not statement.intraday and {x.status for x in statement.lines} == {"BOOK"}


def test_a_balance_of_the_book_outweighs_a_current_one() -> None:
    assert not read_bytes(bai2(modifier="", balance="010,0,,,015,300,,,060,300,,"))[0].intraday


def test_a_line_without_a_date_carries_its_reports() -> None:
    (report,) = read_bytes(camt052(dated=False, status="PDNG"))
    assert {x.value_on for x in report.lines} == {DAY}


def test_information_stays_information() -> None:
    assert {x.status for x in read_bytes(camt052(status="INFO"))[0].lines} == {"INFO"}


def test_a_report_that_holds_less_than_it_counts_is_noticed() -> None:
    assert "control_total" in codes(read_bytes(mt942().replace(b":90D:1", b":90D:2"))[0])
    assert "floor_limit" in codes(read_bytes(mt942(floor="10,"))[0])


def test_statements_and_reports_may_share_a_file() -> None:
    booked = b":20:S\n:25:B\n:28C:1\n:60F:C260311ETB0,\n:62F:C260311ETB0,\n-\n"
    assert [s.intraday for s in read_bytes(booked + mt942())] == [False, True]


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (mt942().replace(b":34F:ETB0,\r\n", b""), "misplaced"),
        (mt942().replace(b":34F:ETB0,", b":34F:0,"), "bad_field"),
        (mt942().replace(b":90D:1ETB", b":90D:1USD"), "currency_differs"),
        (mt942().replace(b":25:" + NUMBER.encode(), b":25:"), "no_account"),
        (mt942([]).replace(b":13D:2603121100+0300\r\n", b""), "no_date"),
        (mt942().replace(b":34F:ETB0,", b":34F:ETB0,\r\n:60F:C260312ETB0,"), "misplaced"),
        (camt052().replace(b"Rpt>", b"Stmt>"), "misplaced"),
    ],
)
def test_half_a_report_is_refused(content: bytes, code: str) -> None:
    with pytest.raises(StatementRefused) as refused:
        read_bytes(content)
    assert refused.value.code == code
