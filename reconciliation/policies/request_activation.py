"""Ask to put an evaluated version in force, or to end a checkpoint for good."""

from datetime import datetime
from typing import Any

from ledger.actors import Actor
from reconciliation.approvals.checkers import person_of
from reconciliation.approvals.made_before import Made, made_before
from reconciliation.approvals.make_request import Draft, make_request
from reconciliation.checkpoints.acting import by
from reconciliation.errors import BadInput, NotPermitted, ReasonMissing
from reconciliation.permissions import Permission, require
from reconciliation.policies.activation import KIND, RETIRE
from reconciliation.policies.versions import State, active_of, lock_version, policy_named, require_state

LONGEST_NOTE = 2000
SHIPPED = frozenset(
    {"postings", "corrections", "matching", "provider-plane", "commerce-plane", "settings", "checkpoints"}
)


def request_activation(
    *, key: str, number: int, note: str, idempotency_key: str, actor: Actor, at: datetime, backtest: dict[str, Any]
) -> Made:
    """Freeze the activation of a version for a checker; `backtest` is the result that its asker saw, of this document. Needs a
    tenant scope.

    Raises NotPermitted (it was drafted by somebody else, who would otherwise approve their own words), NotFound, BadInput (no
    backtest of this document), ReasonMissing, RequestNotOpen (not under evaluation), AlreadyRequested,
    KeyReusedForAnotherPayload, ForbiddenByPolicy.
    """
    person_of(actor, "puts a checkpoint in force")
    require(actor, Permission.SET_UP)
    note = _note(note)
    if made := made_before(
        idempotency_key, kind=KIND, subject=key, reason_code="CHECKPOINT", note=note, maker=actor.person_id
    ):
        return made
    version = lock_version(key, number)
    require_state(version, State.EVALUATE)
    if version.made_by_id != actor.person_id:
        raise NotPermitted(
            f"{version} was drafted by {version.made_by_label}, who asks for it; somebody else then decides"
        )
    digest = bytes(version.document_sha256).hex()
    if backtest.get("document_sha256") != digest:
        raise BadInput(f"{version} has no backtest of exactly this document", "backtest")
    active = active_of(version.policy_id)
    payload: dict[str, Any] = {
        "kind": KIND, "policy_id": version.policy_id, "version_id": version.id, "key": key, "number": number,
        "title": version.document["title"], "document_sha256": digest, "document": version.document,
        "was": active.document if active else None, "replaces": active.number if active else None, "note": note,
        "backtest": backtest, "case": None, "case_id": None,
    }  # fmt: skip
    facts = {"checkpoint": key, "version": number, "looser": backtest.get("looser", False)} | by(actor)
    return make_request(
        Draft(
            kind=KIND, title=f"Put {version} in force", subject=key, payload=payload, amount_minor=0, currency="",
            reason_code="CHECKPOINT", note=note, idempotency_key=idempotency_key, facts=facts,
        ),
        maker=actor, at=at,
    )  # fmt: skip


def request_retirement(*, key: str, note: str, idempotency_key: str, actor: Actor, at: datetime) -> Made:
    """Freeze the end of a checkpoint for a checker. Raises as above; BadInput for one that ships: it is changed, never left
    out."""
    person_of(actor, "ends a checkpoint")
    require(actor, Permission.SET_UP)
    note = _note(note)
    if made := made_before(
        idempotency_key, kind=RETIRE, subject=key, reason_code="CHECKPOINT", note=note, maker=actor.person_id
    ):
        return made
    policy = policy_named(key)
    active = active_of(policy.id)
    if active is None or key in SHIPPED:
        raise BadInput("only a checkpoint in force that a tenant added is ended; one that ships is changed", "key")
    payload = {
        "kind": RETIRE, "policy_id": policy.id, "version_id": None, "key": key, "number": active.number,
        "title": active.document["title"], "was": active.document, "document": None, "note": note, "case": None,
        "case_id": None,
    }  # fmt: skip
    return make_request(
        Draft(
            kind=RETIRE, title=f"End {active}", subject=key, payload=payload, amount_minor=0, currency="",
            reason_code="CHECKPOINT", note=note, idempotency_key=idempotency_key,
            facts={"checkpoint": key, "version": active.number, "looser": True} | by(actor),
        ),
        maker=actor, at=at,
    )  # fmt: skip


def _note(note: str) -> str:
    note = note.strip()
    if len(note) > LONGEST_NOTE or "\x00" in note:
        raise BadInput(f"a note has at most {LONGEST_NOTE} characters, without NUL", "note")
    if not note:
        raise ReasonMissing("a checkpoint is changed with a note that says why")
    return note
