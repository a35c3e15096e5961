"""What the page of gaps shows: each difference between what a provider lists and the log that stands now, with its case."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime

from ledger.keyset import SIZE, Page, Place, cut
from reconciliation.cases.models import CaseRow, ExceptionCase
from reconciliation.cases.sync_log_cases import LEGS, known_rows
from reconciliation.planes.log_differences import GAP, LOG
from reconciliation.provider.polling.gaps import LOOKED_BACK, OpenGap, gap_counts, gaps_beside

MOST_FAILED = 1_000


@dataclass(frozen=True, slots=True)
class GapRow:
    """A gap; `case` is None while it waits for its service level."""

    gap: OpenGap
    case: ExceptionCase | None


@dataclass(frozen=True, slots=True)
class Unheard:
    """Of one endpoint: how many gaps stand, and the numbers of the cases of its failed confirmations."""

    gaps: int
    failed: list[int]


def gaps(place: Place, endpoint_ids: list[int], *, at: datetime) -> Page[GapRow]:
    """Gaps of these endpoints that polls of the last 31 days named or that have an open case, the latest first. Three queries.
    Needs a tenant scope."""
    held = [row for side, row in known_rows(LOG) if side == GAP]
    found = gaps_beside(
        endpoint_ids, _position(place.mark), backwards=place.backwards, most=SIZE + 1, since=at - LOOKED_BACK, held=held
    )
    page = cut(found, place)
    rows = CaseRow.objects.filter(side=GAP, leg=LEGS[LOG], row_id__in=[g.id for g in page.rows])
    cases = {row.row_id: row.case for row in rows.select_related("case").order_by("case_id")}
    return Page([GapRow(g, cases.get(g.id)) for g in page.rows], page.has_previous, page.has_next)


def unheard(endpoint_ids: list[int], *, at: datetime) -> dict[int, Unheard]:
    """What stands open at each endpoint. Three queries. Needs a tenant scope."""
    held = [row for side, row in known_rows(LOG) if side == GAP]
    counts = gap_counts(endpoint_ids, since=at - LOOKED_BACK, held=held)
    failed: dict[int, list[int]] = defaultdict(list)
    rows = ExceptionCase.objects.filter(kind="confirmation_failed").exclude(state="resolved").order_by("due_at")
    for endpoint, number in rows.values_list("evidence__endpoint_id", "number")[:MOST_FAILED]:
        failed[endpoint].append(number)
    return {n: Unheard(counts.get(n, 0), failed[n]) for n in endpoint_ids}


def mark_of(row: GapRow) -> str:
    """The place of a row, for keyset pages."""
    return f"{row.gap.occurred_at.isoformat()}~{row.gap.id}"


def _position(mark: str) -> tuple[datetime, int] | None:
    at, _, row = mark.partition("~")
    try:
        return datetime.fromisoformat(at), int(row)
    except ValueError:
        return None  # a place that nobody gave: the list begins
