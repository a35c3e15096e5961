"""Overrides as their page shows them, and how often each role lifted what."""

from dataclasses import dataclass
from datetime import datetime

from django.db import connection

from reconciliation.checkpoints.models import CheckpointOverride

USES = "SELECT override_number, sum(subject_count)::bigint FROM checkpoint_decision WHERE override_number = ANY(%s) GROUP BY 1"
# Per thousand payments that a provider told of since then.
BY_ROLE = """
SELECT o.role, count(DISTINCT o.id), coalesce(sum(u.uses), 0)::bigint,
       (SELECT count(*) FROM provider_payment WHERE first_event_at >= %(since)s)
  FROM checkpoint_override o
  LEFT JOIN (SELECT override_number, sum(subject_count) AS uses FROM checkpoint_decision WHERE override_number IS NOT NULL
              GROUP BY 1) u ON u.override_number = o.number
 WHERE o.starts_at >= %(since)s GROUP BY o.role ORDER BY 2 DESC, 1
"""
MOST = 200


@dataclass(frozen=True, slots=True)
class Lifted:
    """An override with what it is now ("on", "later", "over", "ended") and how many moves it let through."""

    override: CheckpointOverride
    state: str
    uses: int


@dataclass(frozen=True, slots=True)
class RoleCount:
    """`per_thousand` overrides per 1,000 payments, in thousandths; None where no payment came."""

    role: str
    overrides: int
    uses: int
    per_thousand: int | None


def all_overrides(at: datetime) -> list[Lifted]:
    """The newest first. Two queries."""
    rows = list(CheckpointOverride.objects.select_related("policy").order_by("-number")[:MOST])
    with connection.cursor() as cursor:
        cursor.execute(USES, [[r.number for r in rows]])
        uses = {number: int(n) for number, n in cursor.fetchall()}
    return [Lifted(r, state_of(r, at), uses.get(r.number, 0)) for r in rows]


def standing_for(policy_id: int, at: datetime) -> list[CheckpointOverride]:
    """Those that lift a checkpoint at this moment."""
    rows = CheckpointOverride.objects.filter(policy_id=policy_id, ended_at=None, starts_at__lte=at, ends_at__gt=at)
    return list(rows.order_by("number"))


def by_role(since: datetime) -> list[RoleCount]:
    """How many overrides each role asked for and used since then. One query."""
    with connection.cursor() as cursor:
        cursor.execute(BY_ROLE, {"since": since})
        return [
            RoleCount(role, n, uses, n * 1_000_000 // payments if payments else None)
            for role, n, uses, payments in cursor.fetchall()
        ]


def state_of(o: CheckpointOverride, at: datetime) -> str:
    """What an override is at an instant."""
    if o.ended_at is not None:
        return "ended"
    if o.ends_at <= at:
        return "over"
    return "on" if o.starts_at <= at else "later"
