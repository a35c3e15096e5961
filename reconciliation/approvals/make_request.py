"""Freeze a request and lay it before its checkers. A step of the use cases that ask: they find the subject and build
the payload, this step asks policy, hashes, numbers and stores."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db import IntegrityError, connection
from django.db.transaction import atomic

from ledger import audit
from ledger.actors import Actor
from ledger.refusals import constraint_of
from reconciliation.approvals.answering import Answering, answering_for
from reconciliation.approvals.approving import execute
from reconciliation.approvals.checks import as_fact
from reconciliation.approvals.digest import Payload, digest
from reconciliation.approvals.kinds import kind_named
from reconciliation.approvals.made_before import Made, as_made, made_before
from reconciliation.approvals.models import ApprovalRequest
from reconciliation.approvals.refusals import refused_by_key
from reconciliation.checkpoints.decide import Recorded, record_decision
from reconciliation.checkpoints.rules import Move
from reconciliation.errors import AlreadyRequested
from reconciliation.permissions import require

LIFETIME = timedelta(hours=24)
CLASHES = {"request_one_open_per_subject", "request_is_made_once"}


@dataclass(frozen=True, slots=True)
class Draft:
    """What is asked for. `subject` is what may have one open request of this kind; `facts` are what policy may look at;
    `amount_minor` is a positive integer in minor units of `currency`; `answering` is who answers for it where that is not whoever
    asks. Not `waits`: it runs at once or not at all."""

    kind: str
    title: str
    subject: str
    payload: Payload
    amount_minor: int
    currency: str
    reason_code: str
    note: str
    idempotency_key: str
    payment_id: str = ""
    facts: dict[str, Any] = field(default_factory=dict)
    answering: Answering | None = None
    waits: bool = True


def make_request(draft: Draft, *, maker: Actor, at: datetime) -> Made:
    """Store the request, open for 24 hours; one that policy lets run at once is executed before this returns, by its maker.
    Needs a tenant scope.

    Raises NotPermitted (also where no person answers for it: nobody could be told apart from them), AlreadyRequested naming
    the open one, KeyReusedForAnotherPayload, ForbiddenByPolicy, NeedsApproval for one that does not wait, BadInput, and what the
    effect refuses.
    """
    kind = kind_named(draft.kind)
    require(maker, kind.permission)
    by = draft.answering or answering_for(maker)
    if made := _standing(draft, by):
        return made
    decided = record_decision(
        Move(kind.move, draft.facts, draft.payment_id), at=at, subjects=[draft.subject], asked=draft.waits
    )
    try:
        with atomic():
            stored = _store(draft, decided, by, at)
    except IntegrityError as error:
        # Two clicks at once: the other one's row is committed now, and answers for both.
        if constraint_of(error) not in CLASHES:
            raise
        if made := _standing(draft, by):
            return made
        raise
    named = {"answers": by.label} if draft.answering else {}
    audit.record(
        maker, at, "request.made", str(stored), why=draft.note, policy_version=decided.decision.policy_version,
        kind=draft.kind, about=draft.subject, payload_sha256=bytes(stored.payload_sha256).hex(),
        amount_minor=str(draft.amount_minor), currency=draft.currency, reason_code=draft.reason_code, **named,
    )  # fmt: skip
    if decided.decision.outcome == "automatic":
        with refused_by_key():
            execute(stored, maker, at)
        stored.refresh_from_db(fields=["state"])
    return as_made(stored, created=True)


def _store(draft: Draft, decided: Recorded, by: Answering, at: datetime) -> ApprovalRequest:
    facts = kind_named(draft.kind).precondition(draft.payload) | {"policy": as_fact(decided.decision)}
    with connection.cursor() as cursor:
        cursor.execute("SELECT take_numbers('request', 1)")
        (number,) = cursor.fetchone()
    return ApprovalRequest.objects.create(
        number=number, kind=draft.kind, title=draft.title, subject=draft.subject, payload=draft.payload,
        payload_sha256=digest(draft.payload), precondition=facts, amount_minor=draft.amount_minor,
        currency=draft.currency,
        payment_id=draft.payment_id, reason_code=draft.reason_code, note=draft.note, made_by_id=by.person_id,
        made_by_label=by.label, made_at=at, expires_at=at + LIFETIME, decision_id=decided.id,
        quorum=decided.decision.quorum, idempotency_key=draft.idempotency_key,
    )  # fmt: skip


def _standing(draft: Draft, by: Answering) -> Made | None:
    """The request that this very form has made already. Raises AlreadyRequested when another one asks for the same."""
    if made := _before(draft, by):
        return made
    held = ApprovalRequest.objects.filter(
        kind=draft.kind, subject=draft.subject, state=ApprovalRequest.State.OPEN
    ).first()
    if held is None:
        return None
    # The other click of the same form may have committed between the two looks.
    if made := _before(draft, by):
        return made
    raise AlreadyRequested(f"{held} by {held.made_by_label} asks for this already and waits for a decision")


def _before(draft: Draft, by: Answering) -> Made | None:
    return made_before(
        draft.idempotency_key, kind=draft.kind, subject=draft.subject, reason_code=draft.reason_code, note=draft.note,
        maker=by.person_id,
    )  # fmt: skip
