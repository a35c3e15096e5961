"""The form that Kobbopay and bank partners share: a header with the time, one with the hexadecimal signature of
`{time}.{body}`."""

from collections.abc import Sequence
from datetime import datetime

from reconciliation.provider.signatures.clock import is_skewed, read_seconds
from reconciliation.provider.signatures.compare import check_hex
from reconciliation.provider.signatures.keys import utf8_keys
from reconciliation.provider.signatures.verdict import Verdict


def check_timestamped(seconds: str, signature: str, body: bytes, keys: Sequence[str], now: datetime) -> Verdict:
    signed_at = read_seconds(seconds)
    if signed_at is None:
        return Verdict("invalid-timestamp")
    if is_skewed(signed_at, now):
        return Verdict("clock-skew")
    return check_hex([signature], f"{seconds}.".encode(), body, utf8_keys(keys), signed_at)
