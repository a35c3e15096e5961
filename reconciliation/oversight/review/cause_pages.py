"""What was said of causes, for the review. Reads only."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from reconciliation.oversight.cause_waits import CAUSE_WAITS
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
    first_on: date
    last_on: date


@dataclass(frozen=True, slots=True)
class SaidOfCause:
    """What counts of a cause, and what was said later and waits for a second person. One of them at least is there."""

    counts: KnownCause | None
    waits: KnownCause | None


def by_cause(known: Sequence[KnownCause]) -> dict[tuple[int | None, str], SaidOfCause]:
    """`known`: the newest first. What two people stand behind counts until two stand behind something newer."""
    told: dict[tuple[int | None, str], SaidOfCause] = {}
    for k in known:
        key = (k.cause, k.exception_class)
        so_far = told.get(key, SaidOfCause(None, None))
        if so_far.counts is None:
            told[key] = replace(so_far, counts=k) if k.confirmed_by else replace(so_far, waits=so_far.waits or k)
    return told


def known_causes(period: Period) -> list[KnownCause]:
    """What was said of days of the period, the newest first. One query. Needs a tenant scope."""
    rows = (
        ReviewCause.objects.filter(first_on__lte=period.last, last_on__gte=period.first)
        .select_related("confirmed").order_by("-id")[:200]
    )  # fmt: skip
    return [_known(r, r.confirmed.confirmed_by if hasattr(r, "confirmed") else "") for r in rows]


def waiting_causes(person_id: int) -> list[KnownCause]:
    """What others said, of whatever days, and waits for a second person; the newest first. One query. Needs a tenant scope."""
    found = f"SELECT c.* FROM review_cause c WHERE {CAUSE_WAITS} ORDER BY c.id DESC LIMIT 20"  # noqa: S608 (text of ours)
    rows = ReviewCause.objects.raw(found, {"me": person_id})
    return [_known(r, "") for r in rows]


def _known(r: ReviewCause, confirmed_by: str) -> KnownCause:
    return KnownCause(
        r.id, r.cause, r.exception_class, r.root, r.owner, r.item, r.due_on, r.written_by, r.person_id, confirmed_by,
        r.first_on, r.last_on,
    )  # fmt: skip
