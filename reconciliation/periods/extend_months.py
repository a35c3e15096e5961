"""Store the tenant's accounting periods ahead of the clock: a month each, from the first one that the book knows."""

from datetime import UTC, date, datetime, timedelta

from django.db import connection
from django.db.models import Max, Min

from ledger.models import LedgerTransaction, Period
from ledger.periods import open_from
from reconciliation.periods.spans import Span, months_to_add

AHEAD = timedelta(days=40)
ADD = "INSERT INTO ledger_period (first_on, until_on) SELECT * FROM unnest(%s::date[], %s::date[])"


def extend_months(*, at: datetime) -> int:
    """Append the months up to `at` + 40 days, and those before while nothing is closed; returns how many were new. Needs a tenant
    scope."""
    until = (at + AHEAD).astimezone(UTC).date()
    if not _missing(at, until):
        return 0
    with connection.cursor() as cursor:  # two at once would add the same months; the books themselves stay free
        cursor.execute("SELECT pg_advisory_xact_lock(7013, tenant())")
    missing = _missing(at, until)
    if missing:
        with connection.cursor() as cursor:
            cursor.execute(ADD, [[first for first, _ in missing], [end for _, end in missing]])
    return len(missing)


def _missing(at: datetime, until: date) -> list[Span]:
    ends = Period.objects.aggregate(first=Min("first_on"), last=Max("until_on"))
    book = LedgerTransaction.objects.order_by("effective_on").values_list("effective_on", flat=True).first()
    today = at.astimezone(UTC).date()
    stored = (ends["first"], ends["last"]) if ends["first"] else None
    return months_to_add(stored, min(book or today, today), until, closed=open_from() is not None)
