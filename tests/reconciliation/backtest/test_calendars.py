"""A calendar drafted, tried and approved: which days it cuts otherwise, and what past days would have shown."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from ledger.actors import Actor
from ledger.models import AuditEntry, Tenant
from ledger.tenancy import tenant
from reconciliation.approvals.models import ApprovalRequest
from reconciliation.bank.models import BankCalendar, BankPeriod
from reconciliation.checkpoints.models import CheckpointDecision
from reconciliation.errors import CannotBe
from tests.reconciliation.backtest.bench import Bench
from tests.reconciliation.books import NOW, Books

pytestmark = pytest.mark.django_db(transaction=True)
AS_IT_IS = {
    "effective_from": "2026-04-06", "zone": "UTC", "cutover": "06:00", "closed_weekdays": [], "holidays": [],
    "grace_days": 2, "due_hours": 8,
}  # fmt: skip
FIRST, UNTIL = date(2026, 3, 9), date(2026, 3, 16)


@pytest.fixture
def books(acme: Tenant) -> Books:
    return Books(acme.id)


@pytest.fixture
def bench(acme: Tenant, books: Books) -> Bench:
    return Bench(acme.id)


def calendar(bench: Bench, by: Actor, **changed: Any) -> Any:
    return bench.draft(by, "clr", "calendar", **(AS_IT_IS | changed))


def figures(dry: Any) -> dict[str, Any]:
    assert dry.refused == ""
    return dict(dry.result)


def test_the_second_person_puts_it_in_force(acme: Tenant, bench: Bench, admin: Actor, checker: Actor) -> None:
    draft = calendar(bench, admin, cutover="08:00", zone="Africa/Addis_Ababa")
    there = bench.state()
    dry = bench.dry_run(draft, admin, FIRST, UNTIL)
    assert bench.state() == there
    result = figures(dry)
    assert result["ahead"][0] == {
        "day": "2026-04-05", "before": ["2026-04-05T06:00:00+00:00", "2026-04-06T06:00:00+00:00"],
        "after": ["2026-04-05T06:00:00+00:00", "2026-04-06T05:00:00+00:00"],
    }  # fmt: skip
    made = bench.send(draft, dry, admin)
    with tenant(acme.id):
        assert BankCalendar.objects.filter(bank_account__code="clr").count() == 1
    assert bench.decide(made, checker).state == "executed"
    with tenant(acme.id):
        version = BankCalendar.objects.filter(bank_account__code="clr").latest("effective_from")
        decided = CheckpointDecision.objects.get(id=version.decision_id)
        assert (decided.move, decided.outcome, decided.rule) == ("setting.calendar_change", "approval", "4")
        days = {p.day: p for p in BankPeriod.objects.filter(bank_account__code="clr")}
        assert days[date(2026, 4, 5)].ends_at == days[date(2026, 4, 6)].starts_at == datetime(2026, 4, 6, 5, tzinfo=UTC)
        row = AuditEntry.objects.get(action="calendar.set")
        assert (row.actor, row.subject, row.why) == (checker.id, "clr", "FIN-7")


def test_approved_too_late_it_is_refused_and_changes_nothing(
    acme: Tenant, bench: Bench, admin: Actor, checker: Actor
) -> None:
    draft = calendar(bench, admin, effective_from="2026-03-22", cutover="07:00")
    made = bench.send(draft, bench.dry_run(draft, admin, FIRST, UNTIL), admin)
    with pytest.raises(CannotBe, match="days that have begun"):
        bench.decide(made, checker, at=NOW + timedelta(hours=20))
    with tenant(acme.id):
        assert BankCalendar.objects.filter(bank_account__code="clr").count() == 1
        assert ApprovalRequest.objects.get().state == "open"


def test_one_that_begins_too_soon_is_not_sent(bench: Bench, admin: Actor) -> None:
    draft = calendar(bench, admin, effective_from="2026-03-21", cutover="07:00")
    with pytest.raises(CannotBe, match="the earliest date is 2026-03-22"):
        bench.send(draft, bench.dry_run(draft, admin, FIRST, UNTIL), admin)


def test_entries_without_a_match_move_with_the_cut_over_and_matched_ones_with_their_line(
    acme: Tenant, bench: Bench, books: Books, admin: Actor
) -> None:
    """Posted at 07:00 of the 10th, after the cut-over of 06:00 and before one of 08:00."""
    books.clock = datetime(2026, 3, 10, 7, 0, tzinfo=UTC)
    books.play("T1 10 ewa 5000 @R1 p1\nT2 10 ewa 700 @R2 p2\nL2 clr 10 -700 @R2")
    for day in ("09", "10"):
        books.check_day("clr", day)
    same = figures(bench.dry_run(calendar(bench, admin), admin, FIRST, UNTIL))
    assert (same["days"], same["moved"], same["ahead"]) == ([], [0, 0, "0", "0"], [])
    later = figures(bench.dry_run(calendar(bench, admin, cutover="08:00"), admin, FIRST, UNTIL))
    assert later["moved"] == [1, 0, "5000", "0"]
    nine, ten = later["days"]
    assert (nine["day"], nine["before"]["drift"], nine["after"]["drift"]) == ("2026-03-09", "0", "5000")
    assert (ten["day"], ten["before"]["drift"], ten["after"]["drift"]) == ("2026-03-10", "5000", "0")
    assert (ten["before"]["entries"], ten["after"]["entries"], ten["after"]["lines"]) == (2, 1, 1)


def test_before_shows_what_the_checks_stated(acme: Tenant, bench: Bench, books: Books, admin: Actor) -> None:
    """A line a day later: its entry counts on the line's day, here as in the check."""
    books.play("T1 10 ewa 5000 @R1 p1\nL1 clr 11 -5000 @R1\nT3 11 ewa 90 @R3 p3")
    drifts = {day: str(int(books.check_day("clr", day).drift or 0)) for day in ("10", "11")}
    assert drifts == {"10": "0", "11": "90"}
    closed = figures(bench.dry_run(calendar(bench, admin, holidays=["2026-03-11"]), admin, FIRST, UNTIL))
    ten, eleven = closed["days"]
    assert (ten["before"]["drift"], ten["after"]["drift"]) == ("0", "90")
    assert (eleven["before"]["drift"], eleven["after"]) == ("90", None)
    assert closed["moved"][:2] == [1, 1]


def test_a_grace_that_is_too_short_says_how_many_matches_it_would_have_lost(
    bench: Bench, books: Books, admin: Actor
) -> None:
    books.play("T1 10 ewa 5000 @R1 p1\nL1 clr 12 -5000 @R1").check_day("clr", "10")
    for grace, lost in ((2, 0), (1, 1)):
        assert (
            figures(bench.dry_run(calendar(bench, admin, grace_days=grace), admin, FIRST, UNTIL))["beyond_grace"]
            == lost
        )


def test_a_day_without_a_statement_shows_no_drift(bench: Bench, books: Books, admin: Actor) -> None:
    books.clock = datetime(2026, 3, 10, 7, 0, tzinfo=UTC)
    books.play("T1 10 ewa 5000 @R1 p1")
    days = figures(bench.dry_run(calendar(bench, admin, cutover="08:00"), admin, FIRST, UNTIL))["days"]
    assert {d["before"]["drift"] for d in days} == {None}
