"""OFX states no opening balance: what it says of its days holds only beside a statement that closed where it begins."""

from datetime import date

import pytest

from ledger.models import Tenant
from reconciliation.bank.coverage import Span, coverage
from reconciliation.bank.import_statement import Imported
from tests.reconciliation.bank.desk import Desk, desk, mt940
from tests.reconciliation.bank.ofx_text import listed, movement, ofx1


@pytest.fixture
def books(acme: Tenant) -> Desk:
    made = desk(acme.id)
    made.post(500, "A1", day=10)
    return made


def ofx(balance: str, *movements: str, day: int = 10, **how: str) -> bytes:
    on = f"202603{day:02d}"
    told = [movement(m, fitid=f"F{day}-{n}", on=on, reference="A1") for n, m in enumerate(movements)]
    return ofx1(listed(told, start=on, end=on, balance=balance, asof=how.get("asof", on)))


def reason(done: Imported) -> str:
    return " ".join(f.what for o in done.outcomes for f in (o.stored.findings if o.stored else ()))


def test_the_first_statement_proves_nothing(books: Desk) -> None:
    books.take_in(ofx("105.00", "5.00"))
    books.work()
    assert books.lines() == [(500, "A1")]
    assert books.verdicts()["2026-03-10"] == "UNKNOWN"


def test_a_closing_before_it_proves_it(books: Desk) -> None:
    books.take_in(mt940(10000, [], day=9))
    books.take_in(ofx("105.00", "5.00"))
    books.work()
    assert books.verdicts()["2026-03-10"] == "CLEAN"


def test_a_line_that_is_missing_from_the_list_shows(books: Desk) -> None:
    books.take_in(mt940(10000, [], day=9))
    books.take_in(ofx("112.00", "5.00"))
    books.work()
    assert books.verdicts()["2026-03-10"] == "UNKNOWN"


def test_its_closing_carries_the_next_one(books: Desk) -> None:
    books.take_in(ofx("100.00", day=9))
    books.take_in(ofx("105.00", "5.00"))
    books.work()
    found = books.verdicts()
    assert (found["2026-03-09"], found["2026-03-10"]) == ("UNKNOWN", "CLEAN")


def test_a_gap_of_days_before_it_proves_nothing(books: Desk) -> None:
    books.take_in(mt940(10000, [], day=6))
    books.take_in(ofx("105.00", "5.00"))
    books.work()
    assert books.verdicts()["2026-03-10"] == "UNKNOWN"


def test_a_weekend_is_no_gap() -> None:
    friday, monday = date(2026, 3, 6), date(2026, 3, 9)
    before = Span(1, friday, date(2026, 3, 7), 0, 100, True)
    after = Span(2, monday, date(2026, 3, 10), 100, 130, True, stated=False)
    assert coverage([friday, monday], [before, after])[monday].state == "complete"
    assert coverage([monday], [after])[monday].state == "partial"
    assert coverage([friday, date(2026, 3, 8), monday], [before, after])[monday].state == "partial"
    other = Span(3, monday, date(2026, 3, 10), 100, 130, True)
    assert coverage([monday], [after, other])[monday].state == "complete"


@pytest.mark.parametrize("asof", ["20260310140500", "20260312"])
def test_a_balance_of_another_hour_or_day_keeps_it_unknown(books: Desk, asof: str) -> None:
    books.take_in(mt940(10000, [], day=9))
    books.take_in(ofx("105.00", "5.00", asof=asof))
    books.work()
    assert books.verdicts()["2026-03-10"] == "UNKNOWN"


def test_a_correction_keeps_its_days_unknown(books: Desk) -> None:
    books.take_in(mt940(10000, [], day=9))
    told = movement("5.00", reference="A1", more="<CORRECTFITID>F9<CORRECTACTION>REPLACE")
    done = books.take_in(ofx1(listed([told], balance="105.00")))
    books.work()
    assert "replaces the transaction F9" in reason(done)
    assert books.verdicts()["2026-03-10"] == "UNKNOWN"


def test_the_statement_itself_settles_what_the_list_left_open(books: Desk) -> None:
    books.take_in(ofx("105.00", "5.00"))
    books.take_in(mt940(10000, [(500, "A1")]))
    books.work()
    assert books.verdicts()["2026-03-10"] == "UNKNOWN"  # the two say the same movement under two ids


def test_the_same_list_again_changes_nothing(books: Desk) -> None:
    books.take_in(mt940(10000, [], day=9))
    books.take_in(ofx("105.00", "5.00"))
    again = books.take_in(ofx("105.00", "5.00") + b"\r\n")
    assert [o.state for o in again.outcomes] == ["repeated"]
