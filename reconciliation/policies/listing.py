"""What the pages of checkpoints show: every checkpoint in its order with its living versions, and one version with the others."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection

from reconciliation.checkpoints.models import CheckpointPolicy, CheckpointVersion
from reconciliation.policies.versions import State, policy_named

LIVING = (State.DRAFT, State.EVALUATE, State.ACTIVE)
DECIDED = """
SELECT policy, outcome, sum(subject_count)::bigint FROM checkpoint_decision WHERE at > %s AND at <= %s GROUP BY policy, outcome
"""
DAY = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class Listed:
    """A checkpoint: its active version, what is drafted or evaluated beside it, and what it decided in the last 24 hours
    (outcome → how many moves)."""

    policy: CheckpointPolicy
    active: CheckpointVersion | None
    coming: list[CheckpointVersion]
    decided: dict[str, int]

    @property
    def shown(self) -> CheckpointVersion | None:
        """The version whose words stand for it."""
        return self.active or (self.coming[0] if self.coming else None)


def all_checkpoints(at: datetime) -> list[Listed]:
    """In the order in which they are asked; those without a version in force behind. Three queries."""
    versions: dict[int, list[CheckpointVersion]] = defaultdict(list)
    for version in CheckpointVersion.objects.filter(state__in=LIVING).order_by("-number"):
        versions[version.policy_id].append(version)
    counts: dict[str, dict[str, int]] = defaultdict(dict)
    with connection.cursor() as cursor:
        cursor.execute(DECIDED, [at - DAY, at])
        for title, outcome, count in cursor.fetchall():
            counts[title][outcome] = int(count)
    found = []
    for policy in CheckpointPolicy.objects.order_by("id"):
        own = versions[policy.id]
        active = next((v for v in own if v.state == State.ACTIVE), None)
        title = active.document["title"] if active else ""
        found.append(Listed(policy, active, [v for v in own if v is not active], counts.get(title, {})))
    return sorted(
        found, key=lambda x: (x.active is None, x.shown.document["precedence"] if x.shown else 0, x.policy.id)
    )


def versions_of(key: str) -> list[CheckpointVersion]:
    """Every version of a checkpoint, the newest first. Raises NotFound."""
    return list(policy_named(key).versions.select_related("made_by").order_by("-number"))
