"""bench backtest: a draft with bands and provider states against recorded decisions under 200 rules, beside a plain SELECT that reads the same
rows joined once; and one decision on the hot path at those 200 rules."""

import time
from datetime import timedelta
from typing import Any

from django.db import connection

from benchmarks.backtest_rows import DAYS, RULES, draft, fill
from benchmarks.database import bench_database
from benchmarks.matching_rows import SET_UP, Books, open_books
from ledger.tenancy import tenant
from reconciliation.backtest.run_backtest import run_backtest
from reconciliation.checkpoints.in_force import forget, in_force
from reconciliation.checkpoints.rules import Move, decide

ROUNDS, DECIDED = 3, 10_000
FLOOR = """
SELECT count(*), sum(e.amount_minor), max(p.confirmed_at), count(DISTINCT d.inputs->>'use_case')
  FROM checkpoint_decision d
  JOIN ledger_transaction t ON t.tenant_id = d.tenant_id AND t.decision_id = d.id
  JOIN ledger_entry e ON e.tenant_id = t.tenant_id AND e.transaction_id = t.id AND e.direction = 'DEBIT'
  LEFT JOIN provider_payment p ON p.tenant_id = t.tenant_id AND p.payment_id = t.payment_id
 WHERE d.tenant_id = tenant() AND d.at >= %s AND d.at < %s
"""


def run(rows: int) -> dict[str, Any]:
    """Backtest and floor in turn; the medians of the rounds. `rows`: recorded decisions, each with its posting."""
    with bench_database() as admin:
        books = open_books("bench", 20)
        fill(books, admin, rows)
        seconds, floors, found = [], [], {}
        for _ in range(ROUNDS):
            floors.append(_floor(books))
            took, found = _backtest(books)
            seconds.append(took)
        median_us, p99_us = _decide(books)
    assert found["replayed"] == rows, "a backtest that replays less is not the one that is measured"
    middle = ROUNDS // 2
    took, floor = sorted(seconds)[middle], sorted(floors)[middle]
    return {
        "name": "backtest", "rows": rows, "seconds": round(took, 3), "rows_per_second": int(rows / took), "groups": found["groups"],
        "flips": found["flips"], "blocked": found["blocked"]["tally"]["moves"], "floor_seconds": round(floor, 3),
        "ratio_to_floor": round(took / floor, 2), "all_seconds": [round(s, 3) for s in seconds], "rules": RULES,
        "decide_us": median_us, "decide_p99_us": p99_us,
    }  # fmt: skip


def _backtest(books: Books) -> tuple[float, dict[str, Any]]:
    started = time.perf_counter()
    with tenant(books.tenant_id):
        made = run_backtest(
            document=draft(),
            since=books.at - timedelta(days=DAYS),
            until=books.at + timedelta(seconds=1),
            actor=SET_UP,
            at=books.at,
        )
    return time.perf_counter() - started, made.result


def _floor(books: Books) -> float:
    started = time.perf_counter()
    with tenant(books.tenant_id), connection.cursor() as cursor:
        cursor.execute("SET LOCAL work_mem = '256MB'")
        cursor.execute(FLOOR, [books.at - timedelta(days=DAYS), books.at + timedelta(seconds=1)])
        cursor.fetchone()
    return time.perf_counter() - started


def _decide(books: Books) -> tuple[float, float]:
    """(median, 99th percentile) in microseconds of one decision that asks every rule."""
    with tenant(books.tenant_id):
        forget(books.tenant_id)  # the rules were written past the triggers that say so
        asked = in_force(sure=True).asked
    assert len(asked["posting.post"]) == RULES + 1
    took = []
    for n in range(DECIDED):
        facts = {"use_case": f"payout_{n % 20}", "account": ["clr", "emp"], "by": "core", "door": "api", "role": ["integration"],
                 "asset": ["ETB"], "amounts": {"ETB": str(1000 + n)}}  # fmt: skip
        move = Move("posting.post", facts, f"pay_{n}")
        started = time.perf_counter_ns()
        said = decide(move, asked)
        took.append(time.perf_counter_ns() - started)
        assert said.outcome == "automatic"
    took.sort()
    return round(took[DECIDED // 2] / 1000, 1), round(took[DECIDED * 99 // 100] / 1000, 1)
