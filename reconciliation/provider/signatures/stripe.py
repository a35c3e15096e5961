"""Stripe: `Stripe-Signature: t=<seconds>,v1=<hex>[,v1=…]` over `{t}.{body}`; the key is the whole `whsec_…` text.

Other versions (`v0` is Stripe's test scheme) are not looked at: taking them would be a downgrade. Source: Stripe, Verify
webhook signatures manually. The tolerance holds in both directions, where Stripe's own libraries look at the past alone.
"""

from collections.abc import Sequence
from datetime import datetime

from reconciliation.provider.limits import MAX_HEADER, MAX_SIGNATURES
from reconciliation.provider.signatures.clock import is_skewed, read_seconds
from reconciliation.provider.signatures.compare import check_hex
from reconciliation.provider.signatures.headers import Headers, pick
from reconciliation.provider.signatures.keys import utf8_keys
from reconciliation.provider.signatures.verdict import Verdict


def verify_stripe(headers: Headers, body: bytes, keys: Sequence[str], now: datetime) -> Verdict:
    found = pick(headers, "stripe-signature")
    if isinstance(found, str):
        return Verdict(found)
    (value,) = found
    if len(value) > MAX_HEADER:
        return Verdict("signature-mismatch")
    parts = [part.partition("=") for part in value.split(",")]
    times = [text for name, _, text in parts if name == "t"]
    given = [text for name, _, text in parts if name == "v1"]
    signed_at = read_seconds(times[0]) if len(times) == 1 else None
    if signed_at is None:
        return Verdict("invalid-timestamp")
    if is_skewed(signed_at, now):
        return Verdict("clock-skew")
    if len(given) > MAX_SIGNATURES:
        return Verdict("signature-mismatch")
    return check_hex(given, f"{times[0]}.".encode(), body, utf8_keys(keys), signed_at)
