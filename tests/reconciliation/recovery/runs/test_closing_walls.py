"""The last steps' walls, each attacked raw as the application's own role: what corrects a gap is of its own payment and agreed
on by two people, an order moves through the freeze for its gap alone, and nothing is settled or closed by saying so."""

from collections.abc import Callable
from typing import Any

import psycopg
import pytest

from ledger.actors import Actor
from tests.reconciliation.recovery.runs.drifted import Drifted
from tests.reconciliation.recovery.runs.test_walls import attack, step

pytestmark = pytest.mark.django_db(transaction=True)
Attack = Callable[[str], str | None]
__all__ = ["attack"]
TIE = """
INSERT INTO recovery_remedy (run_id, gap_id, request_id, tied_at, tied_by, decision_id)
SELECT g.run_id, g.id, r.id, now(), 'me', u.decision_id
  FROM recovery_gap g JOIN recovery_run u ON u.id = g.run_id, approval_request r
 WHERE g.order_ref = '{gap}' AND r.number = {request} LIMIT 1
"""
MOVE = """
SELECT guard.move_orders(jsonb_build_array(jsonb_build_object('order', o.id, 'from', o.state, 'to', 'refunded',
         'reason_code', 'CUSTOMER_REFUNDED_OUTSIDE', 'ticket', 'T-1', 'note', '', 'sent_key', 'raw')),
       'operator', 'me', 'controller', {decision}, now()) FROM commerce_order o WHERE o.order_ref = '{ref}'
"""
ACCEPT = """
INSERT INTO recovery_acceptance (run_id, gap_id, reason, accepted_at, asked_by, accepted_by, decision_id)
SELECT g.run_id, g.id, '{reason}', now(), 'me', 'you', {decision} FROM recovery_gap g WHERE g.order_ref = 'o3'
"""
RECHECK = """
INSERT INTO recovery_recheck (run_id, gap_id, at, gone, says) SELECT run_id, id, now(), {gone}, '{says}' FROM recovery_gap LIMIT 1
"""
ASKED = "(SELECT decision_id FROM approval_request WHERE number = {number})"
OWN = "(SELECT decision_id FROM recovery_run WHERE number = 1)"


def test_an_order_moves_through_the_freeze_for_its_gap_alone(
    shop: Drifted, controller: Actor, second: Actor, attack: Attack
) -> None:
    shop.to_classes(controller)
    assert attack(MOVE.format(decision=OWN, ref="o2")) == "move_is_not_frozen", "before the fifth step"
    shop.close_classes(controller)
    assert attack(MOVE.format(decision=OWN, ref="o2")) == "move_is_not_frozen", "without the gap"
    asked = shop.ask_move(shop.gap("o2", "unpaid"), "o2", controller)
    decision = ASKED.format(number=asked.number)
    assert attack(MOVE.format(decision=decision, ref="o2")) == "move_has_its_approval", "by one person"
    shop.approve(asked, second)
    assert attack(MOVE.format(decision=decision, ref="o4")) == "move_is_not_frozen", (
        "another order, after it was carried out"
    )


def test_an_approved_move_is_of_no_other_order(
    shop: Drifted, controller: Actor, second: Actor, attack: Attack, raw_as: Callable[..., psycopg.Connection[Any]]
) -> None:
    """An approval that stands open is the moment of an execution; it is made here by a raw hand."""
    shop.to_corrections(controller)
    asked = shop.ask_move(shop.gap("o2", "unpaid"), "o2", controller)
    superuser = raw_as("superuser", autocommit=True)
    superuser.execute(
        "INSERT INTO approval_decision (tenant_id, request_id, made_by, payload_sha256, decided_by, role, verdict, reason,"
        " decided_at) SELECT tenant_id, id, made_by, payload_sha256, %s, 'controller', 'approve', '', now()"
        " FROM approval_request WHERE number = %s",
        [second.person_id, asked.number],
    )
    decision = ASKED.format(number=asked.number)
    assert attack(MOVE.format(decision=decision, ref="o4")) == "move_is_not_frozen", "another payment"
    assert attack(MOVE.format(decision=decision, ref="o2")) is None


def test_what_is_tied_or_accepted_is_as_two_people_asked(
    shop: Drifted, controller: Actor, second: Actor, attack: Attack
) -> None:
    shop.to_corrections(controller)
    asked = shop.ask_move(shop.gap("o2", "unpaid"), "o2", controller)
    assert attack(TIE.format(gap="o3", request=asked.number)) == "remedy_is_of_its_gap", "another payment"
    accepted = shop.ask_acceptance(shop.gap("o3", "under"), controller)
    assert attack(TIE.format(gap="o3", request=accepted.number)) == "remedy_is_of_its_gap", "no correction"
    reason = "The customer keeps the goods; the rest is written off by finance."
    decision = ASKED.format(number=accepted.number)
    assert attack(ACCEPT.format(reason=reason, decision=OWN)) == "acceptance_is_as_asked"
    assert attack(ACCEPT.format(reason=reason.replace("rest", "loss"), decision=decision)) == "acceptance_is_as_asked"
    assert attack(ACCEPT.format(reason=reason, decision=decision)) == "move_has_its_approval", "by one person"
    assert attack(ACCEPT.format(reason="enough", decision=decision)) in (
        "acceptance_says_why",
        "acceptance_is_as_asked",
    )
    assert attack(RECHECK.format(gone="true", says="still there")) == "recheck_says_what_is_left"
    for table in (
        "recovery_remedy",
        "recovery_acceptance",
        "recovery_recheck",
        "recovery_draft",
        "recovery_measure",
        "recovery_comparison",
    ):
        assert attack(f"UPDATE {table} SET run_id = run_id") == "privilege"
        assert attack(f"DELETE FROM {table}") == "privilege"


def test_nothing_is_settled_by_saying_so(shop: Drifted, controller: Actor, second: Actor, attack: Attack) -> None:
    shop.to_corrections(controller)
    assert attack(step(5)) == "recovery_gaps_are_settled"
    shop.approve(shop.ask_move(shop.gap("o2", "unpaid"), "o2", controller), second)
    assert attack(step(5)) == "recovery_gaps_are_settled", "carried out, and nobody looked"
    assert attack("INSERT INTO recovery_comparison (run_id, at, document, sha256, unexplained)"
                  " SELECT id, now(), '{}', sha256('{}'), 0 FROM recovery_run") == "recovery_row_in_its_step"  # fmt: skip


def test_a_run_is_closed_as_asked_alone(shop: Drifted, controller: Actor, second: Actor, attack: Attack) -> None:
    shop.to_the_end(controller, second)
    assert attack(step(6)) == "recovery_closes_as_asked"
    assert attack(RECHECK.format(gone="true", says="")) == "recovery_row_in_its_step"


def test_a_plan_is_of_an_open_run_and_of_somebody_who_may_run_it(
    shop: Drifted, controller: Actor, analyst: Actor, attack: Attack
) -> None:
    plan = """INSERT INTO recovery_plan (run_id, freeze_until, owner_id, owner, reason, changed_at, changed_by, decision_id)
              SELECT id, now(), {owner}, 'me', 'It takes longer than planned.', now(), 'me', decision_id FROM recovery_run"""
    shop.open(controller)
    assert attack(plan.format(owner=controller.person_id)) is None
    assert attack(plan.format(owner=analyst.person_id)) == "plan_is_of_an_open_run"
    shop.withdraw(controller)
    assert attack(plan.format(owner=controller.person_id)) == "plan_is_of_an_open_run"
