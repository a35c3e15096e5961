"""bench growth: 10 × rows against rows in one run each, and a daily increment of rows / 10 on the large history against the same
increment on an empty one. At the default of 1,000,000 it takes about 20 minutes and 25 GB; it is not part of `make test`."""

from datetime import timedelta
from typing import Any

from benchmarks.database import bench_database
from benchmarks.matching import DAYS, empty, outcome, reconcile
from benchmarks.matching_rows import FIRST, fill, open_books

NEXT = FIRST + timedelta(days=DAYS + 2)


def run(rows: int) -> dict[str, Any]:
    """Seconds of each run and their ratios: `growth` (10 × rows to rows) and `increment` (large history to empty history)."""
    step = max(100, rows // 10)
    with bench_database() as admin:
        fresh = open_books("fresh", DAYS + 20)
        fill(fresh, admin, n=step, days=1, first=NEXT)
        on_empty = [reconcile(fresh, NEXT, 1)]
        for _ in range(2):
            empty(admin)
            on_empty.append(reconcile(fresh, NEXT, 1))
        empty(admin)
        small = open_books("small", DAYS + 20)
        fill(small, admin, n=rows, days=DAYS)
        one = reconcile(small)
        empty(admin)
        large = open_books("large", DAYS + 20)
        for part in range(10):
            fill(large, admin, n=rows, days=DAYS, start=1 + part * rows)
        ten = reconcile(large)
        stored = outcome(large)
        fill(large, admin, n=step, days=1, start=1 + 10 * rows, first=NEXT)
        on_history = reconcile(large, NEXT, 1)
    baseline = sorted(on_empty)[1]
    return {
        "name": "growth", "rows": rows, "seconds": round(ten, 2), "floor_seconds": round(one, 2), "growth": round(ten / one, 2),
        "ratio_to_floor": round(ten / one, 2), "rows_per_second": int(20 * rows / ten), "increment_rows": step,
        "increment_seconds": round(on_history, 3), "increment_on_empty_seconds": round(baseline, 3),
        "increment": round(on_history / baseline, 2), **stored,
    }  # fmt: skip
