"""A batch correction beside closed books: its members there are corrected on the first open day, and stop when books move."""

from datetime import date

import pytest

from ledger.actors import Actor
from ledger.models import LedgerTransaction, Tenant
from ledger.tenancy import tenant
from reconciliation.approvals.made_before import Made
from reconciliation.approvals.models import ApprovalRequest
from reconciliation.corrections.batches import kind
from reconciliation.corrections.batches.preview import BatchPreview
from tests.reconciliation.books import NOW
from tests.reconciliation.corrections.batches.signs import AFTER, Signs
from tests.reconciliation.periods.bench import FEBRUARY, MARCH, Closing

pytestmark = pytest.mark.django_db(transaction=True)
LAST = date(2026, 2, 27)


class Both(Closing, Signs):
    """Two loans posted with the wrong sign: one on 27 February, one on 10 March."""


@pytest.fixture
def books(acme: Tenant, maker: Actor, checker: Actor, admin: Actor) -> Both:
    found = Both(acme.id)
    found.rule()
    found.play("T4 02-27 loan clr/emp 60 @K0\nL4 clr 02-27 -60 @K0\nT1 10 loan clr/emp 120 @K1\nL1 clr 10 -120 @K1")
    found.ready()
    found.check_day("clr", "10")
    found.corrected_rule(admin, checker)
    found.close(maker, checker)
    return found


def previewed(books: Both, made: Made) -> BatchPreview:
    with tenant(books.tenant_id):
        return kind.preview(ApprovalRequest.objects.get(id=made.id).payload, NOW)


def test_members_in_closed_books_are_corrected_on_the_first_open_day(books: Both, maker: Actor, checker: Actor) -> None:
    made = books.ask(maker, books.case("clr", "10").number)
    shown = {d.day: d.members for d in previewed(books, made).days}
    assert shown == {MARCH: 1, date(2026, 3, 10): 1}
    assert books.approve(made, checker).state == "executed"
    batch = books.chunk(made)
    assert (batch.state, batch.stopped_because) == ("done", "")
    books.work()
    with tenant(books.tenant_id):
        dated = {
            name: {(t.effective_on, t.adjusts_on) for t in (t0.reversal, t0.correction)}
            for name in ("T1", "T4")
            for t0 in [LedgerTransaction.objects.get(public_id=books.ids[name])]
        }
    assert dated == {"T1": {(date(2026, 3, 10), None)}, "T4": {(MARCH, LAST)}}
    closed, first = books.reconcile("clr", LAST, AFTER), books.check_day("clr", "01", AFTER)
    assert (closed.unexplained, first.unexplained) == (0, 0)
    assert closed.drift + first.drift == 0, "within grace the line of the closed day takes them; else the two days net"


def test_books_that_move_after_the_approval_stop_the_rest(books: Both, maker: Actor, checker: Actor) -> None:
    made = books.ask(maker, books.case("clr", "10").number)
    books.approve(made, checker)
    books.approve(books.ask_to_reopen(maker, FEBRUARY), checker)
    batch = books.chunk(made)
    assert (batch.state, batch.stopped_because) == ("stopped", "books were closed or re-opened since the approval")


def test_a_batch_asked_for_before_is_stale(books: Both, maker: Actor, checker: Actor) -> None:
    made = books.ask(maker, books.case("clr", "10").number)
    books.approve(books.ask_to_reopen(maker, FEBRUARY), checker)
    decided = books.approve(made, checker)
    assert (decided.state, [c.fact for c in decided.changed]) == ("stale", ["first_open_day"])
