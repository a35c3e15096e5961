from typing import Any

import pytest

from ledger.actors import Actor
from ledger.models import AuditEntry, Tenant
from ledger.tenancy import tenant
from reconciliation.checkpoints.models import CheckpointDecision
from reconciliation.commerce.errors import OrderDiffers
from reconciliation.commerce.models import Order
from reconciliation.commerce.record_orders import record_orders
from reconciliation.errors import BadInput, NotPermitted
from tests.people import SET_UP
from tests.reconciliation.commerce.desk import NOON, asked, order_of, take

pytestmark = pytest.mark.django_db(transaction=True)
JOB = Actor("job", "orders", frozenset({"job"}))


def test_it_stores_what_was_stated_and_says_so(acme: Tenant) -> None:
    first, second = take(acme.id, asked("A-1"), asked("A-2", metadata={"basket": 3}, due_at=None))
    assert [(s.order_ref, s.created, s.state) for s in (first, second)] == [
        ("A-1", True, "open"),
        ("A-2", True, "open"),
    ]
    found = order_of(acme.id)
    assert (int(found.expected_minor), found.asset, found.payment_id, found.source) == (50000, "BTC", "p1", "api")
    assert (found.recorded_at, order_of(acme.id, "A-2").due_at) == (NOON, None)
    with tenant(acme.id):
        (row,) = AuditEntry.objects.filter(action="orders.recorded")
        assert (row.actor, row.subject, row.detail) == ("core-banking", "2 orders", {"created": 2, "known": 0})
        (decision,) = CheckpointDecision.objects.filter(move="commerce.record")
        assert (decision.id, decision.subject_count) == (found.decision_id, 2)


def test_the_same_order_again_is_no_news(acme: Tenant) -> None:
    take(acme.id, asked("A-1"))
    again = take(acme.id, asked("A-1"), asked("A-2"))
    assert [s.created for s in again] == [False, True]
    assert [s.created for s in take(acme.id, asked("A-1"), asked("A-2"))] == [False, False]
    with tenant(acme.id):
        assert Order.objects.count() == 2
        assert AuditEntry.objects.filter(action="orders.recorded").count() == 2, "nothing new leaves no trace"
        assert CheckpointDecision.objects.filter(move="commerce.record").count() == 2


def test_another_content_is_refused_and_names_its_row(acme: Tenant) -> None:
    take(acme.id, asked("A-1"))
    with pytest.raises(OrderDiffers) as refused:
        take(acme.id, asked("A-2"), asked("A-1", amount_minor="50001"))
    assert refused.value.where == "orders[1]"
    assert int(order_of(acme.id).expected_minor) == 50000
    with tenant(acme.id):
        assert not Order.objects.filter(order_ref="A-2").exists()


def test_an_order_stands_once_in_a_batch(acme: Tenant) -> None:
    with pytest.raises(BadInput) as refused:
        take(acme.id, asked("A-1"), asked("A-2"), asked("A-1"))
    assert refused.value.where == "orders[2].order_ref"
    with pytest.raises(BadInput):
        take(acme.id)


def test_amounts_beyond_64_bits_are_kept_exact(acme: Tenant) -> None:
    take(acme.id, asked("A-1", amount_minor="12345678901234567890123", asset="ETH"))
    assert int(order_of(acme.id).expected_minor) == 12345678901234567890123


def test_many_orders_take_few_queries(acme: Tenant, django_assert_max_num_queries: Any) -> None:
    take(acme.id, asked("A-0"))  # what is in force is read once
    with tenant(acme.id), django_assert_max_num_queries(4):
        record_orders([asked(f"A-{n}") for n in range(500)], actor=JOB, at=NOON)


def test_who_may_record(acme: Tenant, checker: Actor, support: Actor) -> None:
    for who in (checker, support, SET_UP):
        with pytest.raises(NotPermitted), tenant(acme.id):
            record_orders([asked()], actor=who, at=NOON)


def test_each_tenant_has_orders_of_its_own(acme: Tenant, rival: Tenant) -> None:
    take(acme.id, asked("A-1"))
    (theirs,) = take(rival.id, asked("A-1", amount_minor="7"))
    assert theirs.created
    assert [int(order_of(t.id).expected_minor) for t in (acme, rival)] == [50000, 7]
