"""The kinds of request for a posting: one per move, each previewed by doing it and taking it back."""

from collections.abc import Sequence
from datetime import datetime

from ledger.actors import Actor
from reconciliation.approvals.digest import Payload
from reconciliation.approvals.kinds import Effect, Kind
from reconciliation.approvals.models import ApprovalRequest
from reconciliation.corrections.effects import ask_for_checks
from reconciliation.corrections.preview import Preview, preview_of
from reconciliation.outbox import enqueue
from reconciliation.permissions import Permission
from reconciliation.postings import held, held_settling
from reconciliation.provider.folded import CONFIRM_SETTLEMENT


def _ended(requests: Sequence[ApprovalRequest], *, state: str, actor: Actor, at: datetime) -> None:
    """Whoever sent it asks again by its key; what a callback told is looked at again, for nobody sends that twice."""
    for r in requests:
        if state != ApprovalRequest.State.EXECUTED and (told := r.payload.get("told")):
            enqueue(CONFIRM_SETTLEMENT, f"{told['payment']} after {r}", {"payment": told["payment"]}, at=at)


def with_checks(effect: Effect) -> Effect:
    """The effect, and the checks of the days that it changes."""

    def run(payload: Payload, *, decision_id: int, policy_version: str, actor: Actor, at: datetime) -> list[int]:
        written = effect(payload, decision_id=decision_id, policy_version=policy_version, actor=actor, at=at)
        ask_for_checks(payload, at)
        return written

    return run


def _kind(move: str) -> Kind:
    own = held if move in held.ACTS else held_settling
    effect = with_checks(own.effect)

    def preview(payload: Payload, at: datetime) -> Preview:
        return preview_of(payload, payload["entries"], effect, move, at)

    return Kind(move, move, preview, own.facts_of, effect, _ended, Permission.POST, together=True)


HELD_POSTINGS = [_kind(move) for move in (*held.ACTS, *held_settling.ACTS)]
