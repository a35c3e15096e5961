"""What comes due by the clock alone: nothing of it changes, and yet it is late from one run to the next. Pure."""

from collections.abc import Iterable
from datetime import datetime, timedelta

Span = tuple[datetime, datetime]


def came_due(levels: Iterable[timedelta], *, last: datetime, since: datetime, at: datetime) -> list[Span]:
    """Spans of time: what changed in one of them came due after `last` by a service level that `since` does not reach over."""
    return [(last - level, min(at - level, since)) for level in sorted(set(levels)) if last - level < since]
