"""What was said of causes, for the review. Reads only."""

from dataclasses import dataclass
from datetime import date

from reconciliation.oversight.review.models import ReviewCause
from reconciliation.oversight.review.period import Period


@dataclass(frozen=True, slots=True)
class KnownCause:
    """`confirmed_by` is "" until a second person has."""

    id: int
    cause: int | None
    exception_class: str
    root: str
    owner: str
    item: str
    due_on: date | None
    written_by: str
    person_id: int
    confirmed_by: str


def known_causes(period: Period) -> list[KnownCause]:
    """What was said of days of the period, the newest first. One query. Needs a tenant scope."""
    rows = (
        ReviewCause.objects.filter(first_on__lte=period.last, last_on__gte=period.first)
        .select_related("confirmed").order_by("-id")[:200]
    )  # fmt: skip
    return [
        KnownCause(
            r.id, r.cause, r.exception_class, r.root, r.owner, r.item, r.due_on, r.written_by, r.person_id,
            r.confirmed.confirmed_by if hasattr(r, "confirmed") else "",
        ) for r in rows
    ]  # fmt: skip
