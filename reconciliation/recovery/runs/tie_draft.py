"""Step 6: tie the draft of a checkpoint to the path that it closes, and have it held against the run's period by a worker."""

from datetime import datetime

from ledger import audit
from ledger.actors import Actor
from reconciliation.approvals.checkers import person_of
from reconciliation.checkpoints.acting import by
from reconciliation.checkpoints.decide import record_decision
from reconciliation.checkpoints.rules import Move
from reconciliation.outbox import enqueue
from reconciliation.permissions import Permission, require
from reconciliation.policies.versions import version_of
from reconciliation.recovery.runs.asking import MEASURE_DRAFT
from reconciliation.recovery.runs.closing_models import RecoveryDraft
from reconciliation.recovery.runs.gates import require_turn
from reconciliation.recovery.runs.paths import path_of, span_of
from reconciliation.recovery.runs.standing import TIGHTEN, hold_runs, standing_of


def tie_draft(*, number: int, path: str, key: str, version: int, actor: Actor, at: datetime) -> RecoveryDraft:
    """Tie version `version` of checkpoint `key` to the drift path of RR-`number`; tied again it is measured again, where it says
    something else by now. Needs a tenant scope. Raises NotPermitted, NotFound, RequestNotOpen, GateClosed, ForbiddenByPolicy."""
    require(actor, Permission.SET_UP)
    person_of(actor, "ties a draft to a recovery")
    hold_runs()
    standing = standing_of(number)
    require_turn(TIGHTEN, standing)
    found, draft = path_of(standing, path), version_of(key, version)
    tied = RecoveryDraft.objects.filter(run=standing.run, version=draft).first()
    if tied is None:
        facts = {"run": str(standing.run), "path": found.key, "version": str(draft)} | by(actor)
        decided = record_decision(Move("recovery.tie", facts), at=at, subjects=[f"{standing.run} {draft}"])
        tied = RecoveryDraft.objects.create(
            run=standing.run,
            version=draft,
            path=found.said(),
            tied_at=at,
            tied_by=actor.name or actor.id,
            decision_id=decided.id,
        )
        audit.record(
            actor, at, "recovery.draft_tied", str(standing.run), policy_version=decided.decision.policy_version,
            version=str(draft), key=key, path=found.words, document=bytes(draft.document_sha256).hex(),
        )  # fmt: skip
    since, until = span_of(standing)
    payload = {
        "run": number,
        "version": draft.id,
        "since": since.isoformat(),
        "until": until.isoformat(),
        "by": actor.name or actor.id,
    }
    enqueue(MEASURE_DRAFT, f"{standing.run} {draft.id} {bytes(draft.document_sha256).hex()}", payload, at=at)
    return tied
