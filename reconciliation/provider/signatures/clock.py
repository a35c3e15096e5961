"""Signed times: Unix seconds, and how far they may lie from now."""

import re
from datetime import UTC, datetime, timedelta

TOLERANCE = timedelta(seconds=300)
_SECONDS = re.compile(r"[0-9]{1,10}")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def read_seconds(text: str) -> datetime | None:
    """The instant, or None for anything but ASCII digits: int() would also read `１７` and `1_7`."""
    if len(text) > 10 or not _SECONDS.fullmatch(text):
        return None
    return _EPOCH + timedelta(seconds=int(text))


def is_skewed(signed_at: datetime, now: datetime) -> bool:
    """Beyond 300 s, in the past or in the future; exactly 300 s is still good. `now` has a zone."""
    return abs(now - signed_at) > TOLERANCE
