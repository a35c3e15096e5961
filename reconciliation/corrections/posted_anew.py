"""What follows the reversal of a posting that a provider's payment stands against: who posts what was confirmed, and when. The
reversal alone leaves the day off by it, so a maker and a checker are told before they sign."""

from ledger.models import LedgerTransaction
from reconciliation.cases.models import ExceptionCase
from reconciliation.corrections.fitting_planes import Confirmed
from reconciliation.corrections.target import transaction_ids
from reconciliation.planes.models import RecognitionRule
from reconciliation.provider.models import ProviderPayment


def confirmed_of(case: ExceptionCase) -> Confirmed | None:
    """What the providers confirmed of the case's payment; None where they know none. Needs a tenant scope. At most five queries."""
    payments = list(ProviderPayment.objects.filter(payment_id=case.payment_id)) if case.payment_id else []
    with_money = [p for p in payments if p.confirmed_minor]
    if not payments:
        return None
    minor = sum(int(p.confirmed_minor or 0) for p in with_money)
    asset = next((p.asset for p in with_money), "")
    by_rule = (
        bool(with_money)
        and not _was_by_rule(case)
        and all(
            RecognitionRule.objects.filter(endpoint_id=endpoint, asset=name).exists()
            for endpoint, name in sorted({(p.endpoint_id, p.asset) for p in with_money})
        )
    )
    return Confirmed(minor, asset, by_rule=by_rule, agrees=int(case.contribution_minor) == 0)


def _was_by_rule(case: ExceptionCase) -> bool:
    """What a rule posted and a correction reversed, no rule posts again."""
    return LedgerTransaction.objects.filter(id__in=transaction_ids(case), metadata__has_key="rule").exists()
