"""The database holds a run to its order, whatever the code forgot: each wall is attacked raw, as the application's own role."""

from collections.abc import Callable
from typing import Any

import psycopg
import pytest

from ledger.actors import Actor
from ledger.tenancy import tenant
from reconciliation.approvals.models import ApprovalRequest
from reconciliation.recovery.runs.close_classes import close_classes
from tests.reconciliation.recovery.runs.drifted import LATER, WHY, Drifted

pytestmark = pytest.mark.django_db(transaction=True)
RawAs = Callable[..., psycopg.Connection[Any]]
RUN = """
INSERT INTO recovery_run (number, title, planes, first_on, until_on, accounts, payments, led_by, owner_id, owner,
       freeze_until, opened_at, opened_by, sent_key, document, sha256, decision_id)
SELECT 9, title, planes, {first}, {until}, {accounts}, {payments}, led_by, owner_id, owner,
       freeze_until, opened_at, opened_by, 'other',
       '{{"run":"RR-9"}}', sha256('{{"run":"RR-9"}}'), decision_id FROM recovery_run WHERE number = 1
"""
STEP = """
WITH d AS (SELECT '{{"run":"RR-1","step":{step}{more}}}'::text AS document)
INSERT INTO recovery_step (run_id, step, done_at, done_by, document, previous, sha256, freeze_id, bundle_id, decision_id)
SELECT r.id, {step}, now(), 'me', d.document, {previous},
       sha256({previous} || convert_to(d.document, 'UTF8')), {freeze}, {bundle}, r.decision_id
  FROM recovery_run r, d WHERE r.number = 1
"""
LAST = "(SELECT sha256 FROM recovery_step ORDER BY step DESC LIMIT 1)"


def step(number: int, *, more: str = "", previous: str = LAST, freeze: str = "NULL", bundle: str = "NULL") -> str:
    return STEP.format(step=number, more=more, previous=previous, freeze=freeze, bundle=bundle)


def scope(
    first: str = "first_on", until: str = "until_on", accounts: str = "accounts", payments: str = "payments"
) -> str:
    return RUN.format(first=first, until=until, accounts=accounts, payments=payments)


@pytest.fixture
def attack(shop: Drifted, raw_as: RawAs) -> Callable[[str], str | None]:
    """The name of the wall that a statement meets; None where it stands."""
    app = raw_as("app", autocommit=True)
    app.execute("SELECT set_config('app.tenant_id', %s, false)", [str(shop.tenant_id)])

    def run(statement: str) -> str | None:
        try:
            app.execute("BEGIN")
            app.execute(statement)
            app.execute("SET CONSTRAINTS ALL IMMEDIATE")
        except psycopg.errors.InsufficientPrivilege:
            return "privilege"
        except psycopg.Error as error:
            return error.diag.constraint_name or f"{error.sqlstate} {error}"
        finally:
            app.execute("ROLLBACK")
        return None

    return run


def test_a_scope_is_taken_once(shop: Drifted, controller: Actor, attack: Callable[[str], str | None]) -> None:
    shop.open(controller)
    assert attack(scope()) == "recovery_is_alone"
    assert attack(scope(until="until_on + 5", first="first_on - 5")) == "recovery_is_alone"
    assert attack(scope(payments="ARRAY['p-o1']")) == "recovery_is_alone", "all payments are these too"
    assert attack(scope(accounts="ARRAY['a']")) == "recovery_is_alone"
    assert attack(scope(first="until_on", until="until_on + 1")) is None, "days are half-open"
    assert attack(scope(first="until_on", until="until_on")) == "recovery_period_is_half_open"


def test_a_step_follows_the_one_before(shop: Drifted, controller: Actor, attack: Callable[[str], str | None]) -> None:
    shop.open(controller)
    run = "(SELECT sha256 FROM recovery_run WHERE number = 1)"
    window = "(SELECT id FROM freeze_window LIMIT 1)"
    assert attack(step(2, previous=run, bundle="1")) == "recovery_step_follows"
    assert attack(step(1, previous=run)) == "recovery_is_frozen"
    shop.freeze(controller)
    assert attack(step(1, previous=run, freeze=window)) == "recovery_step_follows", "a step is done once"
    assert attack(step(2, previous=run)) == "recovery_step_is_chained"
    assert attack(step(3)) == "recovery_step_follows"
    assert attack(step(2, more=',"bundle_sha256":"ab"', bundle="1")) == "recovery_export_is_sealed"
    shop.export(controller)
    assert attack(step(3, more=',"gaps":1')) == "recovery_gaps_are_stored"
    assert (
        attack(step(3, more=',"gaps":0').replace("sha256(" + LAST, "sha256('x'::bytea || " + LAST))
        == "recovery_step_is_chained"
    )
    shop.rerun(controller)
    assert attack(step(4)) == "recovery_gaps_have_their_class"
    assert attack(step(5)) == "recovery_step_follows"
    for table in ("recovery_run", "recovery_step", "recovery_gap", "recovery_class", "recovery_end"):
        assert (
            attack(
                f"UPDATE {table} SET run_id = run_id" if table != "recovery_run" else f"UPDATE {table} SET title = 'x'"
            )
            == "privilege"
        )
        assert attack(f"DELETE FROM {table}") == "privilege"


def test_gaps_and_classes_stay_in_their_step(
    shop: Drifted, controller: Actor, attack: Callable[[str], str | None]
) -> None:
    gap = """
    INSERT INTO recovery_gap (run_id, number, fingerprint, payment_id, order_ref, payment_ref, kind, reason, suggested_class, signs,
           value_minor, asset, since_at, evidence)
    SELECT id, 99, sha256('x'), '', '', '', 'x', 'x', {name}, '[]', 0, '', now(), '{{}}' FROM recovery_run WHERE number = 1
    """
    one = """
    INSERT INTO recovery_class (run_id, gap_id, exception_class, set_at, set_by_id, set_by, sent_key, decision_id)
    SELECT g.run_id, g.id, {name}, now(), r.owner_id, 'me', 'k', r.decision_id
      FROM recovery_gap g JOIN recovery_run r ON r.id = g.run_id {where}
    """
    shop.open(controller)
    shop.freeze(controller)
    assert attack(gap.format(name="'timing_skew'")) == "recovery_row_in_its_step"
    shop.export(controller)
    assert attack(gap.format(name="'other'")) == "gap_class_is_of_the_taxonomy"
    assert attack(gap.format(name="'timing_skew'")) is None
    shop.rerun(controller)
    assert attack(gap.format(name="'timing_skew'")) == "recovery_row_in_its_step"
    first = "WHERE g.number = 1"
    assert attack(one.format(name="'other'", where=first)) == "class_is_of_the_taxonomy"
    assert attack(one.format(name="'timing_skew'", where="")) == "class_is_set_one_by_one"
    assert attack(one.format(name="'timing_skew'", where=first)) is None
    for found in shop.gaps():
        shop.classify(found.number, "timing_skew", controller)
    with tenant(shop.tenant_id):
        close_classes(number=1, actor=controller, at=LATER)
    assert attack(one.format(name="'policy_hold'", where=first)) == "recovery_row_in_its_step"


def test_the_freeze_and_the_run_end_together(
    shop: Drifted, controller: Actor, second: Actor, attack: Callable[[str], str | None]
) -> None:
    shop.open(controller)
    shop.freeze(controller)
    thaw = """INSERT INTO freeze_end (window_id, ended_at, ended_by, why, decision_id)
              SELECT w.id, now(), 'me', 'because', {decision} FROM freeze_window w"""
    end = """INSERT INTO recovery_end (run_id, how, ended_at, ended_by, reason, decision_id)
             SELECT id, {how}, now(), 'me', {why}, decision_id FROM recovery_run WHERE number = 1"""
    assert attack(thaw.format(decision="w.decision_id")) == "freeze_ends_with_its_subject"
    assert attack(end.format(how="'stopped'", why="'It was opened over the wrong days.'")) == "recovery_stops_as_asked"
    assert attack(end.format(how="'withdrawn'", why="'It was opened over the wrong days.'")) in (
        "ended_recovery_is_thawed", "recovery_is_withdrawn_before_it_freezes",
    )  # fmt: skip
    assert attack(end.format(how="'stopped'", why="'enough'")) == "recovery_end_says_why"
    assert attack(end.format(how="'paused'", why="'It was opened over the wrong days.'")) == "recovery_ends_are_known"
    closed = end.format(how="'closed'", why="'It was opened over the wrong days.'")
    assert attack(closed) == "recovery_is_closed_by_its_last_step"
    asked = shop.ask_stop(controller)
    with tenant(shop.tenant_id):
        decision = ApprovalRequest.objects.get(id=asked.id).decision_id
    alone = end.replace("decision_id FROM", f"{decision} FROM").format(how="'stopped'", why=f"'{WHY}'")
    assert attack(alone) in ("move_has_its_approval", "ended_recovery_is_thawed"), "asked for, and approved by nobody"
    assert attack(alone.replace("stopped", "withdrawn")) is not None
    shop.approve(asked, second)
    assert attack(step(2, more=',"bundle_sha256":"ab"', bundle="1")) == "recovery_stands_open"
