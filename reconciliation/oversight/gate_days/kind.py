"""The kind "set_gate": how many clean days open the release gate changes by two people, whether it asks for more or for fewer."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from ledger.actors import Actor
from reconciliation.approvals.digest import Payload
from reconciliation.approvals.kinds import Facts, Kind
from reconciliation.approvals.models import ApprovalRequest
from reconciliation.checkpoints.rules import GATE
from reconciliation.oversight.gate_days.rules import asked_days
from reconciliation.oversight.gate_days.versions import append_version, days_in_force
from reconciliation.oversight.gate_rules import Gate
from reconciliation.oversight.release_gate import whole_gate
from reconciliation.permissions import Permission

KIND = "set_gate"


@dataclass(frozen=True, slots=True)
class GateWould:
    """The gate over the same days: by the number in force, and by the one that is asked for."""

    now: Gate
    then: Gate


def gate_would(needed: int, *, at: datetime) -> GateWould:
    """What the gate says as of `at`, and what it would say. Two queries; changes no row. Needs a tenant scope."""
    gate = whole_gate(at=at)
    return GateWould(gate, replace(gate, needed=needed))


def facts_of(payload: Payload) -> Facts:
    """What must still hold: nobody set another number meanwhile."""
    return {"gate_in_force": days_in_force()[1]}


def effect(payload: Payload, *, decision_id: int, policy_version: str, actor: Actor, at: datetime) -> list[int]:
    """Append the version; the gate is judged by it from now on. Writes no transaction."""
    append_version(
        asked_days(payload["needed"]), was=payload["was"], why=payload["note"], decision_id=decision_id,
        policy_version=policy_version, actor=actor, at=at,
    )  # fmt: skip
    return []


def ended(requests: Sequence[ApprovalRequest], *, state: str, actor: Actor, at: datetime) -> None:
    """Nothing waits for it."""


def preview(payload: Payload, at: datetime) -> object:
    """What the gate would say now. The checks go on meanwhile, so it is shown and nothing is held to it."""
    return gate_would(payload["needed"], at=at)


SET_GATE = Kind(KIND, GATE, preview, facts_of, effect, ended, Permission.SET_UP)
