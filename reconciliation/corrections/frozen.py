"""The frozen payload of a correction and the facts it rests on. The payload holds everything that will be written, so
that the digest a checker signs is the digest of the effect."""

import hashlib
import json

from ledger.dating import Dated
from ledger.models import LedgerTransaction
from reconciliation.approvals.digest import Payload
from reconciliation.approvals.kinds import Facts
from reconciliation.cases.models import ExceptionCase
from reconciliation.corrections.target import RESOLVED, Target, holds_on, line_ids, target_of
from reconciliation.errors import NotFound
from reconciliation.postings.dated_on import as_payload, dated_now
from reconciliation.postings.frozen_entries import frozen_entries


def freeze(kind: str, target: Target, *, on: Dated, reason_code: str = "", note: str = "") -> Payload:
    """The payload: amounts as text of minor units, days as ISO dates, rows by id and by the names people use."""
    transaction, case = target.transaction, target.case
    amount, currency = amount_of(target)
    return {
        "kind": kind, "transaction_id": transaction.id, "transaction": str(transaction.public_id),
        "entries": frozen_entries(target.entries),
        "case_id": case.id if case else None, "case": case.number if case else None,
        "lines": [x.id for x in target.lines], "payment_id": transaction.payment_id or "",
        "amount_minor": str(amount), "currency": currency, "reason_code": reason_code, "note": note,
    } | as_payload(on)  # fmt: skip


def amount_of(target: Target) -> tuple[int, str]:
    """What policy weighs: the transaction's debits in the case's currency, else in that of its first entry."""
    currency = target.case.currency if target.case else target.entries[0].account.asset_id
    debits = [e for e in target.entries if e.direction == "DEBIT" and e.account.asset_id == currency]
    return sum(int(e.amount_minor) for e in debits), currency


def facts_of(payload: Payload) -> Facts:
    """What must still hold when the correction runs, read from the book and the case as they stand now."""
    transaction = LedgerTransaction.objects.filter(id=payload["transaction_id"]).first()
    if transaction is None:
        raise NotFound(f"transaction {payload['transaction_id']} is not in the book")
    target = target_of(transaction, _case(payload["case_id"]))
    return {
        "status": transaction.status, "effective_on": transaction.effective_on.isoformat(),
        "reversed_by": _link(transaction, "reversal"), "corrected_by": _link(transaction, "correction"),
        "entries_sha256": _digest(frozen_entries(target.entries)),
        "metadata_sha256": _digest(transaction.metadata),
        "security_hold": [str(c) for c in holds_on({e.account_id for e in target.entries})],
    } | dated_now(payload) | case_facts(target.case)  # fmt: skip


def case_facts(case: ExceptionCase | None) -> Facts:
    """Of the case that a correction is about."""
    if case is None:
        return {}
    return {
        "case_open": case.state != RESOLVED, "case_contribution": str(case.contribution_minor),
        "case_lines": line_ids(case),
    }  # fmt: skip


def _case(case_id: int | None) -> ExceptionCase | None:
    return None if case_id is None else ExceptionCase.objects.get(id=case_id)


def _link(transaction: LedgerTransaction, name: str) -> str | None:
    field = {"reversal": "reverses_id", "correction": "corrects_id"}[name]
    found = LedgerTransaction.objects.filter(**{field: transaction.id}).values_list("public_id", flat=True).first()
    return str(found) if found else None


def _digest(value: object) -> str:
    return hashlib.sha256(json.dumps(value, sort_keys=True, separators=(",", ":")).encode()).hexdigest()
