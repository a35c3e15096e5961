"""The review's figures as they stood: a case that ended since stood open then, one that came back counts again."""

from datetime import timedelta

import pytest

from ledger.actors import Actor
from ledger.models import Tenant
from ledger.tenancy import tenant
from reconciliation.cases.resolve_case import resolve_case
from reconciliation.oversight.review.figures import Figures
from reconciliation.oversight.review.period import period_of
from reconciliation.oversight.review.read_figures import read_figures
from tests.reconciliation.books import NOW, Books, march

HOUR = timedelta(hours=1)


@pytest.fixture
def books(acme: Tenant) -> Books:
    books = Books(acme.id).play("T1 16 ewa 900 @D1 p1\nT2 16 ewa 70 @D2 p2")
    books.check_day("clr", "16")
    return books


def read(books: Books, day: str = "20", hours: int = 1) -> Figures:
    with tenant(books.tenant_id):
        return read_figures(period_of("week", march(day)), at=NOW + hours * HOUR)


def end(books: Books, by: Actor, hours: int) -> None:
    with tenant(books.tenant_id):
        resolve_case(
            number=books.cases("clr", "16")[0].number, code="answered_elsewhere", note="seen in the old system", key="k1",
            actor=by, at=NOW + hours * HOUR,
        )  # fmt: skip


def test_what_stood_open_is_told_as_of_the_instant(books: Books, checker: Actor) -> None:
    assert (read(books).open.count, read(books).open.values) == (2, {("ledger-bank", "ETB"): (2, 970)})
    end(books, checker, 2)
    later = read(books, hours=3)
    assert (later.open.count, later.open.value("ETB"), later.ended, later.reopened) == (1, 70, 1, 0)
    assert read(books).open.count == 2, "an hour after it had opened, it had not ended"
    assert read(books, "13").open.count == 0


def test_a_case_that_came_back_counts_as_reopened_and_as_open(books: Books, checker: Actor) -> None:
    end(books, checker, 2)
    books.play("L1 clr 16 -800 @D1")
    books.check_day("clr", "16", NOW + 4 * HOUR)
    found = read(books, hours=5)
    assert (found.ended, found.reopened, found.open.count) == (1, 1, 2)
    assert found.times["resolved"].of == 1
    assert next(one.words for one in found.stuck) == "paid, not confirmed"


def test_a_day_that_still_runs_is_neither_drift_nor_behind_a_cause(books: Books) -> None:
    before = read(books)
    books.play("T3 20 ewa 55 @D3 p3")
    assert books.check_day("clr", "20", NOW).verdict == "DRIFTED"
    after = read(books)
    assert [(a.drifted, a.gross) for a in after.accounts] == [(a.drifted, a.gross) for a in before.accounts]
    assert after.causes == before.causes


def test_days_and_drift_of_each_account(books: Books) -> None:
    found = read(books)
    (clr,) = [a for a in found.accounts if a.code == "clr"]
    assert (clr.drifted, clr.clean, clr.drift, clr.gross, clr.unexplained) == (1, 0, 970, 970, 0)
    assert clr.unknown > 0, "days whose statement is due and that nobody checked are unknown"
    assert [(c.cause, c.currency, c.count, c.gross) for c in found.causes] == [(1, "ETB", 2, 970)]
    assert found.trend[-1] == found.open
    assert len(found.trend) == 14
