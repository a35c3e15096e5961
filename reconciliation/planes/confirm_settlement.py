"""Confirm the PENDING transaction that a bank partner's callback says is settled. Asked for through the outbox, so a failure
is tried again; one that is refused, or has failed for good, becomes a case (`watch_provider`)."""

from datetime import datetime

from django.db.models.expressions import RawSQL

from ledger.actors import Actor
from ledger.dating import dated
from ledger.models import Entry, LedgerTransaction
from ledger.periods import open_from
from reconciliation.approvals.answering import Answering, set_up_by
from reconciliation.bank.settlement_day import settlement_day
from reconciliation.checkpoints.decide import record_decision
from reconciliation.errors import BadInput, NeedsApproval, NotFound
from reconciliation.permissions import Permission, require
from reconciliation.planes.behind_endpoint import behind_endpoint
from reconciliation.postings.correct_transaction import confirm_original
from reconciliation.postings.held_settling import hold_settling
from reconciliation.postings.standing_facts import settling_move
from reconciliation.provider.models import EndpointKey, Event, ProviderPayment


def confirm_settlement(*, payment: int, actor: Actor, at: datetime) -> bool:
    """Whether a transaction was confirmed; False when it was POSTED before, the bank took it back meanwhile, or policy lets
    nobody confirm it alone: then it waits for its checkers. Needs a tenant scope.

    Raises NotFound (no transaction carries the reference), BadInput (several wait under it, or the amounts differ: never
    confirmed then), NotPermitted, NotPending."""
    require(actor, Permission.POST)
    told = ProviderPayment.objects.get(id=payment)
    if told.status != "confirmed":
        return False
    carrying = LedgerTransaction.objects.filter(
        reference_key=RawSQL("reference_key(%s)", [told.payment_ref]), reverses=None
    )
    waiting = list(carrying.filter(status="PENDING").order_by("id")[:2])
    if not waiting:
        if carrying.filter(status="POSTED").exists():
            return False
        raise NotFound(f"no transaction carries the reference {told.payment_ref}")
    if len(waiting) > 1:
        raise BadInput(f"several transactions wait under the reference {told.payment_ref}", "partner_reference")
    _require_same_amount(told, waiting[0])
    day = dated(settlement_day(list(_accounts(waiting[0])), told.confirmed_at or at), open_from())
    why = f"the bank's callback of {told.confirmed_at or at:%Y-%m-%d %H:%M:%S} UTC says that it is completed"
    move = settling_move("posting.confirm", waiting[0], actor)
    try:
        decided = record_decision(move, at=at, subjects=[str(waiting[0].public_id)])
    except NeedsApproval:
        answering = _answering(told)
        if answering is None:
            raise
        hold_settling(
            waiting[0], "posting.confirm", day, why=why, actor=actor, at=at, answering=answering,
            told={"payment": told.id, "reference": told.payment_ref},
        )  # fmt: skip
        return False
    confirm_original(
        waiting[0].id, effective_on=day.effective_on, adjusts_on=day.adjusts_on, decision_id=decided.id,
        policy_version=decided.decision.policy_version, why=why, actor=actor, at=at,
    )  # fmt: skip
    return True


def _answering(told: ProviderPayment) -> Answering | None:
    """Whoever set the key that the callback was signed by, for they could have signed it; else who opened the endpoint."""
    event = Event.objects.filter(endpoint=told.endpoint, payment_ref=told.payment_ref, type="confirmed").last()
    key = EndpointKey.objects.filter(id=event.delivery.key_id).first() if event and event.delivery.key_id else None
    behind = behind_endpoint(told.endpoint)
    by_key = set_up_by(key.added_by, f"the key {key} of {told.endpoint.name}", behind) if key else None
    return by_key or set_up_by(told.endpoint.made_by, f"the endpoint {told.endpoint.name}", behind)


def _require_same_amount(told: ProviderPayment, transaction: LedgerTransaction) -> None:
    if told.confirmed_minor is None:
        return
    entries = Entry.objects.filter(transaction=transaction, direction="DEBIT")
    booked = sum(int(minor) for minor in entries.values_list("amount_minor", flat=True))
    if booked != int(told.confirmed_minor):
        raise BadInput(f"amount mismatch: ledger {booked}, bank {int(told.confirmed_minor)}", "amount")


def _accounts(transaction: LedgerTransaction) -> list[int]:
    return list(Entry.objects.filter(transaction=transaction).values_list("account_id", flat=True))
