"""Kobbopay: `X-Kobbopay-Timestamp` and `X-Kobbopay-Signature: <hex>` over `{time}.{body}`.

`X-Kobbopay-Event-Id` and `X-Kobbopay-Delivery-Id` are NOT signed: whoever replays a delivery may change them, so neither is
asked for here, and neither names an event (reconciliation/provider/formats/kobbopay.py).
"""

from collections.abc import Sequence
from datetime import datetime

from reconciliation.provider.signatures.headers import Headers, pick
from reconciliation.provider.signatures.timestamped import check_timestamped
from reconciliation.provider.signatures.verdict import Verdict


def verify_kobbopay(headers: Headers, body: bytes, keys: Sequence[str], now: datetime) -> Verdict:
    found = pick(headers, "x-kobbopay-timestamp", "x-kobbopay-signature")
    if isinstance(found, str):
        return Verdict(found)
    seconds, signature = found
    return check_timestamped(seconds, signature, body, keys, now)
