"""Open an incident for the cases of money out that nobody here initiated: a step of the check that found them, in its database
transaction. A case is taken up once; while an incident of its account stands open, it joins that."""

from collections.abc import Sequence
from datetime import datetime

from django.db import connection

from ledger import audit
from ledger.actors import Actor
from reconciliation.bank.models import BankAccount
from reconciliation.checkpoints.acting import by
from reconciliation.checkpoints.decide import record_decision
from reconciliation.checkpoints.freeze_windows import Scope, hold_freezes, open_window
from reconciliation.checkpoints.freezing import touching_accounts
from reconciliation.checkpoints.rules import Move
from reconciliation.incidents.asking_evidence import ask_evidence
from reconciliation.incidents.models import Incident, IncidentCase
from reconciliation.incidents.standing import open_incidents

REASON = "The bank settled what we never initiated."
JOIN = """
WITH joined AS (
    INSERT INTO incident_case (case_id, incident_id, joined_at) SELECT c, %s, %s FROM unnest(%s::bigint[]) c
    ON CONFLICT (tenant_id, case_id) DO NOTHING RETURNING case_id
), told AS (
    INSERT INTO case_event (case_id, at, kind, actor, text) SELECT case_id, %s, 'held', %s, %s FROM joined
)
SELECT c.number FROM exception_case c WHERE c.id IN (SELECT case_id FROM joined) ORDER BY c.number
"""


def open_incident(
    account: BankAccount, case_ids: Sequence[int], *, run_label: str, actor: Actor, at: datetime
) -> Incident | None:
    """The incident that the cases of one account have come into; None where each was in one before. Needs a tenant
    scope whose caller holds the freezes (`hold_freezes`) since before it touched the cases."""
    known = set(IncidentCase.objects.filter(case_id__in=list(case_ids)).values_list("case_id", flat=True))
    fresh = sorted(set(case_ids) - known)
    if not fresh:
        return None
    hold_freezes()
    found = open_incidents().filter(bank_account=account).first()
    incident = found or _open(account, run_label, actor, at)
    with connection.cursor() as cursor:
        cursor.execute(JOIN, [incident.id, at, fresh, at, run_label, f"Security hold: it came into {incident}"])
        joined = [f"C-{number}" for (number,) in cursor.fetchall()]
    audit.record(
        actor, at, "incident.joined" if found else "incident.opened", str(incident), why=REASON,
        account=account.code, cases=joined, run=run_label,
    )  # fmt: skip
    # Each time the incident grows its evidence is preserved anew, as it stands then.
    ask_evidence(incident, run_label, at=at)
    return incident


def _open(account: BankAccount, run_label: str, actor: Actor, at: datetime) -> Incident:
    decided = record_decision(
        Move("incident.open", {"account": account.ledger_account.code, "run": run_label} | by(actor)), at=at,
        subjects=[account.code],
    )  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute("SELECT take_numbers('incident', 1)")
        (number,) = cursor.fetchone()
    window = open_window(
        Scope(touching_accounts(), accounts=frozenset({account.ledger_account.code})), kind="incident",
        subject=f"IN-{number}", reason=REASON, decision_id=decided.id, policy_version=decided.decision.policy_version,
        actor=actor, at=at,
    )  # fmt: skip
    return Incident.objects.create(
        number=number, bank_account=account, freeze_id=window.id, opened_at=at, opened_by=actor.id, run_label=run_label,
        decision_id=decided.id,
    )  # fmt: skip
