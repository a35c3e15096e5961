"""A freeze holds everybody: asked of policy, of the database as any role, and of approvals given before it (abuse 13)."""

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import psycopg
import pytest

from ledger.actors import Actor
from ledger.models import LedgerTransaction, Tenant
from ledger.tenancy import tenant
from reconciliation.approvals.models import ApprovalRequest
from reconciliation.bank.settlement_day import settlement_day
from reconciliation.checkpoints.decide import ask, record_decision
from reconciliation.checkpoints.freeze_windows import Scope, end_window, open_window
from reconciliation.checkpoints.freezing import BY_HAND, Freeze, freezable, touching_accounts
from reconciliation.checkpoints.models import CheckpointDecision
from reconciliation.checkpoints.rules import Move
from reconciliation.checkpoints.vocabulary import VOCABULARY
from reconciliation.errors import BadInput, Frozen
from reconciliation.policies.request_override import request_override
from reconciliation.postings.post_transactions import post_transactions
from reconciliation.postings.requests import PostingRequest, RequestedEntry
from reconciliation.refused_attempts import record_attempt
from tests.checkpoints import checkpoint, put_in_force, two_admins
from tests.people import INTEGRATION, UserMaker
from tests.reconciliation.books import NOW, march
from tests.reconciliation.recovery.incidents import LATER, Scene

pytestmark = pytest.mark.django_db(transaction=True)
CALL = (
    "INSERT INTO incident_call (incident_id, called_at, caller_id, caller, spoke_with, said, reference, recorded_at, sent_key)"
    " SELECT id, '{on}', 1, 'me', '{whom}', '{said}', '', now(), 'k' FROM incident"
)
RawAs = Callable[..., psycopg.Connection[Any]]
LIFTABLE = {"moves": ["posting.post"], "outcome": "approval", "reason": "Big ones wait.",
            "approval": {"roles": ["controller"], "quorum": 1}, "when": {"use_case": ["loan"]}}  # fmt: skip


def payment(books: Scene, key: str, status: str = "POSTED") -> None:
    """A new payment of a system that owns its use case, on the frozen account."""
    entries = [RequestedEntry("emp", "DEBIT", 70), RequestedEntry("clr", "CREDIT", 70)]
    request = PostingRequest(key=key, use_case="ewa", entries=entries, status=status, effective_on=march("12"))  # type: ignore[arg-type]
    with tenant(books.tenant_id):
        post_transactions([request], actor=INTEGRATION, at=LATER, day_of=settlement_day)


@pytest.fixture
def before(acme: Tenant) -> Scene:
    """A payment that the bank rejected; nothing is frozen yet."""
    made = Scene(acme.id)
    made.play("T1 10 ewa 900 @D1\nT2 10 receipt 50 @I2").check_day("clr", "10")
    return made


def freeze(scene: Scene) -> None:
    scene.play("L1 clr 12 -250 @X991").check_day("clr", "12")


@pytest.mark.parametrize("roles", [("policy_admin", "controller", "analyst", "operator"), ("job",), ("integration",)])
def test_every_role_and_door_is_refused_in_one_sentence(before: Scene, roles: tuple[str, ...]) -> None:
    freeze(before)
    facts = {"account": ["clr", "emp"], "role": list(roles), "door": "screen"}
    with tenant(before.tenant_id):
        said = ask(Move("correction.reverse", facts), LATER)
        assert (said.outcome, said.rule) == ("forbidden", "FW-1")
        assert said.reason == (
            f"Corrections of clr are frozen by incident IN-1 since {NOW:%Y-%m-%d %H:%M} UTC until two people release it."
        )
        assert ask(Move("correction.reverse", facts | {"account": ["cash"]}), LATER).outcome == "approval"
        assert ask(Move("correction.reverse", {}), LATER).frozen, "what names no account is no way around"


def test_abuse_13_an_override_is_refused_even_for_an_admin_and_goes_on_record(
    before: Scene, user_of: UserMaker
) -> None:
    first, second = two_admins(user_of, before.tenant_id)
    put_in_force(before.tenant_id, checkpoint(LIFTABLE), maker=first, checker=second, at=NOW)
    freeze(before)
    asked = {"key": "trial-checkpoint", "move": "posting.post", "payment_id": "", "hours": 4, "reason_code": "INCIDENT",
             "ticket": "T-1", "note": "we are in a hurry"}  # fmt: skip
    with (
        pytest.raises(Frozen, match="Overrides of checkpoints of clr are frozen by incident IN-1") as refused,
        tenant(before.tenant_id),
    ):
        request_override(**asked, idempotency_key=uuid4().hex, actor=first, at=LATER)
    with tenant(before.tenant_id):
        record_attempt(refused.value, "POST checkpoint-override-ask", actor=first, at=LATER)
        kept = CheckpointDecision.objects.get(outcome="forbidden", move="policy.override")
        assert (kept.policy, kept.rule) == ("Freeze window", "FW-1")


def test_an_approval_given_before_the_freeze_does_not_execute_until_it_ended(
    before: Scene, maker: Actor, checker: Actor, controller: Actor
) -> None:
    made = before.reverse("T1", by=maker)
    freeze(before)
    with pytest.raises(Frozen, match="IN-1"):
        before.approve(made, checker, at=LATER)
    assert before.reversal_of("T1") is None
    with tenant(before.tenant_id):
        assert ApprovalRequest.objects.get(id=made.id).state == "open"
    before.release(1, controller, checker)
    assert before.approve(made, checker, at=LATER).state == "executed"


def test_payments_statements_and_confirmations_keep_flowing(before: Scene) -> None:
    freeze(before)
    payment(before, "new-1")
    payment(before, "plan-1", "PENDING")
    before.play("L7 clr 13 -70 @Q1").check_day("clr", "13")
    with tenant(before.tenant_id):
        assert LedgerTransaction.objects.filter(idempotency_key__in=["new-1", "plan-1"]).count() == 2


def test_the_database_refuses_it_as_any_role(before: Scene, maker: Actor, raw_as: RawAs) -> None:
    """A reversal under a decision that says it is a payment, a correction that policy once allowed, an end by hand."""
    with tenant(before.tenant_id):
        plain = record_decision(Move("posting.post", {"account": ["clr"]}), at=NOW, subjects=["x"])
    freeze(before)
    original = before.transaction("T1")
    for role in ("app", "owner"):
        link = raw_as(role)
        link.execute("SELECT set_config('app.tenant_id', %s, true)", [str(before.tenant_id)])
        if role == "owner":
            link.execute("SET ROLE plumbline_owner")
        write = """
        WITH h AS (
            INSERT INTO ledger_transaction (status, use_case, effective_on, recorded_at, posted_at, reverses_id, decision_id,
                   idempotency_key, fingerprint)
            VALUES ('POSTED', 'ewa', '2026-03-10', now(), now(), %s, %s, 'by hand', '') RETURNING tenant_id, id)
        INSERT INTO ledger_entry (tenant_id, transaction_id, leg, account_id, direction, amount_minor)
        SELECT h.tenant_id, h.id, e.leg, e.account_id, CASE e.direction WHEN 'DEBIT' THEN 'CREDIT' ELSE 'DEBIT' END, e.amount_minor
          FROM h, ledger_entry e WHERE e.transaction_id = %s
        """
        with pytest.raises(psycopg.Error) as refused:
            link.execute(write, [original.id, plain.id, original.id])
        told = refused.value.diag.constraint_name
        assert told == "move_is_not_frozen" or isinstance(refused.value, psycopg.errors.InsufficientPrivilege), (
            refused.value
        )
        assert told == "move_is_not_frozen" or role == "owner"
        link.rollback()
    app = raw_as("app", autocommit=True)
    app.execute("SELECT set_config('app.tenant_id', %s, false)", [str(before.tenant_id)])
    attacks = {
        "freeze_ends_with_its_subject": "INSERT INTO freeze_end (window_id, ended_at, ended_by, why, decision_id)"
        " SELECT id, now(), 'me', 'because', decision_id FROM freeze_window",
        "append_only": "UPDATE freeze_window SET accounts = '{cash}'",
        "release_is_as_asked": "INSERT INTO incident_release SELECT tenant_id, id, now(), 'me', 'bank_error',"
        " 'twenty characters and more', '\\x00', decision_id FROM incident",
        "call_follows_the_money": CALL.format(on="2000-01-01", whom="Almaz Tesfaye", said="They stop the payee."),
        "call_says_with_whom_and_what": CALL.format(on="2026-03-19", whom="x", said="y"),
        "incident_is_the_only_one": "INSERT INTO incident (number, bank_account_id, freeze_id, opened_at, opened_by,"
        " run_label, decision_id) SELECT 99, bank_account_id, freeze_id, now(), 'me', 'x', decision_id FROM incident",
        "freeze_holds_what_people_do": "INSERT INTO freeze_window (number, kind, subject, reason, moves, opened_at, opened_by,"
        " decision_id) SELECT 99, 'incident', 'x', 'x', '{posting.post}', now(), 'me', decision_id FROM incident",
        "held_case_ends_after_release": "UPDATE exception_case SET state = 'resolved', resolved_at = now(), resolution ="
        " 'answered_elsewhere' WHERE cause = 4",
    }
    for constraint, attack in attacks.items():
        with pytest.raises(psycopg.Error) as refused:
            app.execute(attack)
        told = refused.value.diag.constraint_name
        assert told == constraint or ("permission denied" in str(refused.value) and constraint == "append_only"), (
            constraint,
            told,
        )


def test_an_override_is_refused_in_sql(before: Scene, raw_as: RawAs) -> None:
    freeze(before)
    with tenant(before.tenant_id):
        plain = record_decision(Move("case.open", {}), at=NOW, subjects=["x"])
    app = raw_as("app", autocommit=True)
    app.execute("SELECT set_config('app.tenant_id', %s, false)", [str(before.tenant_id)])
    write = """
    INSERT INTO checkpoint_override (number, policy_id, move, payment_id, starts_at, ends_at, reason_code, ticket, note, asked_by,
           role, decision_id)
    SELECT 99, min(id), 'correction.reverse', '', now(), now() + interval '1 hour', 'INCIDENT', 'T', 'x', 'me', 'policy_admin', %s
      FROM checkpoint_policy
    """
    with pytest.raises(psycopg.Error) as refused:
        app.execute(write, [plain.id])
    assert refused.value.diag.constraint_name == "move_is_not_frozen"


def test_a_recovery_s_window_holds_days_and_moves_by_hand(before: Scene) -> None:
    scope = Scope(
        frozenset({"correction.reverse", "commerce.move_by_hand"}), first_day=march("01"), until_day=march("10")
    )
    with tenant(before.tenant_id):
        decided = record_decision(Move("incident.open", {}), at=NOW, subjects=["RR-1"])
        window = open_window(
            scope,
            kind="recovery",
            subject="RR-1",
            reason="drift",
            decision_id=decided.id,
            policy_version="x",
            actor=INTEGRATION,
            at=NOW,
        )
        moved = {"account": ["clr"]}
        assert ask(Move("correction.reverse", moved | {"on": "2026-03-09"}), LATER).frozen
        assert not ask(Move("correction.reverse", moved | {"on": "2026-03-10"}), LATER).frozen
        assert ask(Move("correction.reverse", moved), LATER).frozen
        assert ask(Move("commerce.move_by_hand", {}), LATER).frozen
        end_window(window.id, why="over", decision_id=decided.id, policy_version="x", actor=INTEGRATION, at=LATER)
        assert not ask(Move("commerce.move_by_hand", {}), LATER).frozen
        with pytest.raises(BadInput):
            open_window(
                Scope(frozenset({"posting.post"})), kind="recovery", subject="RR-2", reason="x", decision_id=decided.id,
                policy_version="x", actor=INTEGRATION, at=NOW,
            )  # fmt: skip


def test_the_code_and_the_database_hold_the_same_moves(raw_as: RawAs) -> None:
    link = raw_as("superuser", autocommit=True)
    for name in {*VOCABULARY, "correction.batch", "posting.other"}:
        assert link.execute("SELECT freezable(%s)", [name]).fetchone() == (freezable(name),), name
    assert VOCABULARY.keys() >= BY_HAND
    assert all(VOCABULARY[name].outcomes != {"automatic"} for name in touching_accounts())


@pytest.mark.quick
def test_planes_narrow_what_a_window_holds() -> None:
    window = Freeze(1, "recovery", "RR-1", NOW, frozenset({"policy.override"}), frozenset({"clr"}))
    assert window.holds(Move("policy.override", {"move": "posting.post"}))
    assert not window.holds(Move("policy.override", {"move": "commerce.move"}))
    assert "until it has ended" in window.says(Move("policy.override"))


def test_asking_costs_no_query_on_the_way_of_a_posting(before: Scene, django_assert_num_queries: Any) -> None:
    payment(before, "warm")
    freeze(before)
    payment(before, "warm-2")
    with django_assert_num_queries(2):  # the tenant is named, and one call posts
        payment(before, "counted")
