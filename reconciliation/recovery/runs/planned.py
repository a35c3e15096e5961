"""Who owns a run and until when its freeze is planned, as last said. Reads only."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from reconciliation.people.models import Membership
from reconciliation.permissions import Permission, holders
from reconciliation.recovery.runs.closing_models import RecoveryPlan
from reconciliation.recovery.runs.models import RecoveryRun


@dataclass(frozen=True, slots=True)
class Planned:
    """`why` is what was said at the last change, "" where the run is as it was opened."""

    freeze_until: datetime
    owner_id: int
    owner: str
    why: str = ""


def planned(runs: Iterable[RecoveryRun]) -> dict[int, Planned]:
    """By the run's id. One query."""
    rows = list(runs)
    found = {r.id: Planned(r.freeze_until, r.owner_person_id, r.owner) for r in rows}
    for p in RecoveryPlan.objects.filter(run_id__in=list(found)).order_by("id"):
        found[p.run_id] = Planned(p.freeze_until, p.owner_person_id, p.owner, p.reason)
    return found


def runners() -> list[tuple[int, str]]:
    """Those who may own a run: person and name, by name. One query."""
    rows = Membership.objects.filter(ended_at=None, role__in=holders(Permission.RUN_RECOVERY), user__is_active=True)
    return sorted(set(rows.values_list("user__person_id", "user__person__name")), key=lambda x: (x[1], x[0]))
