"""Read the signals: the days that are over and were never read, and today as it stands. What is out of range is told once."""

from datetime import date, datetime, timedelta

from django.db import connection

from ledger import audit
from ledger.actors import Actor
from reconciliation.oversight.signals.catalogue import EARLY, SIGNALS
from reconciliation.oversight.signals.measure import measure
from reconciliation.oversight.signals.measured import digest, span_of
from reconciliation.oversight.signals.models import SignalRaised, SignalReading
from reconciliation.permissions import Permission, require

DAYS_BACK = 28
EARLY_KEYS = frozenset(signal.key for signal in EARLY)


def read_signals(*, actor: Actor, at: datetime) -> list[SignalRaised]:
    """Those that were raised now. A day that is over is read as of its end, once; today as of `at`. Needs a tenant scope. Raises
    NotPermitted."""
    require(actor, Permission.READ_SIGNALS)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(7041, tenant())")  # two at once would both read a day
    today = at.date()
    days = [today - timedelta(days=n) for n in range(DAYS_BACK, -1, -1)]
    known = set(SignalReading.objects.filter(day__gte=days[0]).values_list("key", "day", "as_of"))
    wanted = [
        (key, day) for day in days for key in SIGNALS
        if (key, day, span_of(day, at).until) not in known and span_of(day, at).until > span_of(day, at).since
    ]  # fmt: skip
    raised = [_read(key, day, actor, at) for key, day in wanted]
    return [one for one in raised if one]


def _read(key: str, day: date, actor: Actor, at: datetime) -> SignalRaised | None:
    found, state = measure(key, day, at=at)
    signal, span = SIGNALS[key], span_of(day, at)
    reading = SignalReading.objects.create(
        key=key, day=day, as_of=span.until, state=state, value=None if state == "unknown" else found.value, of=found.of,
        parts={name: str(n) for name, n in found.parts.items()}, said=found.said, goal=signal.goal,
        limit_value=signal.limit, counted=found.counted, rows_sha256=digest(found.rows, found.counted), read_at=at,
    )  # fmt: skip
    if state != "out" or key not in EARLY_KEYS or SignalRaised.objects.filter(key=key, day=day).exists():
        return None
    made = SignalRaised.objects.create(key=key, day=day, reading=reading, raised_at=at)
    audit.record(
        actor, at, "signal.raised", f"{made}", why=found.said, value=found.value, of=found.of, counted=found.counted,
        rows_sha256=bytes(reading.rows_sha256).hex(), goal=signal.goal,
    )  # fmt: skip
    return made
