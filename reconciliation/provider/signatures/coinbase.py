"""Coinbase Commerce: `X-CC-Webhook-Signature: <hex>` over the raw body; no signed time, replays are caught by event.id.

Source: Coinbase Commerce, Webhooks security.
"""

from collections.abc import Sequence
from datetime import datetime

from reconciliation.provider.signatures.compare import check_hex
from reconciliation.provider.signatures.headers import Headers, pick
from reconciliation.provider.signatures.keys import utf8_keys
from reconciliation.provider.signatures.verdict import Verdict


def verify_coinbase(headers: Headers, body: bytes, keys: Sequence[str], now: datetime) -> Verdict:
    found = pick(headers, "x-cc-webhook-signature")
    if isinstance(found, str):
        return Verdict(found)
    return check_hex(found, b"", body, utf8_keys(keys), None)
