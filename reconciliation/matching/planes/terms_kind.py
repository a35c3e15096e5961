"""The kind "set_terms": the terms by which planes are matched change by two people, as every tolerance does. A wider one
closes cases, so whoever works on cases cannot widen it alone."""

from collections.abc import Sequence
from datetime import datetime

from ledger.actors import Actor
from reconciliation.approvals.digest import Payload
from reconciliation.approvals.kinds import Facts, Kind
from reconciliation.approvals.models import ApprovalRequest
from reconciliation.checkpoints.rules import TERMS
from reconciliation.matching.asked_matcher import asked_matcher
from reconciliation.matching.versions import append_version, version_in_force
from reconciliation.permissions import Permission

KIND = "set_terms"


def facts_of(payload: Payload) -> Facts:
    """What must still hold: nobody set other terms meanwhile."""
    version = version_in_force(payload["plane_pair"])
    return {"version_in_force": version.number if version else 0}


def effect(payload: Payload, *, decision_id: int, policy_version: str, actor: Actor, at: datetime) -> list[int]:
    """Append the version; runs from now on pin it. Writes no transaction."""
    pair = payload["plane_pair"]
    append_version(
        pair, decision_id=decision_id, policy_version=policy_version, actor=actor, at=at, why=payload["note"],
        **asked_matcher(pair, payload["terms"]).columns,
    )  # fmt: skip
    return []


def ended(requests: Sequence[ApprovalRequest], *, state: str, actor: Actor, at: datetime) -> None:
    """Nothing waits for it."""


def preview(payload: Payload, at: datetime) -> object:
    """The payload says it all: the terms as they are and as they will be."""
    return None


SET_TERMS = Kind(KIND, TERMS, preview, facts_of, effect, ended, Permission.SET_UP)
