"""The orders of the queue, for keyset pages: open cases by when they fall due, ended ones by when they ended, newest first."""

from datetime import UTC, datetime

from django.db.models import Q

from reconciliation.cases.models import ExceptionCase


def mark_of(case: ExceptionCase, column: str) -> str:
    """The place of a case in a list ordered by `column`."""
    at = (case.resolved_at if column == "resolved_at" else None) or case.due_at
    return f"{at.astimezone(UTC).isoformat()}~{case.id}"


def ordered_by(column: str, *, downwards: bool) -> tuple[str, str]:
    """The order of a list: by an instant, `due_at` or `resolved_at`, then by id."""
    return (f"-{column}", "-id") if downwards else (column, "id")


def beyond(mark: str, column: str, *, downwards: bool) -> Q:
    """What follows a mark; everything when there is none, or none that can be read."""
    text, _, number = mark.partition("~")
    try:
        at, last = datetime.fromisoformat(text), int(number)
    except ValueError:
        return Q()
    if downwards:
        return Q(**{f"{column}__lte": at}) & (Q(**{f"{column}__lt": at}) | Q(id__lt=last))
    return Q(**{f"{column}__gte": at}) & (Q(**{f"{column}__gt": at}) | Q(id__gt=last))
