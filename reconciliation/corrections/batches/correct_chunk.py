"""Carry out the next members of an approved batch: reversed and posted anew, marked as done, counted and told, in one database
transaction. Whatever dies takes all of it back; the item of the outbox stands and is done by the next worker."""

from datetime import datetime

from ledger import audit
from ledger.actors import Actor
from ledger.models import LedgerTransaction
from reconciliation.approvals.models import ApprovalRequest
from reconciliation.checkpoints.decide import ask
from reconciliation.checkpoints.rules import Move
from reconciliation.corrections.batches.days import ask_for_checks_of
from reconciliation.corrections.batches.frozen_batch import KIND, policy_facts_of
from reconciliation.corrections.batches.kind import ask_for_chunk, first_open_day
from reconciliation.corrections.batches.members import rows
from reconciliation.corrections.batches.models import CorrectionBatch
from reconciliation.corrections.target import holds_on
from reconciliation.permissions import Permission, require
from reconciliation.postings.correct_transaction import correct_many, hold_many
from reconciliation.postings.rule_versions import rule_in_force

State = CorrectionBatch.State


def correct_chunk(*, request_id: int, at_a_time: int, actor: Actor, at: datetime) -> None:
    """Work on the batch of the request, if it still runs. Needs a tenant scope. Raises NotPermitted, and what the book refuses."""
    require(actor, Permission.POST)
    batch = CorrectionBatch.objects.select_for_update(no_key=True).filter(request_id=request_id).first()
    if batch is None or batch.state != State.RUNNING:
        return
    request = ApprovalRequest.objects.get(id=request_id)
    ids = [id_ for (id_,) in rows("next", request=request_id, at_a_time=at_a_time)]
    hold_many(ids)  # before the look: whoever reverses one of them waits, or has done it and is seen
    changed, because = _changed(request, at)
    if because:
        _end(batch, request, actor, at, because, changed)
        return
    version = request.precondition["policy"]["version"]
    made = correct_many(
        ids, request.payload["directions"], why=f"{request}, {request.payload['reason_code']}: {request.note}".rstrip(": "),
        decision_id=batch.decision_id, policy_version=version, actor=actor, at=at,
    )  # fmt: skip
    originals, reversals, reposts = zip(*made, strict=True)
    rows("done", request=request_id, originals=originals, reversals=reversals, reposts=reposts)
    batch.done_count += len(ids)
    audit.record(
        actor, at, "batch.corrected", str(request), policy_version=version, corrected=len(ids), done=batch.done_count,
        of=batch.member_count,
    )  # fmt: skip
    if batch.done_count == batch.member_count:
        _end(batch, request, actor, at, "", None)
    else:
        batch.save(update_fields=["done_count"])
        ask_for_chunk(request, batch.done_count, at)


def _changed(request: ApprovalRequest, at: datetime) -> tuple[LedgerTransaction | None, str]:
    """What stops the rest: a member that somebody reversed, another rule, a hold, a freeze; and the member, where it is one."""
    payload = request.payload
    for member, reversal in rows("changed", request=request.id):
        found = LedgerTransaction.objects.in_bulk([member, reversal])
        return found[member], f"{found[member]} was reversed by {found[reversal]} since the approval"
    rule = rule_in_force(payload["use_case"])
    if rule is None or rule.number != payload["rule_number"]:
        return None, f"posting rule {rule} came into force since the approval"
    if first_open_day() != request.precondition["first_open_day"]:
        return None, "books were closed or re-opened since the approval"
    if held := holds_on({a["account_id"] for a in payload["accounts"]}):
        return None, f"security hold since the approval: {', '.join(str(c) for c in held)}"
    said = ask(Move(KIND, policy_facts_of(payload)), at)
    if said.frozen:
        return None, said.reason.rstrip(".")
    return None, ""


def _end(
    batch: CorrectionBatch,
    request: ApprovalRequest,
    actor: Actor,
    at: datetime,
    because: str,
    member: LedgerTransaction | None,
) -> None:
    """Done, or stopped with the reason; either way the days of what was written are checked again."""
    batch.state, batch.ended_at = State.STOPPED if because else State.DONE, at
    batch.stopped_because, batch.stopped_transaction = because, member
    batch.save(update_fields=["state", "ended_at", "stopped_because", "stopped_transaction", "done_count"])
    named = {"transaction": str(member.public_id)} if member else {}
    audit.record(
        actor, at, "batch.stopped" if because else "batch.done", str(request), why=because,
        policy_version=request.precondition["policy"]["version"], done=batch.done_count, of=batch.member_count, **named,
    )  # fmt: skip
    ask_for_checks_of(request, at)
