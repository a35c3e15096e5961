"""The digest of a frozen payload. What was asked, what is approved and what runs are the same bytes, or nothing
runs."""

import hashlib
import json
from typing import Any

from reconciliation.errors import BadInput

Payload = dict[str, Any]


def canonical(payload: Payload) -> bytes:
    """One spelling for one content: keys sorted, no blanks, UTF-8. Raises BadInput for what JSON storage would
    alter."""
    _require_plain(payload, "payload")
    return json.dumps(payload, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def digest(payload: Payload) -> bytes:
    """SHA-256 of the canonical payload."""
    return hashlib.sha256(canonical(payload)).digest()


def _require_plain(value: object, where: str) -> None:
    """Texts, integers, truths and nothing; in lists and in objects keyed by text. A float would come back another
    number."""
    if isinstance(value, dict):
        for key, held in value.items():
            _require_plain(key, where)
            _require_plain(held, f"{where}.{key}")
            if not isinstance(key, str):
                raise BadInput("an object is keyed by text", where)
    elif isinstance(value, list):
        for number, held in enumerate(value):
            _require_plain(held, f"{where}[{number}]")
    elif isinstance(value, str):
        if "\x00" in value or any("\ud800" <= c <= "\udfff" for c in value):
            raise BadInput("the text holds a character that cannot be stored", where)
    elif value is not None and not isinstance(value, int):
        raise BadInput(f"{type(value).__name__} cannot be frozen", where)
