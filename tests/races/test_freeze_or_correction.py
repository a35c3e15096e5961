"""A freeze and a correction at the same moment: one order or the other, never both; and rivals open one incident."""

import threading
from datetime import timedelta

import pytest
from django.db import connection

from ledger.actors import Actor
from ledger.tenancy import tenant
from reconciliation.approvals.decide_request import decide_request
from reconciliation.approvals.step_up import StepUp
from reconciliation.drift.reconcile_account import Reconciled, reconcile_account
from reconciliation.errors import Frozen
from reconciliation.incidents.models import Incident, IncidentCase
from tests.races.rivals import at_once
from tests.reconciliation.books import NOW, Books, march

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.races]
JOB = Actor("job", "reconcile", frozenset({"job"}))


def check(books: Books, day: str) -> Reconciled:
    with tenant(books.tenant_id):
        first = march(day)
        return reconcile_account(books.banks["clr"], first, first + timedelta(days=1), actor=JOB, at=NOW)


def test_rivals_open_one_incident(books: Books) -> None:
    books.play("L1 clr 12 -250 @X991").cover("clr", march("15"))
    found = at_once(8, lambda _: check(books, "12"), at_a_time=8)
    assert all(isinstance(one, Reconciled) for one in found), found
    with tenant(books.tenant_id):
        assert (Incident.objects.count(), IncidentCase.objects.count()) == (1, 1)


@pytest.mark.parametrize("freeze_first", [True, False])
def test_what_executes_while_it_opens_comes_before_it_or_not_at_all(
    books: Books, maker: Actor, checker: Actor, freeze_first: bool
) -> None:
    books.play("T1 10 ewa 900 @D1").check_day("clr", "10")
    made = books.reverse("T1", by=maker)
    books.play("L1 clr 12 -250 @X991").cover("clr", march("15"))
    proof = StepUp(NOW, made.id, made.payload_sha256)
    inside, go_on, told = threading.Event(), threading.Event(), []

    def approve() -> None:
        decide_request(request_id=made.id, verdict="approve", reason="", step_up=proof, actor=checker, at=NOW)

    def held(act: object) -> None:
        """The first: it has done its work and not yet committed when the other begins."""
        with tenant(books.tenant_id):
            act()  # type: ignore[operator]
            inside.set()
            go_on.wait(timeout=20)
        connection.close()

    def second(act: object) -> None:
        inside.wait(timeout=20)
        try:
            with tenant(books.tenant_id):
                act()  # type: ignore[operator]
            told.append("done")
        except Frozen:
            told.append("frozen")
        connection.close()

    acts = (lambda: check(books, "12"), approve)
    one, other = acts if freeze_first else acts[::-1]
    threads = [threading.Thread(target=held, args=(one,)), threading.Thread(target=second, args=(other,))]
    for thread in threads:
        thread.start()
    inside.wait(timeout=20)
    threads[1].join(timeout=2)
    assert told == [], "the second waits for the first to commit"
    go_on.set()
    for thread in threads:
        thread.join(timeout=30)
    assert told == (["frozen"] if freeze_first else ["done"])
    assert (books.reversal_of("T1") is None) == freeze_first
    with tenant(books.tenant_id):
        assert Incident.objects.count() == 1
