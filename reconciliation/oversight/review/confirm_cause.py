"""Confirm by name what somebody else said is behind a cause: from then on it counts."""

from datetime import datetime

from django.db import connection

from ledger import audit
from ledger.actors import Actor
from reconciliation.approvals.checkers import person_of
from reconciliation.errors import CheckerIsMaker, NotFound
from reconciliation.oversight.review.models import CauseConfirmed, ReviewCause
from reconciliation.permissions import Permission, require


def confirm_cause(*, cause_id: int, actor: Actor, at: datetime) -> CauseConfirmed:
    """Append the confirmation; a second one is the first. Needs a tenant scope.

    Raises NotPermitted, NotFound, CheckerIsMaker (it is the actor's own word)."""
    require(actor, Permission.SIGN_OFF)
    person = person_of(actor, "confirms what is behind a cause")
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(7042, %s::integer)", [cause_id % 2_000_000_000])  # two at once
    said = ReviewCause.objects.filter(id=cause_id).first()
    if said is None:
        raise NotFound("nothing of that number was said of a cause")
    if said.person_id == person:
        raise CheckerIsMaker("another person confirms what you said")
    known = CauseConfirmed.objects.filter(cause=said).first()
    if known is not None:
        return known
    made = CauseConfirmed.objects.create(
        cause=said, written_by=said.person_id, person_id=person, confirmed_by=actor.name or actor.id, confirmed_at=at
    )
    audit.record(
        actor, at, "cause.confirmed", f"{said}", why=said.root, cause=said.cause,
        exception_class=said.exception_class, item=said.item, written_by=said.written_by)  # fmt: skip
    return made
