"""bench lookup: a payment found by its id, its order, the provider's id or the rail's, and its page, at many payments against ten
thousand. Every payment stands on all planes: an order, what the provider said, two entries in the book."""

import sys
from typing import Any

from benchmarks.lookup_rows import TABLES, fill, frame
from benchmarks.pages import bulk, in_turn, share, two_readers

SMALL, ROUNDS, EACH = 10_000, 5, 40


def run(rows: int) -> dict[str, Any]:
    """`rows`: payments of the large database. The keys are spread over all of them."""
    with two_readers("support") as readers:
        counts = min(SMALL, rows), rows
        for reader, count in zip(readers, counts, strict=True):
            endpoint = frame(reader)
            with bulk(reader.admin, TABLES):
                for first in range(1, count + 1, 1_000_000):
                    fill(reader, endpoint, first=first, until=min(first + 999_999, count))
                    print(f"{min(first + 999_999, count):,} payments", file=sys.stderr)
        small, large, queries = in_turn(
            readers, (_addresses(counts[0]), _addresses(counts[1])), rounds=ROUNDS, each=EACH
        )
        middle = share(small, 0.5), share(large, 0.5)
        return {
            "name": "lookup", "rows": rows, "small_rows": counts[0], "seconds": round(middle[1], 4),
            "rows_per_second": int(1 / middle[1]), "floor_seconds": round(middle[0], 4),
            "ratio_to_floor": round(middle[1] / middle[0], 2), "p95_ms": round(share(large, 0.95) * 1000, 1),  # not money
            "small_p95_ms": round(share(small, 0.95) * 1000, 1), "queries": queries,  # not money
        }  # fmt: skip


def _addresses(count: int) -> Any:
    def address(number: int) -> str:
        n = 1 + number * 7_654_321 % count
        return (
            f"/payments/pay-{n}/", f"/payments/?q=order-{n}", f"/payments/?q=inv-{n}", f"/payments/?q=pay-{n}", f"/payments/?q=tx{n:062d}",
        )[number % 5]  # fmt: skip

    return address
