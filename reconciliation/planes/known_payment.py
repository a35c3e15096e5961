"""Whether any plane knows a payment by its id, as checkpoints compare it."""

from ledger.models import LedgerTransaction
from reconciliation.commerce.models import Order
from reconciliation.provider.models import ProviderPayment


def is_known(payment_id: str) -> bool:
    """By an order, a provider's payment or a posting; one whose posting is refused may be known nowhere yet. At most four short
    queries by index. Needs a tenant scope."""
    return (
        Order.objects.filter(payment_id=payment_id).exists()
        or LedgerTransaction.objects.filter(payment_id=payment_id).exists()
        or ProviderPayment.objects.filter(payment_id=payment_id).exists()
        or ProviderPayment.objects.filter(payment_ref=payment_id).exists()
    )
