"""The signed callback of a bank partner: `X-Timestamp` and `X-Signature: <hex>` over `{time}.{body}`.

The partner knows the key as BANK_WEBHOOK_SIGNING_KEY.
"""

from collections.abc import Sequence
from datetime import datetime

from reconciliation.provider.signatures.headers import Headers, pick
from reconciliation.provider.signatures.timestamped import check_timestamped
from reconciliation.provider.signatures.verdict import Verdict


def verify_bank(headers: Headers, body: bytes, keys: Sequence[str], now: datetime) -> Verdict:
    found = pick(headers, "x-timestamp", "x-signature")
    if isinstance(found, str):
        return Verdict(found)
    seconds, signature = found
    return check_timestamped(seconds, signature, body, keys, now)
