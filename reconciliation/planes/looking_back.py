"""How far back a run across the planes looks, so that what came due without changing is seen."""

from datetime import UTC, datetime, timedelta

from reconciliation.matching.models import MatcherVersion, PlaneRun
from reconciliation.matching.planes.asked_terms import PAIRS, USUAL_HOURS

WHOLE = timedelta(days=3)  # over every usual service level
BEGINNING = datetime(2000, 1, 1, tzinfo=UTC)
OVERLAP = timedelta(minutes=10)  # longer than any transaction may take to commit what it dated before


def looks_since(*, at: datetime, whole: bool) -> datetime:
    """Nothing is skipped after a standstill: a run takes up where the last one ended, the first one at the beginning. A
    whole run after the terms changed looks over the longest time that any of them let something wait."""
    last = PlaneRun.objects.order_by("-as_of").first()
    if last is None:
        return BEGINNING
    if not whole:
        return last.as_of - OVERLAP
    versions = list(MatcherVersion.objects.filter(plane_pair__in=PAIRS, active_from__lte=at))
    numbers = {pair: max((v.number for v in versions if v.plane_pair == pair), default=0) for pair in PAIRS}
    wholes = PlaneRun.objects.filter(unique_key__startswith="whole ").order_by("-as_of").first() or last
    changed = any(wholes.versions.get(pair, 0) != number for pair, number in numbers.items())
    longest = max([*USUAL_HOURS.values(), *(int(h) for v in versions for h in v.service_hours.values())])
    back = max(WHOLE, timedelta(hours=longest) + WHOLE) if changed else WHOLE
    return min(last.as_of - OVERLAP, at - back)
