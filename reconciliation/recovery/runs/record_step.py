"""A step that is done, as a row: its document, chained to the step before, under the decision that let it be, with
its audit row. A part of the act that did it, in its database transaction."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from ledger import audit
from ledger.actors import Actor
from reconciliation.checkpoints.acting import by
from reconciliation.checkpoints.decide import record_decision
from reconciliation.checkpoints.rules import Move
from reconciliation.recovery.runs.chain import digest_of, document_of
from reconciliation.recovery.runs.models import RecoveryStep
from reconciliation.recovery.runs.standing import STEPS, Standing


@dataclass(frozen=True, slots=True)
class Under:
    """The decision that a step stands under, and the policy that made it as the audit trail names it."""

    id: int
    policy_version: str


def decide_step(standing: Standing, step: int, who: Actor, at: datetime) -> Under:
    """What policy says of the step. Raises ForbiddenByPolicy."""
    facts = {"run": str(standing.run), "step": step} | by(who)
    decided = record_decision(Move("recovery.step", facts), at=at, subjects=[f"{standing.run} {step}"])
    return Under(decided.id, decided.decision.policy_version)


def store_step(
    standing: Standing,
    step: int,
    said: Mapping[str, Any],
    *,
    decided: Under,
    done_by: str,
    who: Actor,
    at: datetime,
    freeze_id: int | None = None,
    bundle_id: int | None = None,
) -> RecoveryStep:
    """The row. `said` are its figures and digests; `done_by` the person who asked for it, `who` the one whose act it
    is."""
    run, previous = standing.run, standing.head
    document = document_of(
        {"run": str(run), "step": step, "what": STEPS[step], "done_at": at, "done_by": done_by, **said}
    )
    made = RecoveryStep.objects.create(
        run=run,
        step=step,
        done_at=at,
        done_by=done_by,
        document=document,
        previous=previous,
        sha256=digest_of(document, previous),
        freeze_id=freeze_id,
        bundle_id=bundle_id,
        decision_id=decided.id,
    )
    audit.record(
        who,
        at,
        "recovery.step_done",
        str(run),
        why=STEPS[step],
        policy_version=decided.policy_version,
        step=step,
        asked_by=done_by,
        sha256=made.sha256.hex(),
        previous=previous.hex(),
    )
    return made
