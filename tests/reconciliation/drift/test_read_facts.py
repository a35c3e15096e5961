"""The diagnosis of real cases: it agrees with the rule in every story, and near misses in the books are not taken for
it."""

from pathlib import Path

import pytest

from ledger.models import Tenant
from ledger.tenancy import tenant
from reconciliation.cases.models import ExceptionCase
from reconciliation.drift.diagnosis import Diagnosis, diagnose
from reconciliation.drift.read_facts import read_facts, reference_form
from tests.reconciliation.books import Books
from tests.stories.notation import Check, Confirm, Line, Tx, read
from tests.stories.world import World

STORIES = read(Path("tests/stories/bank.txt")) | read(Path("tests/stories/planes.txt"))


@pytest.mark.parametrize("story", STORIES)
def test_the_first_cause_is_the_rule_s_in_every_story(story: str, acme: Tenant) -> None:
    world = World(acme.id)
    for step in STORIES[story]:
        if isinstance(step, Tx):
            world.post(step)
        elif isinstance(step, Line):
            world.line(step)
        elif isinstance(step, Confirm):
            world.confirm(step)
        elif isinstance(step, Check):
            world.check(step)
            with tenant(acme.id):
                for case in ExceptionCase.objects.exclude(state="resolved"):
                    if case.cause is not None:
                        assert diagnose(read_facts(case)).likely == case.cause, case.title


def seen(books: Books, case: ExceptionCase) -> Diagnosis:
    with tenant(books.tenant_id):
        return diagnose(read_facts(case))


RE_SENT = "T1 10 ewa 90 @D1\nL1 clr 10 -90 @D1\nL2 clr 12 +90 @D1\nT2 13 ewa 90 @D2\nL3 clr 13 -90 @D2"

# rows, day, the cause that must not be found, the cause that must be (None: none of the six)
NEAR_MISSES = {
    "a re-sent payout, returned before": (RE_SENT, "12", None, 1),
    "posted twice, settled once": ("T1 10 ewa 90 @D1 p1\nT2 10 ewa 90 @D1 p1\nL1 clr 10 -90 @D1", "10", 1, None),
    "posted for two payments, settled once": ("T1 10 ewa 90 @D1 p1\nT2 10 ewa 90 @D1 p2\nL1 clr 10 -90 @D1", "10",
    None, 1),
    "opposite sign, another amount": ("T1 10 loan clr/emp 120 @K1\nL1 clr 10 -110 @K1", "10", 3, None),
    "PENDING at another amount": ("T1 10 PENDING ewa 175 @D6\nL1 clr 10 -174 @D6", "10", 5, None),
    "a fee in words, under our reference": ('T1 10 PENDING ewa 25 @D6\nL1 clr 10 -25 @D6 "TRF"', "10", 6, 5),
    "a debit of 25 without code": ("L1 clr 10 -25 @BANKFEE", "10", 6, 4),
    "a second debit of one payment": ("T1 10 ewa 120 @D9\nL1 clr 10 -120 @D9\nL2 clr 10 -120 @D9", "10", 5, 4),
    "a line that outlived its grace": ("T1 09 ewa 90 @D1\nL1 clr 13 -90 @D1", "13", 4, 5),
}  # fmt: skip


@pytest.mark.parametrize("name", NEAR_MISSES)
def test_near_misses_in_the_books(books: Books, name: str) -> None:
    rows, day, wrong, right = NEAR_MISSES[name]
    books.play(rows).check_day("clr", day)
    found = seen(books, books.case("clr", day))
    assert found.likely == right
    assert wrong is None or found.likely != wrong


def test_two_equal_legitimate_payments_make_no_case_and_one_missing_line_is_no_duplicate(books: Books) -> None:
    books.play("T1 10 ewa 50 @D1 p1\nT2 10 ewa 50 @D1 p2\nL1 clr 10 -50 @D1\nL2 clr 10 -50 @D1").check_day("clr", "10")
    assert books.cases("clr") == []


def test_the_signs_say_what_stands_around_the_case(books: Books) -> None:
    books.play("T1 10 PENDING ewa 175 @D6\nL1 clr 10 -175 @D6\nT2 10 PENDING ewa 8 @D7\nL2 clr 10 -8 @D7").check_day(
        "clr", "10"
    )
    first = seen(books, books.cases("clr")[0]).ranked[0]
    assert (first.cause, first.found, first.sought) == (5, 5, 5)
    assert first.signs[0].sentence == "The line carries the reference of a transaction that is PENDING"
    assert first.signs[-1].sentence.startswith("Other lines of that day") and first.signs[-1].sentence.endswith(": 1")


def test_a_whole_use_case_of_wrong_sign_is_counted(books: Books) -> None:
    books.play(
        "T1 10 loan clr/emp 120 @K1\nL1 clr 10 -120 @K1\nT4 10 loan clr/emp 60 @K0\nL4 clr 10 -60 @K0"
    ).check_day("clr", "10")
    first = seen(books, books.cases("clr")[0]).ranked[0]
    assert (first.cause, first.found) == (3, 4)
    assert first.signs[-1].sentence == "Others of loan show the same difference: 1"


def test_a_lone_entry_with_a_stray_line_of_its_amount_shows_it(books: Books) -> None:
    books.play("T1 10 ewa 400 @D7\nL1 clr 11 -400 @X77").check_day("clr", "10")
    found = seen(books, books.case("clr", "10"))
    assert (found.likely, found.ranked[0].found) == (1, 4)


@pytest.mark.parametrize("reference", ["DSH-EWA 1/2", "a.b_c:#9", "", "ሀለ-1"])
def test_the_form_of_references_is_the_database_s(acme: Tenant, reference: str) -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT reference_key(%s)", [reference])
        assert cursor.fetchone() == (reference_form(reference),)
