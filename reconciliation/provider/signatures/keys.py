"""Secrets as their schemes write them. A key that is empty or not in its form is left out, never used as it stands."""

import base64
import binascii
import re
from collections.abc import Sequence

Usable = list[tuple[int, bytes]]  # position among the given keys, key
_HEX = re.compile(r"(?:[0-9A-Fa-f]{2}){16,64}")
_PREFIX = "whsec_"


def utf8_keys(keys: Sequence[str]) -> Usable:
    """BTCPay, Coinbase, Stripe (with its prefix), Kobbopay, bank partners: the secret's own characters."""
    return [(at, raw) for at, key in enumerate(keys) if (raw := _utf8(key))]


def base64_keys(keys: Sequence[str]) -> Usable:
    """Standard Webhooks: base64 after `whsec_`; some senders leave out the padding."""
    return [(at, raw) for at, key in enumerate(keys) if (raw := _base64(key.removeprefix(_PREFIX)))]


def hex_keys(keys: Sequence[str]) -> Usable:
    """Adyen: hexadecimal, 32 bytes in practice."""
    return [(at, bytes.fromhex(key)) for at, key in enumerate(keys) if _HEX.fullmatch(key)]


def _utf8(key: str) -> bytes:
    try:
        return key.encode() if key.strip() else b""
    except UnicodeEncodeError:  # bytes of an environment variable that were no UTF-8
        return b""


def _base64(text: str) -> bytes:
    try:
        return base64.b64decode(text + "=" * (-len(text) % 4), validate=True)
    except (binascii.Error, ValueError):
        return b""
