"""Adyen: the signature stands in the body, additionalData.hmacSignature, base64, over eight fields joined by colons.

The fields are not escaped, so a colon could move from one into the next: only merchantReference may hold one here, and
then every field has its one place. Everything else in a notification (eventDate, reason, additionalData) is unsigned.
Source: Adyen, Verify HMAC signatures.
"""

import re
from collections.abc import Sequence
from datetime import datetime

from reconciliation.provider.errors import PayloadRefused
from reconciliation.provider.formats.adyen_items import AdyenItem, read_items
from reconciliation.provider.limits import MAX_BODY
from reconciliation.provider.signatures.compare import canonical, fitting_key
from reconciliation.provider.signatures.headers import Headers
from reconciliation.provider.signatures.keys import Usable, hex_keys
from reconciliation.provider.signatures.verdict import Reason, Verdict

_PLAIN = re.compile(r"[^:]*")


def verify_adyen(headers: Headers, body: bytes, keys: Sequence[str], now: datetime) -> Verdict:
    """Verified when every notification of the body is; `key` is that of the first."""
    if len(body) > MAX_BODY:
        return Verdict("body-too-large")
    usable = hex_keys(keys)
    if not usable:
        return Verdict("no-usable-key")
    try:
        fitted = [_fitted(item, usable) for item in read_items(body)]
    except PayloadRefused:
        return Verdict("unreadable-body")
    reason = next((found for found in fitted if isinstance(found, str)), None)
    return Verdict(reason) if reason else Verdict(None, next(found for found in fitted if isinstance(found, int)))


def signed_text(item: AdyenItem) -> str:
    """The text that Adyen signs; a field that is absent is empty."""
    return ":".join((
        item.psp_reference, item.original_reference, item.merchant_account, item.merchant_reference, item.value,
        item.currency, item.event_code, item.success,
    ))  # fmt: skip


def _fitted(item: AdyenItem, keys: Usable) -> int | Reason:
    if not item.signature:
        return "missing-signature"
    raw = canonical(item.signature)
    single = (item.psp_reference, item.original_reference, item.merchant_account, item.currency, item.event_code)
    if raw is None or not all(_PLAIN.fullmatch(text) for text in single):
        return "signature-mismatch"
    at = fitting_key([raw], b"", signed_text(item).encode(), keys)
    return "signature-mismatch" if at is None else at
