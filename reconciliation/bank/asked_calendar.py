"""A calendar as somebody asks for it. Pure: read once from what was typed, compared with what is in force."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, time
from typing import Any

from reconciliation.bank.calendars import Calendar, zones
from reconciliation.errors import BadInput

MOST_GRACE, MOST_DUE, MOST_HOLIDAYS = 30, 240, 400


@dataclass(frozen=True, slots=True)
class AskedCalendar:
    """`cutover` is local time in `zone`; `closed_weekdays` are ISO numbers; it is in force from `effective_from` on."""

    effective_from: date
    zone: str
    cutover: time
    closed_weekdays: frozenset[int]
    holidays: frozenset[date]
    grace_days: int
    due_hours: int

    @property
    def document(self) -> dict[str, Any]:
        """As a draft and a request keep it."""
        return {
            "effective_from": self.effective_from.isoformat(), "zone": self.zone, "cutover": f"{self.cutover:%H:%M}",
            "closed_weekdays": sorted(self.closed_weekdays), "holidays": [d.isoformat() for d in sorted(self.holidays)],
            "grace_days": self.grace_days, "due_hours": self.due_hours,
        }  # fmt: skip

    @property
    def calendar(self) -> Calendar:
        """As days are cut by it."""
        return Calendar(
            self.effective_from, self.zone, self.cutover, self.closed_weekdays, self.holidays, self.grace_days, self.due_hours
        )  # fmt: skip


def asked_calendar(document: Mapping[str, Any]) -> AskedCalendar:
    """Of a document as `AskedCalendar.document` writes it. Raises BadInput naming the field."""
    asked = AskedCalendar(
        _date(document, "effective_from"), str(document.get("zone", "")), _time(document),
        frozenset(_numbers(document)), frozenset(_holidays(document)), _within(document, "grace_days", MOST_GRACE),
        _within(document, "due_hours", MOST_DUE),
    )  # fmt: skip
    if asked.zone not in zones():
        raise BadInput(f"{asked.zone!r:.40} is not a time zone", "zone")
    if len(asked.closed_weekdays) >= 7:
        raise BadInput("at least one weekday is a banking day", "closed_weekdays")
    return asked


def _date(document: Mapping[str, Any], name: str) -> date:
    try:
        return date.fromisoformat(str(document.get(name, "")))
    except ValueError as error:
        raise BadInput("a date is written as 2026-12-25", name) from error


def _time(document: Mapping[str, Any]) -> time:
    try:
        said = time.fromisoformat(str(document.get("cutover", "")))
    except ValueError as error:
        raise BadInput("a cut-over is a time of day, like 06:00", "cutover") from error
    if said.second or said.microsecond or said.tzinfo:
        raise BadInput("a cut-over is a minute of the day, in the calendar's own zone", "cutover")
    return said


def _numbers(document: Mapping[str, Any]) -> list[int]:
    given = document.get("closed_weekdays", [])
    if not isinstance(given, list) or any(n not in range(1, 8) for n in given):
        raise BadInput("weekdays are numbers from 1, Monday, to 7, Sunday", "closed_weekdays")
    return given


def _holidays(document: Mapping[str, Any]) -> list[date]:
    given = document.get("holidays", [])
    if not isinstance(given, list) or len(given) > MOST_HOLIDAYS:
        raise BadInput(f"holidays are at most {MOST_HOLIDAYS} dates", "holidays")
    return [_date({"holidays": text}, "holidays") for text in given]


def _within(document: Mapping[str, Any], name: str, most: int) -> int:
    value = document.get(name)
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= most:
        raise BadInput(f"{name.replace('_', ' ')} are 0 to {most}", name)
    return value
