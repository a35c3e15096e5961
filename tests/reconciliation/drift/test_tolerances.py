"""The matcher version's tolerances are said beside a match and a difference; no unit is erased by them."""

from datetime import date

from ledger.tenancy import tenant
from reconciliation.cases.ledger_page import standing_of_lines
from reconciliation.drift.models import DriftContribution
from reconciliation.matching.models import MatchLeg
from reconciliation.matching.set_matcher import set_matcher
from tests.people import SET_UP
from tests.reconciliation.books import Books
from tests.stories.notation import Line, Tx


def out(name: str, day: str, amount: int, reference: str) -> Tx:
    return Tx(name, day, "POSTED", "ewa", [("emp", "DEBIT", amount), ("clr", "CREDIT", amount)], reference)


def said_of(books: Books, tolerance: str) -> set[str]:
    with tenant(books.tenant_id):
        set_matcher(amount_tolerance={"ETB": tolerance}, value_date_days=0, actor=SET_UP, at=books.clock)
    books.post(out("T1", "2026-03-10", 500, "MEASURED"))
    books.line(Line("L1", "clr", "2026-03-10", -490, "MEASURED"))
    books.post(out("T2", "2026-03-10", 300, "NEXTDAY"))
    books.line(Line("L2", "clr", "2026-03-11", -300, "NEXTDAY"))
    check = books.check_day("clr", "10")
    assert check.verdict == "DRIFTED"
    assert (check.drift, check.unexplained) == (10, 0)
    with tenant(books.tenant_id):
        return set(DriftContribution.objects.filter(check_of=check).values_list("reason", flat=True))


def test_a_difference_within_the_tolerance_stays_and_says_so(books: Books) -> None:
    assert said_of(books, "10") == {"amount mismatch: ledger 500, bank 490, within the tolerance of 10"}


def test_a_difference_beyond_the_tolerance_says_so(books: Books) -> None:
    assert said_of(books, "9") == {"amount mismatch: ledger 500, bank 490, beyond the tolerance of 9"}


def test_a_match_outside_the_value_date_window_says_so(books: Books) -> None:
    said_of(books, "0")
    with tenant(books.tenant_id):
        lines = MatchLeg.objects.filter(side=1).values_list("row_id", flat=True)
        words = {standing.rule for standing in standing_of_lines(list(lines)).values()}
    assert words == {"The sums are equal, compared by partner reference; value_date drift exceeds 0 days."}
    assert books.check_day("clr", "11").day == date(2026, 3, 11)
