"""The incident of a number, for whoever acts on it."""

from datetime import UTC, datetime, time

from django.db.models import Min

from reconciliation.cases.models import ExceptionCase
from reconciliation.errors import BadInput, NotFound, RequestNotOpen
from reconciliation.incidents.models import Incident, IncidentRelease

LONGEST_KEY = 64


def incident_numbered(number: int) -> Incident:
    """With its account at hand. Raises NotFound."""
    found = Incident.objects.filter(number=number).select_related("bank_account__ledger_account").first()
    if found is None:
        raise NotFound(f"no incident has the number {number}")
    return found


def money_since(incident: Incident) -> datetime:
    """The start, UTC, of the first day on which its money differs: no earlier call can be about it. Two queries."""
    ids = incident.cases.values_list("case_id", flat=True)
    first = ExceptionCase.objects.filter(id__in=list(ids)).aggregate(first=Min("day"))["first"]
    return datetime.combine(first or incident.opened_at.date(), time(), UTC)


def require_unreleased(incident: Incident) -> None:
    """Raise RequestNotOpen, saying when and by whom it was released."""
    if done := IncidentRelease.objects.filter(incident=incident).first():
        raise RequestNotOpen(f"{incident} was released on {done.released_at:%Y-%m-%d %H:%M} UTC by {done.released_by}")


def require_key(key: str) -> None:
    """Raise BadInput without the sent form's key."""
    if not 1 <= len(key) <= LONGEST_KEY or not key.isalnum():
        raise BadInput("the form carries no key", "key")


def require_words(text: str, where: str, longest: int, least: int = 1) -> str:
    """The text, trimmed. Raises BadInput naming the field."""
    text = text.strip()
    if not least <= len(text) <= longest or "\x00" in text:
        raise BadInput(f"say it in {least} to {longest:,} characters, without NUL", where)
    return text
