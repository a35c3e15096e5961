"""The kind "set_receiver": where people are told changes by two people, whichever rule names it today: one alone could point a page
to security anywhere. The address and the key stay sealed in the payload; who decides sees kind, host and what is left of the
address."""

from collections.abc import Sequence
from datetime import datetime

from ledger import audit
from ledger.actors import Actor
from reconciliation.approvals.digest import Payload
from reconciliation.approvals.kinds import Facts, Kind
from reconciliation.approvals.models import ApprovalRequest
from reconciliation.approvals.refusals import refused_by_key
from reconciliation.checkpoints.rules import RECEIVER
from reconciliation.oversight.escalation.models import Receiver
from reconciliation.permissions import Permission

KIND = "set_receiver"


def standing_named(name: str) -> Receiver | None:
    """The receiver that stands under a name."""
    return Receiver.objects.filter(name=name, ended_at=None).first()


def facts_of(payload: Payload) -> Facts:
    """What must still hold: the same receiver stands under the name, or none."""
    stands = standing_named(payload["name"])
    return {"receiver_standing": stands.id if stands else 0}


def effect(payload: Payload, *, decision_id: int, policy_version: str, actor: Actor, at: datetime) -> list[int]:
    """End the one that stands under the name, and add what was asked for. Writes no transaction."""
    name = payload["name"]
    if was := payload["was"]:
        Receiver.objects.filter(id=payload["receiver_id"], ended_at=None).update(
            ended_at=at, end_decision_id=decision_id
        )
        audit.record(
            actor, at, "receiver.ended", name, why=payload["note"], policy_version=policy_version, kind=was["kind"],
            host=was["host"],
        )  # fmt: skip
    if then := payload["then"]:
        with refused_by_key():
            Receiver.objects.create(
                name=name, kind=then["kind"], host=then["host"], sealed=then["sealed"].encode(), added_at=at,
                added_by=payload["asked_by"], decision_id=decision_id,
            )  # fmt: skip
        audit.record(
            actor, at, "receiver.added", name, why=payload["note"], policy_version=policy_version, kind=then["kind"],
            host=then["host"], asked_by=payload["asked_by"],
        )  # fmt: skip
    return []


def ended(requests: Sequence[ApprovalRequest], *, state: str, actor: Actor, at: datetime) -> None:
    """Nothing waits for it."""


def preview(payload: Payload, at: datetime) -> object:
    """The payload says it all, but for what is sealed."""
    return None


SET_RECEIVER = Kind(KIND, RECEIVER, preview, facts_of, effect, ended, Permission.SET_UP)
