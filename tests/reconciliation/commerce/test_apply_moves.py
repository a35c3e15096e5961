from collections.abc import Sequence
from typing import Any

import pytest

from ledger.actors import Actor
from ledger.models import AuditEntry, Tenant
from ledger.tenancy import tenant
from reconciliation.checkpoints.decide import record_decision
from reconciliation.checkpoints.rules import Move
from reconciliation.commerce.apply_moves import OrderStep, apply_moves
from reconciliation.commerce.errors import MoveNotAllowed
from reconciliation.errors import BadInput
from tests.reconciliation.commerce.desk import NOON, asked, moves_of, order_of, take

pytestmark = pytest.mark.django_db(transaction=True)
JOB = Actor("job", "matcher", frozenset({"job"}))


def apply(tenant_id: int, steps: Sequence[OrderStep], source: Any = "matcher") -> set[int]:
    with tenant(tenant_id):
        decided = record_decision(Move("commerce.move", {"source": source}), at=NOON)
        version = decided.decision.policy_version
        return apply_moves(steps, source=source, decision_id=decided.id, by=JOB, at=NOON, policy_version=version)


def ids(tenant_id: int, *refs: str) -> list[int]:
    return [order_of(tenant_id, ref).id for ref in refs]


def test_many_orders_move_in_one_statement(acme: Tenant, django_assert_max_num_queries: Any) -> None:
    take(acme.id, *(asked(f"A-{n}") for n in range(300)))
    one, two = ids(acme.id, "A-0", "A-299")
    with django_assert_max_num_queries(7):
        moved = apply(acme.id, [OrderStep(n, "open", "fulfilled") for n in range(one, one + 400)])
    assert {one, two} <= moved
    assert len(moved) == 300
    assert moves_of(acme.id, "A-299") == [("open", "fulfilled", "matcher")]
    with tenant(acme.id):
        (row,) = AuditEntry.objects.filter(action="orders.moved")
        assert (row.subject, row.detail["moves"]) == ("300 orders", {"open to fulfilled": 300})


def test_one_that_stands_otherwise_is_left_alone(acme: Tenant) -> None:
    take(acme.id, asked("A-1"), asked("A-2"))
    one, two = ids(acme.id, "A-1", "A-2")
    assert apply(acme.id, [OrderStep(one, "open", "refunded")]) == {one}
    assert apply(acme.id, [OrderStep(one, "open", "fulfilled"), OrderStep(two, "open", "fulfilled")]) == {two}
    assert order_of(acme.id, "A-1").state == "refunded"
    assert apply(acme.id, []) == set()


def test_a_matcher_makes_its_own_steps_alone(acme: Tenant) -> None:
    take(acme.id, asked("A-1"))
    (one,) = ids(acme.id, "A-1")
    apply(acme.id, [OrderStep(one, "open", "fulfilled")])
    for step in (OrderStep(one, "fulfilled", "disputed"), OrderStep(one, "fulfilled", "open")):
        with pytest.raises(MoveNotAllowed):
            apply(acme.id, [step])
    assert apply(acme.id, [OrderStep(one, "fulfilled", "disputed")], "rule") == {one}
    with pytest.raises(BadInput):
        apply(acme.id, [OrderStep(one, "disputed", "fulfilled"), OrderStep(one, "disputed", "refunded")], "rule")


def test_orders_of_another_tenant_stay_where_they_are(acme: Tenant, rival: Tenant) -> None:
    take(acme.id, asked("A-1"))
    assert apply(rival.id, [OrderStep(order_of(acme.id).id, "open", "fulfilled")]) == set()
    assert order_of(acme.id).state == "open"
