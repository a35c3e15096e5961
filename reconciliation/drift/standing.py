"""What stands open today: of each account the last closed settlement day, and every closed day, however old, whose latest
check is not clean or that should have one. One query."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection

from reconciliation.bank.coverage import is_missing
from reconciliation.cases.closed_days import last_closed
from reconciliation.drift.strip_days import StripDay, strip_day

# Days that were never checked are looked for after an account's first check and this far back only: the schedule asks for
# each within a minute of its end.
UNCHECKED = timedelta(days=28)

STANDING = f"""
SELECT b.code, b.name, b.currency, coalesce(w.is_last, false), p.day, p.ends_at, p.due_at, c.id,
       c.public_id, c.verdict, c.timing_only, c.drift, c.gross, c.unexplained, c.open_count, c.checked_at, c.unknown_because, false
  FROM bank_account b
  LEFT JOIN LATERAL (
       SELECT day, bool_or(is_last) AS is_last FROM (
           SELECT s.day, false AS is_last FROM drift_standing s
            WHERE s.tenant_id = b.tenant_id AND s.bank_account_id = b.id AND s.verdict <> 'CLEAN'
            UNION ALL
           SELECT p.day, false FROM bank_period p
            WHERE p.tenant_id = b.tenant_id AND p.bank_account_id = b.id AND p.due_at <= %(at)s AND p.day > %(after)s
              AND p.day > (SELECT min(f.day) FROM drift_standing f WHERE f.tenant_id = b.tenant_id AND f.bank_account_id = b.id)
              AND NOT EXISTS (SELECT FROM drift_standing s WHERE s.tenant_id = p.tenant_id
                                 AND s.bank_account_id = p.bank_account_id AND s.day = p.day)
            UNION ALL
           SELECT closed.day, true FROM {last_closed("%(at)s")} closed) every
        GROUP BY day) w ON true
  LEFT JOIN bank_period p ON p.tenant_id = b.tenant_id AND p.bank_account_id = b.id AND p.day = w.day
  LEFT JOIN drift_standing s ON s.tenant_id = b.tenant_id AND s.bank_account_id = b.id AND s.day = w.day
  LEFT JOIN drift_check c ON c.tenant_id = s.tenant_id AND c.id = s.check_id
 ORDER BY b.code, w.day
"""  # noqa: S608 (texts of ours)


@dataclass(frozen=True, slots=True)
class Standing:
    """One account. `last`: its last closed day, None before the first; `open_days`: drifted and unknown ones, oldest first."""

    code: str
    name: str
    currency: str
    last: StripDay | None
    open_days: tuple[StripDay, ...]

    @property
    def drifted(self) -> tuple[StripDay, ...]:
        return tuple(d for d in self.open_days if d.verdict == "DRIFTED")

    @property
    def unknown(self) -> tuple[StripDay, ...]:
        return tuple(d for d in self.open_days if d.verdict != "DRIFTED")

    @property
    def verdict(self) -> str:
        """The gravest of the open days; of the last day when none is open. TIMING: drifted in timing alone."""
        if any(not d.timing_only for d in self.drifted):
            return "DRIFTED"
        if self.unknown or self.last is None:
            return "UNKNOWN"
        return "TIMING" if self.drifted else "CLEAN"

    def total(self, figures: list[int | None]) -> int | None:
        """The sum of the drifted days' figures: 0 when all is clean, None when nothing at all is known."""
        known = [figure for figure in figures if figure is not None]
        nothing_known = not known and (self.last is None or self.last.verdict in (None, "UNKNOWN"))
        return None if nothing_known else sum(known)

    @property
    def drift(self) -> int | None:
        return self.total([d.drift for d in self.drifted])

    @property
    def gross(self) -> int | None:
        return self.total([d.gross for d in self.drifted])

    @property
    def unexplained(self) -> int | None:
        return self.total([d.unexplained for d in self.drifted])


def standings(*, at: datetime) -> list[Standing]:
    """Every account as it stands at `at`. Needs a tenant scope."""
    with connection.cursor() as cursor:
        cursor.execute(STANDING, {"at": at, "after": at.date() - UNCHECKED})
        rows = cursor.fetchall()
    found: dict[tuple[str, str, str], tuple[list[StripDay], list[StripDay]]] = {}
    for row in rows:
        last, still_open = found.setdefault(row[:3], ([], []))
        if row[4] is None:
            continue
        day = strip_day(row[4:])
        if day.ends_at > at:  # checked while it runs: what it says is not final, and no day of the headline
            continue
        if row[3]:
            last.append(day)
        if day.verdict != "CLEAN" and not awaits_statement(day, at):
            still_open.append(day)
    return [Standing(*named, last[0] if last else None, tuple(days)) for named, (last, days) in found.items()]


def awaits_statement(day: StripDay, at: datetime) -> bool:
    """Unknown for no other reason than that its statement, not due yet, has not come."""
    if day.verdict == "DRIFTED" or day.verdict == "CLEAN" or day.due_at <= at:
        return False
    return day.check_id is None or all(is_missing(reason) for reason in day.because or [])
