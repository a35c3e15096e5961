"""What a request was based on, compared with how it stands now: the same list on the checker's screen and at
execution."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from reconciliation.approvals.kinds import Facts, kind_named
from reconciliation.approvals.models import ApprovalRequest
from reconciliation.checkpoints.decide import ask
from reconciliation.checkpoints.models import CheckpointDecision
from reconciliation.checkpoints.rules import Decision, Move
from reconciliation.checkpoints.vocabulary import LOOKED_UP
from reconciliation.errors import Frozen


@dataclass(frozen=True, slots=True)
class Check:
    """One fact of the precondition: what it was when the request was made, what it is now."""

    fact: str
    was: Any
    now: Any

    @property
    def holds(self) -> bool:
        return bool(self.was == self.now)


def checks_of(request: ApprovalRequest, at: datetime) -> list[Check]:
    """Every fact the request was frozen with, and the policy that asked for it, against the book as it stands. Reads
    only."""
    now = kind_named(request.kind).precondition(request.payload) | {"policy": _policy_now(request, at)}
    was: Facts = request.precondition
    return [Check(fact, was.get(fact), now.get(fact)) for fact in sorted(was.keys() | now.keys())]


def require_unfrozen(request: ApprovalRequest, at: datetime) -> None:
    """Raise Frozen while a freeze window holds what the request would do, whoever has approved it: it stays open, and may run once
    the window has ended, unless it expires before."""
    decision = _asked_again(request, at)
    if decision.frozen:
        raise Frozen(decision.reason, decision)


def as_fact(decision: Decision) -> Facts:
    """A policy's answer as a fact to freeze: another version, clause, number or role makes the request stale."""
    return {
        "policy": decision.key, "version": decision.policy_version, "outcome": decision.outcome, "clause": decision.rule,
        "quorum": decision.quorum,
        "roles": sorted(decision.roles),
    }  # fmt: skip


def _policy_now(request: ApprovalRequest, at: datetime) -> Facts:
    return as_fact(_asked_again(request, at))


def _asked_again(request: ApprovalRequest, at: datetime) -> Decision:
    """With the same facts, but for those of other planes: they are looked up anew."""
    asked = CheckpointDecision.objects.get(id=request.decision_id)
    facts = {name: value for name, value in asked.inputs.items() if name not in LOOKED_UP}
    return ask(Move(asked.move, facts, request.payment_id), at)
