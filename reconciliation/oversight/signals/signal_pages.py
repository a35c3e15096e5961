"""The readings as pages show them: the newest of each day. Reads only."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from reconciliation.oversight.signals.catalogue import SIGNALS, Signal
from reconciliation.oversight.signals.measure import measure
from reconciliation.oversight.signals.measured import Measured, digest
from reconciliation.oversight.signals.models import SignalRaised, SignalReading
from reconciliation.oversight.signals.worst import Worst, worst_of


@dataclass(frozen=True, slots=True)
class Trend:
    """A signal with its readings, one a day, the oldest first; days that were never read are left out."""

    signal: Signal
    readings: tuple[SignalReading, ...]

    @property
    def last(self) -> SignalReading | None:
        """The newest that says something; where none does, the newest of all."""
        known = (reading for reading in reversed(self.readings) if reading.state != "unknown")
        return next(known, self.readings[-1] if self.readings else None)

    def worst(self, first: date, last: date) -> Worst[SignalReading]:
        """The worst of these days, both included."""
        return worst_of([r for r in self.readings if first <= r.day <= last], self.signal.unit)


@dataclass(frozen=True, slots=True)
class Evidence:
    """The rows of a reading, counted anew as of its instant. `same`: they are the very rows that it was read from."""

    reading: SignalReading
    found: Measured
    same: bool


def trends(*, until: date, days: int, keys: Sequence[str] = tuple(SIGNALS)) -> list[Trend]:
    """The last `days` up to `until`, of each signal in the catalogue's order. One query. Needs a tenant scope."""
    rows = (
        SignalReading.objects.filter(day__gt=until - timedelta(days=days), day__lte=until, key__in=list(keys))
        .order_by("key", "day", "-as_of").distinct("key", "day")
    )  # fmt: skip
    by_key: dict[str, list[SignalReading]] = {}
    for row in rows:
        by_key.setdefault(row.key, []).append(row)
    return [Trend(SIGNALS[key], tuple(by_key.get(key, ()))) for key in keys]


def reading_of(key: str, day: date) -> SignalReading | None:
    """The newest reading of the day."""
    return SignalReading.objects.filter(key=key, day=day).order_by("-as_of").first()


def evidence_of(reading: SignalReading) -> Evidence:
    """The rows behind a reading."""
    found, _ = measure(reading.key, reading.day, at=reading.as_of)
    return Evidence(reading, found, digest(found.rows, found.counted) == bytes(reading.rows_sha256))


def raised_between(since: date, until: date) -> list[SignalRaised]:
    """What was raised of these days, half-open, the newest first."""
    rows = SignalRaised.objects.filter(day__gte=since, day__lt=until).select_related("reading")
    return list(rows.order_by("-day", "key"))


def last_read(*, at: datetime) -> datetime | None:
    """When the signals were last read."""
    return SignalReading.objects.filter(read_at__lte=at).order_by("-id").values_list("read_at", flat=True).first()
