"""How the cases of the last days ended, by class and code: the share of "other" is itself a sign of drift."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count

from reconciliation.cases.models import ExceptionCase


@dataclass(frozen=True, slots=True)
class EndedCount:
    """So many cases of a class that ended with a code, and ended so still."""

    exception_class: str
    code: str
    count: int


def ended_counts(*, at: datetime, days: int = 30) -> list[EndedCount]:
    """By class, the most frequent code first. One query over what ended since. Needs a tenant scope."""
    ended = ExceptionCase.objects.filter(state=ExceptionCase.State.RESOLVED, resolved_at__gt=at - timedelta(days=days))
    rows = ended.values_list("exception_class", "resolution").annotate(n=Count("id"))
    return [EndedCount(*row) for row in rows.order_by("exception_class", "-n", "resolution")]
