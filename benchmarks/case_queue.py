"""bench queue: the page of the exception queue at many cases against the same page at a thousand, its figures and all."""

from typing import Any

from benchmarks.pages import bulk, in_turn, share, two_readers

SMALL, ROUNDS, EACH = 1000, 5, 12
TABLES = ("exception_case",)
# Ten classes, four currencies, most of them of one person or nobody's; opened over ninety days, due over the next thirty.
CASES = """
INSERT INTO exception_case (tenant_id, number, plane_pair, day, exception_class, title, contribution_minor, currency, payment_id, reference,
       severity, state, due_at, opened_at, opened_run_id, seen_run_id, evidence, decision_id)
SELECT %(tenant)s, i, 'provider-ledger', current_date - (i %% 90)::int, c.classes[1 + i %% 9], 'Confirmed 0.0' || i || ' and posted nothing',
       i %% 90000 - 45000, c.currencies[1 + i %% 4], 'pay-' || i, 'REF' || i, 1 + (i %% 3)::int, 'open',
       now() - interval '1 day' + (i * 7919 %% 2592000) * interval '1 second', now() - (i * 104729 %% 7776000) * interval '1 second', 1, 1,
       '{"reason": "nothing was posted"}', 1
  FROM generate_series(1::bigint, %(rows)s) AS i,
       (SELECT ARRAY['amount_mismatch', 'reference_mismatch', 'duplicate_observation', 'timing_skew', 'rail_or_asset_mismatch', 'policy_hold',
               'ambiguous_finality', 'missing_counterpart', 'illegal_transition'] AS classes, ARRAY['ETB', 'USD', 'BTC', 'USDT'] AS currencies) c
"""


def run(rows: int) -> dict[str, Any]:
    """`rows`: cases of the large queue. Three of four pages are the queue as it opens, the others one class of it."""
    with two_readers("analyst") as readers:
        for reader, count in zip(readers, (min(SMALL, rows), rows), strict=True):
            with bulk(reader.admin, TABLES):
                reader.admin.execute(CASES, {"tenant": reader.tenant_id, "rows": count})
        small, large, queries = in_turn(readers, (_address, _address), rounds=ROUNDS, each=EACH)
        middle = share(small, 0.5), share(large, 0.5)
        return {
            "name": "queue", "rows": rows, "small_rows": min(SMALL, rows), "seconds": round(middle[1], 4),
            "rows_per_second": int(1 / middle[1]), "floor_seconds": round(middle[0], 4),
            "ratio_to_floor": round(middle[1] / middle[0], 2), "p95_ms": round(share(large, 0.95) * 1000, 1),  # not money
            "small_p95_ms": round(share(small, 0.95) * 1000, 1), "queries": queries,  # not money
        }  # fmt: skip


def _address(number: int) -> str:
    return "/exceptions/?class=timing_skew" if number % 4 == 3 else "/exceptions/"
