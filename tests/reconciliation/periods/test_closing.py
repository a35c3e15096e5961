"""A period closed and re-opened by two people, on what was looked at; and what corrections of it become."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import psycopg
import pytest

from ledger.actors import Actor
from ledger.errors import PeriodClosed, PeriodsMoveInOrder
from ledger.models import AuditEntry, LedgerTransaction, Period, PeriodMove, Tenant
from ledger.periods import move_period, open_from
from ledger.tenancy import tenant
from ledger.verify import verify
from reconciliation.approvals.models import ApprovalRequest
from reconciliation.cases.models import ExceptionCase
from reconciliation.corrections.request_repost import request_repost
from reconciliation.drift.models import DriftCheck
from reconciliation.errors import CannotBe, CheckerIsMaker, NotPermitted, ReasonMissing
from reconciliation.periods.checklist import digest_of
from reconciliation.periods.period_pages import whole_period
from tests.reconciliation.books import NOW
from tests.reconciliation.periods.bench import FEBRUARY, MARCH, Closing
from tests.stories.notation import Line, Tx

pytestmark = pytest.mark.django_db(transaction=True)
RawAs = Callable[..., psycopg.Connection[Any]]
LAST = date(2026, 2, 27)


def disbursed(name: str, amount: int, day: str = "2026-02-27", status: str = "POSTED") -> Tx:
    return Tx(name, day, status, "ewa", [("emp", "DEBIT", amount), ("clr", "CREDIT", amount)], f"D{name}")


@pytest.fixture
def books(acme: Tenant) -> Closing:
    """The 27th of February drifts by 60: T1 never reached the bank."""
    found = Closing(acme.id)
    found.post(disbursed("T1", 60))
    return found.ready()


def test_s15_through_the_real_request_with_the_period_really_closed(
    books: Closing, maker: Actor, checker: Actor, raw_as: RawAs
) -> None:
    first = books.reconcile("clr", LAST, NOW)
    assert (first.ledger_total, first.statement_total, first.drift) == (60, 0, 60)
    books.close(maker, checker)
    (case,) = books.cases("clr")
    proposed = books.propose(case)
    assert "effective Sun 1 Mar 2026, adjusting Fri 27 Feb 2026, whose books are closed" in proposed.sentence
    made = books.reverse("T1", maker, case=case.number)
    with tenant(books.tenant_id):
        asked = ApprovalRequest.objects.get(id=made.id)
    assert (asked.payload["effective_on"], asked.payload["adjusts_on"]) == ("2026-03-01", "2026-02-27")
    assert books.approve(made, checker).state == "executed"
    reversal = books.reversal_of("T1")
    assert reversal is not None
    assert (reversal.effective_on, reversal.adjusts_on) == (MARCH, LAST)
    books.cover("clr", MARCH + timedelta(days=2))
    again, after = books.reconcile("clr", LAST, NOW), books.reconcile("clr", MARCH, NOW)
    assert (again.drift, after.ledger_total, after.statement_total, after.drift) == (60, -60, 0, -60)
    assert (again.unexplained, after.unexplained, again.drift + after.drift) == (0, 0, 0)
    assert verify(raw_as("audit"), books.tenant_id).first_bad is None


def test_a_wrong_amount_in_closed_books_is_put_right_on_the_first_open_day(
    acme: Tenant, maker: Actor, checker: Actor
) -> None:
    books = Closing(acme.id)
    books.post(disbursed("T1", 60))
    books.line(Line("L1", "clr", "2026-02-27", -70, "DT1"))
    books.ready()
    books.reconcile("clr", LAST, NOW)
    books.close(maker, checker)
    (case,) = [c for c in books.cases("clr") if c.exception_class == "amount_mismatch"]
    assert "adjusting Fri 27 Feb 2026, whose books are closed" in books.propose(case).sentence
    with tenant(books.tenant_id):
        made = request_repost(
            transaction=books.ids["T1"], case=case.number, reason_code="WRONG_AMOUNT", note="", idempotency_key="k",
            actor=maker, at=NOW,
        )  # fmt: skip
    assert books.approve(made, checker).state == "executed"
    with tenant(books.tenant_id):
        new = LedgerTransaction.objects.get(corrects__public_id=books.ids["T1"])
    back = books.reversal_of("T1")
    assert back is not None
    assert {(t.effective_on, t.adjusts_on) for t in (back, new)} == {(MARCH, LAST)}


def test_the_digest_vouches_for_the_day_that_is_adjusted(
    books: Closing, maker: Actor, checker: Actor, raw_as: RawAs
) -> None:
    books.close(maker, checker)
    made = books.reverse("T1", maker, case=books.cases("clr")[0].number)
    books.approve(made, checker)
    superuser = raw_as("superuser", autocommit=True)
    superuser.execute("SET session_replication_role = replica")
    superuser.execute("UPDATE ledger_transaction SET adjusts_on = adjusts_on - 1 WHERE adjusts_on IS NOT NULL")
    assert "differs from what its audit row vouches for" in (verify(raw_as("audit"), books.tenant_id).first_bad or "")


def test_a_request_dated_in_a_period_keeps_it_open(books: Closing, maker: Actor, checker: Actor) -> None:
    (case,) = books.cases("clr")
    closing = books.ask_to_close(maker)
    books.reverse("T1", maker, case=case.number)
    assert books.approve(closing, checker).state == "stale", "a request dated in it came since"
    with pytest.raises(CannotBe, match="No request waits that is dated in it does not hold"):
        books.ask_to_close(maker, key="again")


def test_a_request_is_stale_when_its_day_would_be_another_by_now(books: Closing, maker: Actor, checker: Actor) -> None:
    books.close(maker, checker)
    made = books.reverse("T1", maker, case=books.cases("clr")[0].number)
    assert books.approve(books.ask_to_reopen(maker), checker).state == "executed"
    decided = books.approve(made, checker)
    assert (decided.state, [(c.fact, c.was, c.now) for c in decided.changed]) == (
        "stale", [("dated_on", "2026-03-01", "2026-02-27")],
    )  # fmt: skip
    assert books.reversal_of("T1") is None


def test_what_is_carried_over_needs_a_reason_and_what_blocks_is_named(
    acme: Tenant, maker: Actor, checker: Actor
) -> None:
    books = Closing(acme.id)
    books.post(disbursed("T1", 60))
    books.extend()
    with pytest.raises(CannotBe, match=r"checked and known does not hold \(45\): btc, 2026-02-20: never checked"):
        books.ask_to_close(maker)
    books.ready()
    with pytest.raises(ReasonMissing, match="no exception is open at the end \\(1\\)"):
        books.ask_to_close(maker, note=" ")


def test_an_unverified_ledger_blocks(acme: Tenant, maker: Actor) -> None:
    books = Closing(acme.id)
    books.post(disbursed("T1", 60))
    books.ready(verified=datetime(2026, 2, 28, 23, 59, tzinfo=UTC))
    with pytest.raises(CannotBe, match="The ledger is verified after its last day does not hold"):
        books.ask_to_close(maker)


def test_a_posting_that_comes_after_the_look_makes_the_closing_stale(
    books: Closing, maker: Actor, checker: Actor
) -> None:
    made = books.ask_to_close(maker)
    books.post(disbursed("T9", 5, status="PENDING"))
    decided = books.approve(made, checker)
    assert (decided.state, [c.fact for c in decided.changed]) == ("stale", ["checklist"])
    assert books.period().state == "open"


def test_nobody_closes_alone_and_only_who_may_asks(
    books: Closing, maker: Actor, checker: Actor, support: Actor
) -> None:
    with pytest.raises(NotPermitted):
        books.ask_to_close(support)
    made = books.ask_to_close(checker)
    with pytest.raises(CheckerIsMaker):
        books.approve(made, checker)
    assert books.period().state == "open"


def test_closing_and_reopening_are_kept_with_who_why_and_what_was_looked_at(
    books: Closing, maker: Actor, checker: Actor
) -> None:
    books.close(maker, checker)
    with tenant(books.tenant_id):
        move = PeriodMove.objects.get()
        assert (move.from_state, move.to_state, move.actor, move.reason) == (
            "open",
            "closed",
            checker.id,
            "carried over",
        )
        assert bytes(move.checklist_sha256 or b"") == digest_of(move.checklist)
    opened = books.ask_to_reopen(maker)
    assert books.approve(opened, checker).state == "executed"
    assert books.period().state == "reopened"
    assert books.post(disbursed("T2", 5)) is None, "the day is open again"
    with tenant(books.tenant_id):
        told = list(
            AuditEntry.objects.filter(action__startswith="period.").order_by("id").values_list("action", "subject")
        )
        assert told == [("period.closed", "2026-02-01"), ("period.reopened", "2026-02-01")]
        assert whole_period(FEBRUARY, at=NOW).line.times_reopened == 1
        assert open_from() is None


def test_periods_move_in_order(books: Closing, maker: Actor, checker: Actor) -> None:
    books.close(maker, checker)
    with tenant(books.tenant_id), pytest.raises(PeriodsMoveInOrder):
        april = Period.objects.get(first_on=date(2026, 4, 1))
        move_period(
            april.id, "closed", checklist={}, digest=b"x", decision_id=1, policy_version="-", asked_by="x", reason_code="x",
            reason="x", actor=checker, at=datetime(2026, 9, 1, tzinfo=UTC),
        )  # fmt: skip


def test_s14_a_late_statement_of_a_closed_day_is_stored_and_the_day_checked_again(
    books: Closing, maker: Actor, checker: Actor
) -> None:
    books.close(maker, checker)
    with tenant(books.tenant_id):
        before = DriftCheck.objects.filter(bank_account__code="clr", day=LAST).count()
    books.line(Line("L2", "clr", "2026-02-27", -17, "", code="FEE"))
    books.cover("clr", MARCH + timedelta(days=3))
    late = books.reconcile("clr", LAST, NOW + timedelta(hours=1))
    assert (late.ledger_total, late.statement_total, late.drift) == (60, 17, 43)
    with tenant(books.tenant_id):
        assert DriftCheck.objects.filter(bank_account__code="clr", day=LAST).count() == before + 1, "history is kept"
        found = whole_period(FEBRUARY, at=NOW)
        frozen = {i["key"]: i["count"] for i in found.line.moves[-1].checklist["items"]}
        now = {i.key: i.count for i in found.now.items}
        assert (frozen["exceptions"], now["exceptions"]) == (1, 2), "what was closed stays as it was"
        assert ExceptionCase.objects.filter(cause=6).exists()


def test_a_posting_in_the_closed_month_is_refused_until_it_is_open_again(
    books: Closing, maker: Actor, checker: Actor
) -> None:
    books.close(maker, checker)
    with pytest.raises(PeriodClosed, match="February 2026 is closed; the first open day is 2026-03-01"):
        books.post(disbursed("T2", 5))
