"""What an approved correction does: through postings/, and nothing beside what its payload says. The check that will
close the case is asked for in the same database transaction."""

from datetime import datetime
from hashlib import sha256

from ledger import audit
from ledger.actors import Actor
from reconciliation.approvals.digest import Payload
from reconciliation.bank.models import BankAccount, BankPeriod
from reconciliation.cases.models import ExceptionCase
from reconciliation.outbox import enqueue
from reconciliation.postings.correct_transaction import confirm_original, reverse_transaction
from reconciliation.postings.dated_on import day_of

ON_THE_PAYMENT = ("BANK_REJECTED", "BANK_RETURNED")


def reverse(payload: Payload, *, decision_id: int, policy_version: str, actor: Actor, at: datetime) -> list[int]:
    """Post the mirror, dated as frozen. Raises AlreadyReversed, NotPosted, CannotReverseReversal,
    UnknownTransaction, PeriodClosed."""
    day = day_of(payload)
    made = reverse_transaction(
        payload["transaction_id"], effective_on=day.effective_on, adjusts_on=day.adjusts_on,
        key=f"reversal of {payload['transaction']}",
        why=spoken_why(payload), decision_id=decision_id, policy_version=policy_version, actor=actor, at=at,
    )  # fmt: skip
    if payload["payment_id"] and payload["reason_code"] in ON_THE_PAYMENT:
        audit.record(
            actor, at, "payment.marked", payload["payment_id"], why=payload["note"], policy_version=policy_version,
            reason_code=payload["reason_code"], transaction=payload["transaction"],
        )  # fmt: skip
    ask_for_checks(payload, at)
    return [made]


def confirm(payload: Payload, *, decision_id: int, policy_version: str, actor: Actor, at: datetime) -> list[int]:
    """Move the original to POSTED on the line's day; its id, amounts and accounts stay. Raises NotPending,
    PeriodClosed."""
    day = day_of(payload)
    confirmed = confirm_original(
        payload["transaction_id"], effective_on=day.effective_on, adjusts_on=day.adjusts_on,
        why=spoken_why(payload), decision_id=decision_id,
        policy_version=policy_version, actor=actor, at=at,
    )  # fmt: skip
    ask_for_checks(payload, at)
    return [confirmed]


def ask_for_checks(payload: Payload, at: datetime) -> None:
    """One item per reconciled account and settlement day that the correction may change: its own and the case's."""
    wanted = {(account, day_of(payload).effective_on) for account in BankAccount.objects.filter(
        ledger_account_id__in=[e["account_id"] for e in payload["entries"]]
    )}  # fmt: skip
    if payload["case_id"] is not None:
        case = ExceptionCase.objects.select_related("bank_account").get(id=payload["case_id"])
        if case.bank_account is not None:  # a case between other planes is closed by the next run across them
            wanted.add((case.bank_account, case.day))
    for account, on in sorted(wanted, key=lambda w: (w[0].code, w[1])):
        period = BankPeriod.objects.filter(bank_account=account, day__lte=on, until_on__gt=on).first()
        if period is not None:
            about = payload.get("transaction") or sha256(payload["key"].encode()).hexdigest()
            key = f"{payload['kind']} {about} {account.code} {period.day}"
            run = {"account": account.id, "from": str(period.day), "until": str(period.until_on), "key": key}
            enqueue("reconcile", key, run, at=at)


def spoken_why(payload: Payload) -> str:
    """The reason as the book keeps it: the code, and what was said."""
    return ": ".join(part for part in (payload["reason_code"], payload["note"]) if part)
