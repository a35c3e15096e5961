"""The walls around a batch, attacked in SQL as each role: no member after the approval, no second execution, nothing written under
its decision but what was approved, nothing of another tenant."""

import json
from collections.abc import Callable
from typing import Any

import psycopg
import pytest

from ledger.actors import Actor
from ledger.models import Entry, LedgerTransaction, Tenant
from ledger.tenancy import tenant
from reconciliation.approvals.made_before import Made
from reconciliation.corrections.batches.models import BatchDone, BatchMember, CorrectionBatch
from tests.reconciliation.corrections.batches.signs import S04, Signs

pytestmark = pytest.mark.django_db(transaction=True)
RawAs = Callable[..., psycopg.Connection[Any]]
WHO = '{"kind": "job", "id": "x", "role": "x", "policy_version": "x"}'
POST = f"SELECT * FROM ledger_post(%s::jsonb, '{WHO}', now())"
ROLES = ["app", "audit", "owner", "superuser"]


@pytest.fixture
def signs(acme: Tenant) -> Signs:
    made = Signs(acme.id)
    made.rule()
    made.play(S04)
    made.play("T8 10 ewa 70 @D8")
    made.check_day("clr", "10")
    return made


@pytest.fixture
def made(signs: Signs, maker: Actor, checker: Actor, admin: Actor) -> Made:
    signs.corrected_rule(admin, checker)
    found = signs.ask(maker, next(c for c in signs.cases("clr", "10") if c.cause == 3).number)
    signs.approve(found, checker)
    return found


def attacked(link: psycopg.Connection[Any], statement: str, given: list[Any]) -> str:
    """The constraint that refused it, or the kind of refusal where a right was missing."""
    with pytest.raises(psycopg.Error) as refused, link.transaction():
        link.execute(statement, given)
    return refused.value.diag.constraint_name or type(refused.value).__name__


def signed_in(raw_as: RawAs, role: str, tenant_id: int) -> psycopg.Connection[Any]:
    link = raw_as(role, autocommit=True)
    link.execute("SELECT set_config('app.tenant_id', %s, false)", [str(tenant_id)])
    return link


@pytest.mark.parametrize("role", ROLES)
def test_the_set_is_closed(signs: Signs, made: Made, raw_as: RawAs, role: str) -> None:
    link, other = signed_in(raw_as, role, signs.tenant_id), signs.transaction("T8").id
    with tenant(signs.tenant_id):
        before = set(BatchMember.objects.values_list("request_id", "transaction_id"))
    add = "INSERT INTO correction_batch_member (tenant_id, request_id, transaction_id) VALUES (%s, %s, %s)"
    expected = {"audit": "InsufficientPrivilege"}
    assert attacked(link, add, [signs.tenant_id, made.id, other]) == expected.get(role, "members_are_those_asked_for")
    for change in ("UPDATE correction_batch_member SET transaction_id = 1", "DELETE FROM correction_batch_member",
                   "TRUNCATE correction_batch_member CASCADE"):  # fmt: skip
        assert attacked(link, change, []) in ("append_only", "InsufficientPrivilege")
    with tenant(signs.tenant_id):
        assert set(BatchMember.objects.values_list("request_id", "transaction_id")) == before


def test_members_are_kept_whole_or_not_at_all(
    signs: Signs, maker: Actor, checker: Actor, admin: Actor, raw_as: RawAs
) -> None:
    """Also while the request is open: nobody adds one, nobody leaves one out."""
    signs.corrected_rule(admin, checker)
    case = next(c for c in signs.cases("clr", "10") if c.cause == 3)
    waiting = signs.ask(maker, case.number)
    link = signed_in(raw_as, "app", signs.tenant_id)
    add = "INSERT INTO correction_batch_member (request_id, transaction_id) VALUES (%s, %s)"
    assert attacked(link, add, [waiting.id, signs.transaction("T8").id]) == "members_are_those_asked_for"


@pytest.mark.parametrize("role", ROLES)
def test_it_runs_once(signs: Signs, made: Made, raw_as: RawAs, role: str) -> None:
    signs.chunk(made)
    link = signed_in(raw_as, role, signs.tenant_id)
    again = (
        "INSERT INTO correction_batch (tenant_id, request_id, use_case, rule_number, member_count, decision_id, begun_at)"
        " SELECT tenant_id, request_id, use_case, rule_number, member_count, decision_id, now() FROM correction_batch"
    )
    assert attacked(link, again, []) in ("correction_batch_pkey", "batch_by_decision", "InsufficientPrivilege")
    back = "UPDATE correction_batch SET state = 'running', ended_at = NULL, done_count = 0"
    assert attacked(link, back, []) in ("batch_moves_forward", "InsufficientPrivilege")
    twice = "INSERT INTO correction_batch_done SELECT * FROM correction_batch_done"
    assert attacked(link, twice, []) in ("correction_batch_done_pkey", "InsufficientPrivilege")
    with tenant(signs.tenant_id):
        assert CorrectionBatch.objects.get().state == "done"
        assert BatchDone.objects.count() == 2
        assert LedgerTransaction.objects.filter(use_case="loan").count() == 6


def posting(signs: Signs, original: LedgerTransaction, decision: int, **over: Any) -> str:
    """An item of ledger_post() that mirrors a transaction under a decision, `over` in what it says."""
    with tenant(signs.tenant_id):
        rows = Entry.objects.filter(transaction_id=original.id).order_by("leg")
        legs = [[e.account_id, "CREDIT" if e.direction == "DEBIT" else "DEBIT", str(int(e.amount_minor))] for e in rows]
    item = {
        "n": 0, "key": "attack", "status": "POSTED", "use_case": original.use_case, "partner_reference": original.partner_reference,
        "effective_on": str(original.effective_on), "reverses": original.id, "metadata": {}, "legs": legs,
        "fingerprint": "00" * 32, "decision": decision,
    } | over  # fmt: skip
    return json.dumps([item])


def test_under_its_decision_nothing_else_is_written(signs: Signs, made: Made, raw_as: RawAs) -> None:
    batch, link = signs.batch(made), signed_in(raw_as, "app", signs.tenant_id)
    member, other = signs.transaction("T1"), signs.transaction("T8")
    turned = {"legs": [[signs.accounts["clr"].id, "CREDIT", "999"], [signs.accounts["emp"].id, "DEBIT", "999"]]}
    for item in (
        posting(signs, other, batch.decision_id),  # no member
        posting(signs, member, batch.decision_id, effective_on="2026-03-11"),  # another day
        posting(signs, member, batch.decision_id, payment_id="pay_x"),  # another payment
        posting(signs, member, batch.decision_id, reverses=None, **turned),  # no correction of anything
    ):
        assert attacked(link, POST, [item]) == "move_has_its_approval"
    link.execute(POST, [posting(signs, member, batch.decision_id)])  # what the batch itself would write
    anew = {"reverses": None, "corrects": member.id, "key": "anew"}
    assert (
        attacked(link, POST, [posting(signs, member, batch.decision_id, **anew, **turned)]) == "move_has_its_approval"
    )
    assert signs.chunk(made).state == "stopped", "and the batch meets what was written past it"
    assert attacked(link, POST, [posting(signs, member, batch.decision_id, **anew)]) == "move_has_its_approval"


def test_a_freeze_holds_a_batch_that_was_approved_before(signs: Signs, made: Made, raw_as: RawAs) -> None:
    signs.play("L9 clr 10 -700 @X9")
    signs.check_day("clr", "10")
    item = posting(signs, signs.transaction("T1"), signs.batch(made).decision_id)
    assert attacked(signed_in(raw_as, "app", signs.tenant_id), POST, [item]) == "move_is_not_frozen"


def test_what_is_done_was_written_by_it(signs: Signs, made: Made, raw_as: RawAs) -> None:
    link = signed_in(raw_as, "app", signs.tenant_id)
    claim = (
        "INSERT INTO correction_batch_done (request_id, transaction_id, reversal_id, repost_id) VALUES (%s, %s, %s, %s)"
    )
    one = signs.transaction("T1").id
    assert attacked(link, claim, [made.id, one, one, one]) == "done_as_it_was_written"
    finish = "UPDATE correction_batch SET state = 'done', done_count = member_count, ended_at = now()"
    assert attacked(link, finish, []) == "batch_moves_forward"


@pytest.mark.parametrize("role", ["app", "audit", "owner"])
def test_another_tenant_sees_and_takes_nothing_of_it(
    signs: Signs, made: Made, rival: Tenant, raw_as: RawAs, role: str
) -> None:
    link = signed_in(raw_as, role, rival.id)
    for table in ("posting_rule", "correction_batch", "correction_batch_member", "correction_batch_done"):
        try:
            found = link.execute(f"SELECT count(*) FROM {table}").fetchone()
        except psycopg.errors.InsufficientPrivilege:
            continue
        assert found == (0,), table
    add = "INSERT INTO correction_batch_member (tenant_id, request_id, transaction_id) VALUES (%s, %s, %s)"
    for tenant_id in (rival.id, signs.tenant_id):
        assert attacked(link, add, [tenant_id, made.id, signs.transaction("T8").id])
    with tenant(signs.tenant_id):
        assert BatchMember.objects.count() == 2
