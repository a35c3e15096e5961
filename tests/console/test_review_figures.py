"""The review's context and table from figures alone: cases of which nothing states an amount."""

from dataclasses import replace
from datetime import UTC, date, datetime

from console.pages.review import review_context
from console.pages.review_csv import review_rows
from reconciliation.oversight.review.figures import Open
from tests.reconciliation.oversight.review.test_verdict import NONE

AT = datetime(2026, 11, 20, tzinfo=UTC)
STOOD = Open({("provider-log", ""): (1, 0), ("ledger-bank", "ETB"): (2, 97_000)}, (3, 0, 0, 0, 0))


def test_a_case_without_an_amount_is_counted_and_adds_none() -> None:
    now = replace(NONE, open=STOOD, trend=(STOOD,) * 14)
    page = review_context(
        now, NONE, [], gate_open=False, made=(None, None), tenant="Acme", at=AT, read_at=None, to=lambda *_, **__: "/x/"
    )
    pairs = {row["pair"]: (row["rows"], row["value"] and row["value"].minor) for row in page["pairs"]}
    assert pairs == {"ledger ↔ bank": ("2", 97_000), "provider ↔ log": ("1", None)}, "of no amount, no zero is stated"
    assert next(f["lines"] for f in page["figures"] if f["label"] == "Unmatched value") == ["970.00 ETB"]
    rows = list(review_rows(now, [], []))
    assert [row[2] for row in rows if row[1] == "provider-log"] == ["rows"]
    assert now.period.last == date(2026, 11, 19)
