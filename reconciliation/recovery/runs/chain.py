"""What a step says of itself, as bytes, and the digest that binds it to the step before. Pure."""

import hashlib
import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any


def document_of(said: Mapping[str, Any]) -> str:
    """Canonical JSON: names in order, no blanks, instants in UTC. The same words are the same bytes."""
    return json.dumps(said, sort_keys=True, separators=(",", ":"), default=_plain, ensure_ascii=False)


def digest_of(document: str, previous: bytes = b"") -> bytes:
    """SHA-256 over the digest before and the document."""
    return hashlib.sha256(previous + document.encode()).digest()


def _plain(value: object) -> object:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="microseconds")
    if isinstance(value, bytes | memoryview):
        return bytes(value).hex()
    return str(value)
