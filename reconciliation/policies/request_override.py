"""Ask to lift a checkpoint for a time, for one payment or for all of a move: with a reason code and a ticket, at most seven
days."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from ledger.actors import Actor
from reconciliation.approvals.checkers import person_of
from reconciliation.approvals.made_before import Made, made_before
from reconciliation.approvals.make_request import Draft, make_request
from reconciliation.checkpoints.acting import by
from reconciliation.checkpoints.freezing import OVERRIDE, holding
from reconciliation.checkpoints.in_force import in_force
from reconciliation.checkpoints.models import CheckpointVersion
from reconciliation.checkpoints.rules import Move
from reconciliation.checkpoints.vocabulary import VOCABULARY
from reconciliation.errors import BadInput, ReasonMissing
from reconciliation.permissions import Permission, require
from reconciliation.planes.known_payment import is_known
from reconciliation.policies.override_kind import KIND
from reconciliation.policies.versions import active_of, policy_named

REASONS = {
    "PROVIDER_OUTAGE": "the provider is down and said so elsewhere",
    "CONTRACT_DEADLINE": "a contract's deadline does not wait",
    "FALSE_ALARM": "the checkpoint is wrong about these payments",
    "INCIDENT": "on-call works on an incident",
}
LONGEST = timedelta(days=7)
LONGEST_TICKET, LONGEST_NOTE = 140, 2000


def request_override(
    *, key: str, move: str, payment_id: str, hours: int, reason_code: str, ticket: str, note: str, idempotency_key: str,
    actor: Actor, at: datetime,
) -> Made:  # fmt: skip
    """Freeze the override for a checker; it begins when it is approved and ends `hours` from now. Needs a tenant scope.

    Raises NotPermitted, NotFound, BadInput naming the field (also for a checkpoint that may never be lifted), ReasonMissing,
    AlreadyRequested, KeyReusedForAnotherPayload, ForbiddenByPolicy.
    """
    person_of(actor, "asks to lift a checkpoint")
    require(actor, Permission.OVERRIDE)
    note, ticket, payment_id = note.strip(), ticket.strip(), payment_id.strip()
    _require_words(reason_code, ticket, note)
    subject = f"{key} {move} {payment_id}".strip()
    if made := made_before(
        idempotency_key, kind=KIND, subject=subject, reason_code=reason_code, note=note, maker=actor.person_id
    ):
        return made
    policy = policy_named(key)
    active = active_of(policy.id)
    if active is None:
        raise BadInput(f"{key} is not in force, so there is nothing to lift", "key")
    _require_liftable(active, move)
    if not timedelta(0) < timedelta(hours=hours) <= LONGEST:
        raise BadInput("an override lasts from 1 to 168 hours", "hours")
    payload = {
        "kind": KIND, "policy_id": policy.id, "key": key, "title": active.document["title"], "number": active.number,
        "move": move, "payment_id": payment_id, "known": is_known(payment_id),
        "starts_at": at.isoformat(),
        "ends_at": (at + timedelta(hours=hours)).isoformat(), "reason_code": reason_code, "ticket": ticket, "note": note,
        "asked_by": actor.id, "role": actor.role, "case": None, "case_id": None,
    }  # fmt: skip
    return make_request(
        Draft(
            kind=KIND, title=f"Lift {active} for {hours} h", subject=subject, payload=payload, amount_minor=0, currency="",
            reason_code=reason_code, note=note, idempotency_key=idempotency_key, payment_id=payment_id,
            facts={"checkpoint": key, "move": move, "hours": hours} | by(actor),
        ),
        maker=actor, at=at,
    )  # fmt: skip


def liftable_moves(active: CheckpointVersion) -> list[str]:
    """The moves of a version for which some clause may be lifted."""
    clauses = [c for c in active.document["clauses"] if "override" not in c.get("never", ())]
    return sorted({m for c in clauses for m in c["moves"] if not VOCABULARY[m].observed})


def frozen_by(moves: Iterable[str]) -> dict[str, str]:
    """Of these moves those that nobody may ask to lift while a freeze window stands, each with the window's words. One query."""
    windows = in_force(sure=True).freezes
    held = {move: Move(OVERRIDE, {"move": move}) for move in moves}
    return {move: window.says(asked) for move, asked in held.items() if (window := holding(asked, windows))}


def _require_liftable(active: CheckpointVersion, move: str) -> None:
    if move not in liftable_moves(active):
        raise BadInput(f"{active} is never lifted for {move[:60] or 'no move'}: an override may not skip it", "move")


def _require_words(reason_code: str, ticket: str, note: str) -> None:
    if reason_code not in REASONS:
        raise BadInput(f"the reason is one of {', '.join(REASONS)}", "reason_code")
    if not 1 <= len(ticket) <= LONGEST_TICKET or not ticket.isprintable():
        raise BadInput(f"an override names its ticket, at most {LONGEST_TICKET} characters", "ticket")
    if len(note) > LONGEST_NOTE or "\x00" in note:
        raise BadInput(f"a note has at most {LONGEST_NOTE} characters, without NUL", "note")
    if not note:
        raise ReasonMissing("an override needs a note that says why")
