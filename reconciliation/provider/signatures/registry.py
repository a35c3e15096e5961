"""The schemes there are, each with its verifier. The names are those of an endpoint's row and of `verify_delivery`."""

from collections.abc import Callable, Sequence
from datetime import datetime

from reconciliation.provider.signatures.adyen import verify_adyen
from reconciliation.provider.signatures.bank import verify_bank
from reconciliation.provider.signatures.btcpay import verify_btcpay
from reconciliation.provider.signatures.coinbase import verify_coinbase
from reconciliation.provider.signatures.headers import Headers
from reconciliation.provider.signatures.kobbopay import verify_kobbopay
from reconciliation.provider.signatures.standard import verify_standard
from reconciliation.provider.signatures.stripe import verify_stripe
from reconciliation.provider.signatures.verdict import Verdict

Verifier = Callable[[Headers, bytes, Sequence[str], datetime], Verdict]

VERIFIERS: dict[str, Verifier] = {
    "btcpay": verify_btcpay,
    "coinbase": verify_coinbase,
    "stripe": verify_stripe,
    "standard": verify_standard,
    "adyen": verify_adyen,
    "kobbopay": verify_kobbopay,
    "bank": verify_bank,
}
