"""The versions of the gate's setting: appended, never edited; the newest is in force from the instant of its approval."""

from datetime import datetime

from django.db import connection

from ledger import audit
from ledger.actors import Actor
from reconciliation.oversight.gate_days.models import GateSetting
from reconciliation.oversight.gate_rules import NEEDED

MOST_LISTED = 200


def days_in_force() -> tuple[int, int]:
    """Days, and the number of the version that says so: 0 before the first. One query."""
    last = GateSetting.objects.order_by("-number").first()
    return (last.needed_days, last.number) if last else (NEEDED, 0)


def versions(*, at: datetime) -> list[GateSetting]:
    """Those in force at `at` and before, the newest first. One query."""
    return list(GateSetting.objects.filter(active_from__lte=at).order_by("-number")[:MOST_LISTED])


def append_version(
    needed: int, *, was: int, why: str, decision_id: int, policy_version: str, actor: Actor, at: datetime
) -> GateSetting:
    """Store the next version with its audit row; the gate is judged by it from `at` on."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(7023, tenant())")  # two at once would both be the next
    _, number = days_in_force()
    made = GateSetting.objects.create(
        number=number + 1, needed_days=needed, why=why, active_from=at, set_by=actor.name or actor.id,
        decision_id=decision_id,
    )  # fmt: skip
    audit.record(actor, at, "gate.set", str(made), why=why, policy_version=policy_version, needed=needed, was=was)
    return made
