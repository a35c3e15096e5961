"""Instants of payloads. What has no zone is refused: it could be any of 38 instants."""

import re
from datetime import UTC, datetime, timedelta

from reconciliation.provider.errors import PayloadRefused
from reconciliation.provider.formats.node import Node

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_LAST = 9_999_999_999  # seconds, in the year 2286
_ISO = re.compile(r"([0-9-]{10}T[0-9:]{8})(?:\.([0-9]{1,9}))?(Z|[+-][0-9]{2}:[0-9]{2})")


def seconds_at(node: Node, name: str) -> datetime:
    """Whole Unix seconds, in UTC. Refuses `missing`, `wrong_type`, `bad_time`."""
    value = node.whole(name)
    if not 0 <= value <= _LAST:
        raise PayloadRefused("bad_time", "is not a time in Unix seconds", node.path(name))
    return _EPOCH + timedelta(seconds=value)


def iso_at(node: Node, name: str) -> datetime:
    """ISO 8601 with a zone, in UTC; digits beyond the microsecond are cut. Refuses `missing`, `wrong_type`, `bad_time`."""
    found = _ISO.fullmatch(node.text(name))
    try:
        if found is None:
            raise ValueError
        fraction = (found[2] or "0")[:6].ljust(6, "0")
        return datetime.fromisoformat(f"{found[1]}.{fraction}{found[3]}").astimezone(UTC)
    except (ValueError, OverflowError):
        raise PayloadRefused("bad_time", "is not a time in ISO 8601 with a zone", node.path(name)) from None
