"""What a case between the planes names by our row ids, as people call it, and the case of the same payment at its bank."""

from collections.abc import Mapping
from dataclasses import dataclass

from ledger.models import LedgerTransaction
from reconciliation.cases.models import ExceptionCase
from reconciliation.checkpoints.models import CheckpointDecision

CONFIRMATION_FAILED = 5  # the cause of bank drift that a refused confirmation leaves


@dataclass(frozen=True, slots=True)
class Named:
    """A transaction: its short name (LT-88213406), its public id, its use case, and who posted it."""

    name: str
    public_id: str
    use_case: str = ""
    by: str = ""


def postings_named(case: ExceptionCase) -> Mapping[int, Named]:
    """The postings in the evidence by their row ids; two queries, none where there are none."""
    ids = [posting[0] for posting in case.evidence.get("postings", [])]
    if not ids:
        return {}
    found = LedgerTransaction.objects.filter(id__in=ids).only("id", "public_id", "use_case", "decision_id")
    decided = CheckpointDecision.objects.filter(id__in=[t.decision_id for t in found]).values_list("id", "inputs__by")
    by = dict(decided)
    return {t.id: Named(str(t), str(t.public_id), t.use_case, by.get(t.decision_id) or "") for t in found}


def same_payment(case: ExceptionCase) -> list[int]:
    """Numbers of the open cases that say the same of this payment from the other side: of a failed confirmation the bank's
    case, of a bank's case the failed confirmation. One query, none for any other case."""
    failed = case.kind == "confirmation_failed"
    if not case.payment_id or not (failed or (case.bank_account_id and case.cause == CONFIRMATION_FAILED)):
        return []
    others = ExceptionCase.objects.filter(payment_id=case.payment_id).exclude(state="resolved").exclude(id=case.id)
    others = others.filter(plane_pair="ledger-bank") if failed else others.filter(kind="confirmation_failed")
    return list(others.order_by("number").values_list("number", flat=True)[:3])
