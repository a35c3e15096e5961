from datetime import date

import pytest

from reconciliation.bank.errors import StatementRefused
from reconciliation.bank.formats.limits import Limits
from tests.reconciliation.bank.samples import OURS, codes, read_bytes, read_ours

WHOLE = (OURS / "bai2_every_case.txt").read_bytes()


def changed(old: str, new: str) -> bytes:
    assert old.encode() in WHOLE
    return WHOLE.replace(old.encode(), new.encode(), 1)


def refusal(content: bytes, limits: Limits | None = None) -> StatementRefused:
    with pytest.raises(StatementRefused) as refused:
        read_bytes(content, "bai2", limits or Limits())
    return refused.value


def test_an_account_is_a_statement_of_its_day() -> None:
    (statement,) = read_ours("bai2_every_case.txt")
    assert (statement.account, statement.currency) == ("ET00DEMO0000000001", "ETB")
    assert (statement.opening, statement.closing, statement.closing_on) == (100000, 44051, date(2026, 3, 10))
    assert [line.amount for line in statement.lines] == [-50000, -2500, 51, -3000, -500], "890 carries no money"
    assert statement.findings == [], "balance and control totals hold"


def test_references_dates_and_codes_come_from_their_fields() -> None:
    first, fee, interest, _, fifth = read_ours("bai2_every_case.txt")[0].lines
    assert (first.reference, first.bank_id, first.code) == ("D1", "B-1", "495")
    assert (first.value_on, first.booked_on) == (date(2026, 3, 11), date(2026, 3, 10))
    assert first.narrative == "OUTGOING TRANSFER, WITH A COMMA EREF: D1"
    assert (fee.kind, interest.kind, first.kind) == ("fee", "interest", "")
    assert (fifth.reference, fifth.bank_id, fifth.narrative) == ("D5", "B-5", "")


def test_records_on_one_line_are_cut_and_dates_in_a_text_are_not() -> None:
    lines = read_ours("bai2_every_case.txt")[0].lines
    assert [line.where for line in lines] == ["line 5", "line 7", "line 8", "line 8", "line 9"]
    assert lines[3].narrative == "PAID 08/16, THANKS"


def test_the_whole_file_on_one_line_says_the_same() -> None:
    ended = [line if line.endswith(b"/") else line + b"/" for line in WHOLE.splitlines()]
    joined = b" ".join(ended)
    (statement,) = read_bytes(joined)
    assert [line.amount for line in statement.lines] == [-50000, -2500, 51, -3000, -500]


@pytest.mark.parametrize(
    ("old", "new"),
    [("49,256153,10", "49,256154,10"), ("98,256153,1", "98,256153,2"), ("99,256153,1,14", "99,256153,1,15")],
)
def test_a_wrong_control_total_is_a_finding(old: str, new: str) -> None:
    assert codes(read_bytes(changed(old, new))[0]) == ["control_total"]


def test_findings_for_balance_currency_and_ids() -> None:
    assert "unbalanced" in codes(read_bytes(changed("015,44051", "015,44052"))[0])
    assert "currency_by_rule" in codes(read_bytes(changed(",2359,ETB,", ",2359,,"))[0])
    assert "bank_id_twice" in codes(read_bytes(changed("B-4,D4", "B-1,D4"))[0])
    assert "pages_after_missing" in codes(read_bytes(changed(",2359,ETB,2/", ",2359,ETB,1/"))[0])


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("16,495,50000", "16,495,500.00", "bad_amount"),
        ("16,495,50000", "16,495,-50000", "bad_amount"),
        ("16,495,50000", "16,495,５0000", "bad_amount"),
        ("16,495,50000", "16,4X5,50000", "bad_type"),
        ("16,495,50000", "16,010,50000", "bad_type"),
        ("V,260311,", "V,260231,", "bad_date"),
        ("V,260311,", "Q,260311,", "bad_record"),
        ("02,DEMO,DEMOBANK,1,", "02,DEMO,DEMOBANK,2,", "not_a_statement"),
        ("02,DEMO,DEMOBANK,1,", "02,DEMO,DEMOBANK,4,", "not_a_statement"),
        ("03,ET00DEMO0000000001", "03,", "no_account"),
        ("99,256153,1,14/\n", "", "truncated"),
        ("49,256153,10/\n", "", "bad_record"),
        ("01,DEMOBANK,DEMO,260310,2300,1,,,2/\n", "", "bad_record"),
        ("ETB,2/", "XXX,2/", "unknown_currency"),
        ("16,451,500,D,2,", "16,451,500,D,99999,", "bad_record"),
        (",1,,,2/", ",1,,,9/", "bad_record"),
    ],
)
def test_it_refuses_what_it_cannot_read_and_names_the_line(old: str, new: str, code: str) -> None:
    refused = refusal(changed(old, new))
    assert refused.code == code and refused.where.startswith("line ")


def test_limits_hold() -> None:
    assert refusal(changed("FEES", "F\0ES")).code == "nul"
    assert (
        refusal(changed("EREF: D1\n", "x/\n" + "88,yyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyy/\n" * 9000 + "88,z/")).code
        == "field_too_long"
    )
    assert refusal(WHOLE, Limits(max_lines=3)).code == "too_many_lines"
    assert refusal(b"16,495,1,,,,\n").code == "bad_record"
    assert refusal(b"\n\n").code == "truncated"
