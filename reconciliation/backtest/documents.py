"""What a draft may be about: how its document is checked, and what is in force beside it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db import DataError, connection
from django.db.transaction import atomic

from reconciliation.bank.asked_calendar import asked_calendar
from reconciliation.bank.find_bank_account import find_bank_account
from reconciliation.bank.models import BankCalendar
from reconciliation.bank.store_periods import as_calendar
from reconciliation.errors import BadInput
from reconciliation.matching.asked_matcher import asked_matcher
from reconciliation.matching.versions import terms_in_force

MATCHER, CALENDAR = "matcher", "calendar"


@dataclass(frozen=True, slots=True)
class InForce:
    """The newest version: its number (for a calendar, how many there are) and its document; 0 where none was ever set."""

    number: int
    document: dict[str, Any]


def checked(about: str, subject: str, document: Mapping[str, Any]) -> dict[str, Any]:
    """The document as it is kept. Raises BadInput naming the field, NotFound (no such bank account)."""
    if about == MATCHER:
        kept = asked_matcher(subject, document).document
        _require_usable(kept.get("narrative_pattern", ""))
        return kept
    if about != CALENDAR:
        raise BadInput("a draft is about a matcher or a calendar", "about")
    find_bank_account(subject)
    return asked_calendar(document).document


def in_force(about: str, subject: str) -> InForce:
    """Needs a tenant scope."""
    if about == MATCHER:
        return InForce(*terms_in_force(subject))
    versions = list(BankCalendar.objects.filter(bank_account__code=subject).order_by("effective_from"))
    return InForce(len(versions), _document(versions[-1]) if versions else {})


def _document(row: BankCalendar) -> dict[str, Any]:
    c = as_calendar(row)
    return {
        "effective_from": c.effective_from.isoformat(), "zone": c.zone, "cutover": f"{c.cutover:%H:%M}",
        "closed_weekdays": sorted(c.closed_weekdays), "holidays": [d.isoformat() for d in sorted(c.holidays)],
        "grace_days": c.grace_days, "due_hours": c.due_hours,
    }  # fmt: skip


def _require_usable(pattern: str) -> None:
    """The database reads patterns in its own dialect: what it cannot read would stop every run."""
    try:
        with atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT substring('' FROM %s)", [pattern])
    except DataError as error:
        raise BadInput("narrative_pattern is no pattern that the database can read", "narrative_pattern") from error
