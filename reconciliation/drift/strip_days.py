"""One settlement day of one account as the heartbeat reads it."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID


@dataclass(frozen=True, slots=True)
class StripDay:
    """One settlement day with its latest check, all None when there is none. Amounts in minor units, None when unknown.
    `was_drifted`: some check of the day found more than timing."""

    day: date
    ends_at: datetime
    due_at: datetime
    check_id: int | None
    public_id: UUID | None
    verdict: str | None
    timing_only: bool | None
    drift: int | None
    gross: int | None
    unexplained: int | None
    open_count: int | None
    checked_at: datetime | None
    because: list[str] | None
    was_drifted: bool | None


def strip_day(row: Sequence[Any]) -> StripDay:
    """From the columns in the order of the fields."""
    day, ends, due, check, public, verdict, timing, drift, gross, unexplained, count, checked, because, was = row
    return StripDay(
        day, ends, due, check, public, verdict, timing, _int(drift), _int(gross), _int(unexplained), count, checked,
        None if because is None else json.loads(because), was,
    )  # fmt: skip


def _int(value: Any) -> int | None:
    return None if value is None else int(value)
