"""No move without a decision that allows it, as whoever asks in SQL; no version in force without a second person."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import psycopg
import pytest
from psycopg import errors

from ledger.models import Tenant
from ledger.tenancy import tenant
from reconciliation.approvals.decide_request import decide_request
from reconciliation.approvals.make_request import Draft, make_request
from reconciliation.approvals.step_up import StepUp
from reconciliation.checkpoints.decide import decision_for_preview, record_decision, record_whatever
from reconciliation.checkpoints.models import CheckpointDecision
from reconciliation.checkpoints.rules import Move
from reconciliation.policies.save_draft import save_draft
from reconciliation.policies.start_evaluation import start_evaluation
from tests.checkpoints import checkpoint, put_in_force, two_admins
from tests.people import UserMaker

pytestmark = pytest.mark.django_db(transaction=True)
RawAs = Callable[..., psycopg.Connection[Any]]
CARRYING = """
SELECT c.relname FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid JOIN pg_namespace n ON n.oid = c.relnamespace
 WHERE a.attname = 'decision_id' AND NOT a.attisdropped AND c.relkind IN ('r', 'p') AND n.nspname = 'public' ORDER BY 1
"""
# Where a decision's id is not that of the row's own move: policy's own tables, and the request that policy let be made.
OTHERWISE = {"approval_request", "checkpoint_shadow", "checkpoint_override", "checkpoint_version"}
CLAUSE = {"moves": ["posting.post"], "outcome": "forbidden", "reason": "Nothing is posted today."}
OWN_WALLS = {
    "approval_execution", "approval_restriction", "incident", "incident_release", "ledger_period_move", "line_identification",
    "gate_setting", "recovery_acceptance", "recovery_class", "recovery_draft", "recovery_plan", "recovery_remedy", "recovery_step",
}  # fmt: skip


@pytest.fixture
def superuser(raw_as: RawAs) -> psycopg.Connection[Any]:
    return raw_as("superuser", autocommit=True)


def test_every_table_that_carries_a_decision_is_held_to_it(superuser: psycopg.Connection[Any]) -> None:
    carrying = {name for (name,) in superuser.execute(CARRYING)}
    guarded = {
        name for (name,) in superuser.execute(
            "SELECT c.relname FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid "
            "WHERE t.tgname = 'as_decided' AND t.tgenabled = 'O'"
        )
    }  # fmt: skip
    assert len(guarded) >= 17
    assert carrying - guarded - OTHERWISE == set()
    nullable = superuser.execute(
        "SELECT table_name FROM information_schema.columns WHERE column_name = 'decision_id' AND is_nullable = 'YES'"
    ).fetchall()
    assert {name for (name,) in nullable} <= {"checkpoint_version"}, "a draft has none yet"


@pytest.mark.parametrize("role", ["app", "audit", "owner", "superuser"])
def test_no_role_writes_a_move_without_a_decision_that_allows_it(
    acme: Tenant, noon: datetime, raw_as: RawAs, superuser: psycopg.Connection[Any], role: str
) -> None:
    with tenant(acme.id):
        forbidden = record_whatever(Move("posting.imagine"), at=noon, subjects=[]).id
        asked_for = record_decision(Move("correction.reverse"), at=noon, asked=True).id
    link = raw_as(role, autocommit=True)
    link.execute("SELECT set_config('app.tenant_id', %s, false)", [str(acme.id)])
    tables = [n for (n,) in superuser.execute(
        "SELECT c.relname FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid WHERE t.tgname = 'as_decided' ORDER BY 1"
    )]  # fmt: skip
    seen, missed = 0, []
    for table in tables:
        for decision, wall in (
            (0, "carries_its_decision"),
            (forbidden, "is_not_forbidden"),
            (asked_for, "has_its_approval"),
        ):
            attack = _row_of(superuser, table, acme.id, decision)
            with pytest.raises(psycopg.Error) as refused, link.transaction():
                if role == "superuser":  # whoever may take every other rule away meets this one
                    for name in _other_rules(link, table):
                        link.execute(f"ALTER TABLE {table} DROP CONSTRAINT {name}")
                link.execute(attack)
            constraint = refused.value.diag.constraint_name or ""
            missed += [] if constraint == f"move_{wall}" else [(table, str(refused.value))]
            seen += constraint == f"move_{wall}"
            allowed = isinstance(
                refused.value, errors.InsufficientPrivilege | errors.CheckViolation | errors.ForeignKeyViolation
            )
            assert allowed, (table, wall, refused.value)
    if role == "superuser":
        # An execution is asked for its quorum first, a restriction for the request that agrees to it, an incident for
        # its freeze and a release for its request, row by row.
        assert {table for table, _ in missed} == OWN_WALLS
        assert seen == 3 * (len(tables) - len(OWN_WALLS)), missed


def _other_rules(link: psycopg.Connection[Any], table: str) -> list[str]:
    rows = link.execute(
        "SELECT conname FROM pg_constraint WHERE conrelid = %s::regclass AND contype IN ('c', 'f')", [table]
    ).fetchall()
    return [name for (name,) in rows]


def _row_of(superuser: psycopg.Connection[Any], table: str, tenant_id: int, decision: int) -> str:
    """An INSERT of a row with a value for every column that must have one."""
    columns = superuser.execute(
        "SELECT column_name, data_type, domain_name FROM information_schema.columns WHERE table_name = %s AND is_nullable = 'NO' "
        "AND column_default IS NULL AND is_identity = 'NO' AND is_generated = 'NEVER'", [table],
    ).fetchall()  # fmt: skip
    blank = {
        "text": "'x'", "bigint": "1", "integer": "1", "smallint": "1", "numeric": "1", "boolean": "false", "bytea": "''",
        "jsonb": "'{}'", "date": "'2026-03-10'", "timestamp with time zone": "now()", "uuid": "gen_random_uuid()",
        "time without time zone": "'00:00'", "ARRAY": "'{}'",
    }  # fmt: skip
    said = {"decision_id": str(decision), "tenant_id": str(tenant_id), "status": "'POSTED'", "posted_at": "now()"}
    names = [name for name, *_ in columns] + (["posted_at"] if table == "ledger_transaction" else [])
    kinds = {name: kind for name, kind, _ in columns}
    values = [said.get(n, blank[kinds.get(n, "text")]) for n in names]
    return f"INSERT INTO {table} ({', '.join(names)}) VALUES ({', '.join(values)})"


def test_a_preview_s_decision_never_commits(acme: Tenant, noon: datetime) -> None:
    from django.db import IntegrityError

    with pytest.raises(IntegrityError, match="preview"), tenant(acme.id):
        decision_for_preview("correction.reverse", noon)


def test_nobody_puts_a_version_in_force_or_rewrites_it_in_sql(
    acme: Tenant, noon: datetime, raw_as: RawAs, user_of: UserMaker
) -> None:
    maker, _ = two_admins(user_of, acme.id)
    with tenant(acme.id):
        save_draft(document=checkpoint(CLAUSE), seen_edits=None, actor=maker, at=noon)
    app = raw_as("app", autocommit=True)
    app.execute("SELECT set_config('app.tenant_id', %s, false)", [str(acme.id)])
    of = "WHERE document->>'key' = 'trial-checkpoint'"
    for attack in (
        f"UPDATE checkpoint_version SET state = 'active', active_from = now() {of}",
        f"UPDATE checkpoint_version SET state = 'evaluate', evaluating_from = now(), document = document || '{{}}', edits = 1 {of}",
        "INSERT INTO checkpoint_version (policy_id, number, state, document, document_sha256, made_by_label, made_at, edited_at, "
        "active_from) SELECT policy_id, 9, 'active', document, document_sha256, 'x', now(), now(), now() "
        "FROM checkpoint_version LIMIT 1",
        "UPDATE checkpoint_version SET state = 'retired', ended_at = now(), "
        "decision_id = (SELECT max(id) FROM checkpoint_decision) WHERE document->>'key' = 'corrections'",
        "UPDATE checkpoint_standing SET stamp = gen_random_uuid()",
        "DELETE FROM checkpoint_version",
        "INSERT INTO checkpoint_baseline VALUES (99, '{}', '')",
    ):
        with pytest.raises((errors.RestrictViolation, errors.InsufficientPrivilege, errors.UniqueViolation)):
            app.execute(attack)
    app.execute(f"UPDATE checkpoint_version SET state = 'evaluate', evaluating_from = now() {of}")
    for attack in (
        f"UPDATE checkpoint_version SET document_sha256 = 'x' {of}",
        f"UPDATE checkpoint_version SET state = 'draft', evaluating_from = NULL {of}",
        f"UPDATE checkpoint_version SET state = 'active', active_from = now(), decision_id = 1 {of}",
    ):
        with pytest.raises(errors.RestrictViolation):
            app.execute(attack)


def test_a_decision_that_ran_allows_nothing_more(
    acme: Tenant, noon: datetime, raw_as: RawAs, user_of: UserMaker
) -> None:
    maker, checker = two_admins(user_of, acme.id)
    put_in_force(acme.id, checkpoint(CLAUSE), maker=maker, checker=checker, at=noon)
    with tenant(acme.id):
        ran = CheckpointDecision.objects.get(move="policy.activate").id
    app = raw_as("app", autocommit=True)
    app.execute("SELECT set_config('app.tenant_id', %s, false)", [str(acme.id)])
    with pytest.raises(errors.CheckViolation, match="move_has_its_approval"):
        app.execute(_row_of(raw_as("superuser", autocommit=True), "plane_run", acme.id, ran))


def test_an_approval_is_about_this_very_document(acme: Tenant, noon: datetime, user_of: UserMaker) -> None:
    from django.db import DatabaseError

    maker, checker = two_admins(user_of, acme.id)
    with tenant(acme.id):
        draft = save_draft(document=checkpoint(CLAUSE), seen_edits=None, actor=maker, at=noon)
        start_evaluation(key="trial-checkpoint", number=1, actor=maker, at=noon)
        payload = {
            "kind": "activate_checkpoint", "policy_id": draft.policy_id, "version_id": draft.id, "key": "trial-checkpoint",
            "number": 1, "title": "Trial", "document_sha256": "00" * 32, "note": "another text was shown",
        }  # fmt: skip
        made = make_request(
            Draft("activate_checkpoint", "Put Trial in force", "trial-checkpoint", payload, 0, "", "CHECKPOINT", "x", "k1"),
            maker=maker, at=noon,
        )  # fmt: skip
    proof = StepUp(noon, made.id, made.payload_sha256)
    with pytest.raises(DatabaseError, match="version_in_force_by_approval"), tenant(acme.id):
        decide_request(request_id=made.id, verdict="approve", reason="", step_up=proof, actor=checker, at=noon)
