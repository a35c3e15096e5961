"""BTCPay Server: `BTCPay-Sig: sha256=<hex>` over the raw body. Nothing signed says when, so replays are caught by id.

Source: Greenfield API, Webhooks. BTCPay does not deliver again after a 4xx: what refuses here must have been stored.
"""

from collections.abc import Sequence
from datetime import datetime

from reconciliation.provider.signatures.compare import check_hex
from reconciliation.provider.signatures.headers import Headers, pick
from reconciliation.provider.signatures.keys import utf8_keys
from reconciliation.provider.signatures.verdict import Verdict

PREFIX = "sha256="


def verify_btcpay(headers: Headers, body: bytes, keys: Sequence[str], now: datetime) -> Verdict:
    found = pick(headers, "btcpay-sig")
    if isinstance(found, str):
        return Verdict(found)
    (signature,) = found
    given = [signature[len(PREFIX) :]] if signature.startswith(PREFIX) else []
    return check_hex(given, b"", body, utf8_keys(keys), None)
