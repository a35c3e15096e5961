"""The clock's own runs across the planes: each minute what changed, each quarter of an hour everything that may have come due."""

from datetime import datetime, timedelta

from ledger.actors import Actor
from reconciliation.matching.models import PlaneRun
from reconciliation.matching.planes.read_units import anything_changed
from reconciliation.planes.match_planes import PlanesMatched, match_planes

QUARTER = timedelta(minutes=15)
BRIEFLY = timedelta(
    seconds=10
)  # what was dated before the last run and committed after it; the whole runs see the rest
JOB = Actor("job", "match_planes", frozenset({"job"}))


def match_due(*, at: datetime) -> PlanesMatched | None:
    """The run of this minute, or None when there is nothing to look at. A second clock does it no second time. Needs a
    tenant scope."""
    last = PlaneRun.objects.order_by("-as_of").values_list("as_of", flat=True).first()
    whole = (
        PlaneRun.objects.filter(unique_key__startswith="whole ")
        .order_by("-as_of")
        .values_list("as_of", flat=True)
        .first()
    )
    if last is None and not anything_changed(since=datetime.min.replace(year=2000, tzinfo=at.tzinfo), at=at):
        return None
    if whole is None or at - whole >= QUARTER:
        return match_planes(actor=JOB, at=at, unique_key=f"whole {at:%Y-%m-%dT%H:%M}", whole=True)
    if last is not None and not anything_changed(since=last - BRIEFLY, at=at):
        return None
    return match_planes(actor=JOB, at=at, unique_key=f"minute {at:%Y-%m-%dT%H:%M}")
