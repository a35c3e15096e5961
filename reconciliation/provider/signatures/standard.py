"""Standard Webhooks, also under Svix's own header names: `v1,<base64>` texts parted by blanks, over `{id}.{time}.{body}`.

Other versions (`v1a` is asymmetric) are not looked at. The id is signed, so it may name the event. Source: Standard Webhooks
specification, Webhook metadata and Signature scheme.
"""

import base64
import hashlib
import hmac
from collections.abc import Sequence
from datetime import datetime

from reconciliation.provider.limits import MAX_HEADER, MAX_SIGNATURES, MAX_TEXT
from reconciliation.provider.signatures.clock import is_skewed, read_seconds
from reconciliation.provider.signatures.compare import check_base64
from reconciliation.provider.signatures.headers import Headers, pick
from reconciliation.provider.signatures.keys import base64_keys
from reconciliation.provider.signatures.verdict import Verdict

STANDARD = ("webhook-id", "webhook-timestamp", "webhook-signature")
SVIX = ("svix-id", "svix-timestamp", "svix-signature")


def verify_standard(headers: Headers, body: bytes, keys: Sequence[str], now: datetime) -> Verdict:
    found = pick(headers, *STANDARD)
    if found == "missing-headers":
        found = pick(headers, *SVIX)
    if isinstance(found, str):
        return Verdict(found)
    sent_id, seconds, value = found
    signed_at = read_seconds(seconds)
    if signed_at is None:
        return Verdict("invalid-timestamp")
    if is_skewed(signed_at, now):
        return Verdict("clock-skew")
    parts = value.split(" ") if len(value) <= MAX_HEADER else []
    given = [text for version, _, text in (part.partition(",") for part in parts) if version == "v1"]
    # An id with a point in it could move the border between id and time; with control characters it could not be shown.
    named = len(sent_id) <= MAX_TEXT and sent_id.isascii() and sent_id.isprintable() and "." not in sent_id
    if not named or len(given) > MAX_SIGNATURES:
        return Verdict("signature-mismatch")
    return check_base64(given, f"{sent_id}.{seconds}.".encode(), body, base64_keys(keys), signed_at, sent_id)


def sign_standard(message_id: str, seconds: str, body: bytes, key: str) -> str:
    """The header's value for what we send ourselves: `v1,<base64>` by one key in its usual form. `seconds` since 1970 as text.
    Raises ValueError where the key is none."""
    usable = base64_keys([key])
    if not usable:
        raise ValueError("no usable key")
    made = hmac.new(usable[0][1], f"{message_id}.{seconds}.".encode() + body, hashlib.sha256).digest()
    return f"v1,{base64.b64encode(made).decode()}"
