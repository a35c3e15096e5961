"""The one way in: a verified body and its scheme, and what comes out is events or one `PayloadRefused`."""

from collections.abc import Callable

from reconciliation.provider.errors import PayloadRefused
from reconciliation.provider.formats.adyen import read_adyen
from reconciliation.provider.formats.amounts import Exponents
from reconciliation.provider.formats.bank import read_bank
from reconciliation.provider.formats.btcpay import read_btcpay
from reconciliation.provider.formats.coinbase import read_coinbase
from reconciliation.provider.formats.event import ProviderEvent
from reconciliation.provider.formats.kobbopay import read_kobbopay
from reconciliation.provider.formats.standard import read_standard
from reconciliation.provider.formats.stripe import read_stripe
from reconciliation.provider.signatures.verdict import Verdict

Reader = Callable[[bytes, Verdict, Exponents], list[ProviderEvent]]

READERS: dict[str, Reader] = {
    "btcpay": read_btcpay,
    "coinbase": read_coinbase,
    "stripe": read_stripe,
    "standard": read_standard,
    "adyen": read_adyen,
    "kobbopay": read_kobbopay,
    "bank": read_bank,
}


def read_events(scheme: str, body: bytes, verdict: Verdict, exponents: Exponents) -> list[ProviderEvent]:
    """The events of a body whose signature was verified.

    `exponents` maps each asset we keep to its decimals. Raises PayloadRefused: `unverified`, `unknown_scheme`, or the field.
    """
    if scheme not in READERS:
        raise PayloadRefused("unknown_scheme", f"{scheme[:20]!a} is none of {', '.join(READERS)}")
    if not verdict.verified:
        raise PayloadRefused("unverified", "the signature was not verified; nothing in the body is believed")
    return READERS[scheme](body, verdict, exponents)
