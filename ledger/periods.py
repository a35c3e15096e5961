"""The accounting periods of the tenant in scope, as they stand."""

import json
from datetime import date, datetime
from typing import Any

from django.db import connection

from ledger.actors import Actor
from ledger.errors import PeriodClosed, PeriodMoved
from ledger.models import Period
from ledger.refusals import refusals_by_constraint

MOVE = "SELECT guard.move_period(%s, %s, %s::jsonb, %s, %s, %s::jsonb, %s, %s, %s, %s)"


def open_from() -> date | None:
    """The first open day, None while no period is closed. One query."""
    closed = Period.objects.filter(state=Period.State.CLOSED).order_by("-until_on")
    return closed.values_list("until_on", flat=True).first()


def require_open(day: date) -> None:
    """Refuse at once, in the book's own words, what it would refuse when it runs. Raises PeriodClosed."""
    first = open_from()
    if first is not None and day < first:
        raise PeriodClosed(f"{day:%B %Y} is closed; the first open day is {first}")


def move_period(
    period_id: int, to: str, *, checklist: dict[str, Any], digest: bytes | None, decision_id: int, policy_version: str,
    asked_by: str, reason_code: str, reason: str, actor: Actor, at: datetime,
) -> None:  # fmt: skip
    """Close ("closed", with its checklist and its digest) or re-open ("reopened") a period: append the move and its audit row.
    No posting commits meanwhile. Raises PeriodMoved, PeriodsMoveInOrder, PeriodNotEnded."""
    who = {"kind": actor.kind, "id": actor.id, "role": actor.role, "policy_version": policy_version}
    said: list[Any] = [
        period_id,
        to,
        json.dumps(checklist),
        digest,
        decision_id,
        json.dumps(who),
        asked_by,
        reason_code,
        reason,
        at,
    ]
    with refusals_by_constraint(), connection.cursor() as cursor:
        cursor.execute(MOVE, said)
        (moved,) = cursor.fetchone()
    if moved is None:
        raise PeriodMoved(f"the period is {'closed' if to == 'closed' else 'open'} already")


def hold_books() -> None:
    """Let nobody post until commit, as a closing does: what is read after this is what is closed."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(7012, tenant())")
