"""The one place where a signature is computed and compared."""

import base64
import hashlib
import hmac
import re
from collections.abc import Sequence
from datetime import datetime

from reconciliation.provider.limits import MAX_BODY
from reconciliation.provider.signatures.keys import Usable
from reconciliation.provider.signatures.verdict import Verdict

HEX = re.compile(r"[0-9a-f]{64}")
BASE64 = re.compile(r"[A-Za-z0-9+/]{43}=")


def check_hex(given: Sequence[str], prefix: bytes, body: bytes, keys: Usable, signed_at: datetime | None) -> Verdict:
    """HMAC-SHA256 of `prefix` and `body`, written in lower-case hexadecimal."""
    fitting = [text for text in given if HEX.fullmatch(text)]
    return _checked([bytes.fromhex(text) for text in fitting], prefix, body, keys, signed_at, "")


def check_base64(
    given: Sequence[str], prefix: bytes, body: bytes, keys: Usable, signed_at: datetime | None, signed_id: str
) -> Verdict:
    """The same in base64. Only the one spelling that encoding gives is taken: 44 characters have two bits to spare."""
    fitting = [raw for text in given if (raw := canonical(text)) is not None]
    return _checked(fitting, prefix, body, keys, signed_at, signed_id)


def canonical(text: str) -> bytes | None:
    """The 32 bytes of a base64 text, or None when it is not their one spelling."""
    if len(text) != 44 or not BASE64.fullmatch(text):
        return None
    raw = base64.b64decode(text)
    return raw if base64.b64encode(raw).decode() == text else None


def fitting_key(given: Sequence[bytes], prefix: bytes, body: bytes, keys: Usable) -> int | None:
    """The position of the first key that makes one of the given signatures. Each comparison takes constant time."""
    for at, key in keys:
        mac = hmac.new(key, prefix, hashlib.sha256)
        mac.update(body)
        made = mac.digest()
        if True in [hmac.compare_digest(made, one) for one in given]:  # all of them, wherever the first one fits
            return at
    return None


def _checked(
    given: Sequence[bytes], prefix: bytes, body: bytes, keys: Usable, signed_at: datetime | None, signed_id: str
) -> Verdict:
    if len(body) > MAX_BODY:
        return Verdict("body-too-large")
    if not keys:
        return Verdict("no-usable-key")
    at = fitting_key(given, prefix, body, keys) if given else None
    if at is None:
        return Verdict("signature-mismatch")
    return Verdict(None, at, signed_at, signed_id)
