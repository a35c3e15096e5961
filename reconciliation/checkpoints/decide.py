"""Ask policy and record what it said, in the caller's database transaction. The id returned goes into the move's row."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from reconciliation.checkpoints.models import CheckpointDecision
from reconciliation.checkpoints.rules import Decision, Move, decide
from reconciliation.errors import ForbiddenByPolicy


@dataclass(frozen=True, slots=True)
class Recorded:
    """A decision that stands in the database under `id`."""

    id: int
    decision: Decision


def record_decision(move: Move, *, at: datetime, subjects: Iterable[str] = (), count: int | None = None) -> Recorded:
    """Decide on a move and store the decision. `subjects` are hashed and counted for set-based work.

    Raises ForbiddenByPolicy with the policy's sentence; a refused move leaves no decision row, its caller audits it.
    """
    decision = require_allowed(decide(move))
    digest, n = hashlib.sha256(), 0
    for subject in subjects:
        digest.update(subject.encode() + b"\n")
        n += 1
    row = CheckpointDecision.objects.create(
        at=at, policy=decision.policy, policy_version=decision.version, move=move.name, inputs=move.facts,
        outcome=decision.outcome, rule=decision.rule, reason=decision.reason, quorum=decision.quorum,
        subject_count=n if count is None else count, subjects_sha256=digest.digest(),
    )  # fmt: skip
    return Recorded(row.id, decision)


def require_allowed(decision: Decision) -> Decision:
    """The decision itself, unless it forbids: then ForbiddenByPolicy with the policy's sentence."""
    if decision.outcome == "forbidden":
        raise ForbiddenByPolicy(f"{decision.policy_version}, clause {decision.rule}: {decision.reason}")
    return decision
