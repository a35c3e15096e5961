"""Say that one has taken note of a notification. It stops nothing and closes no case: it says who knows."""

from datetime import datetime

from django.db import IntegrityError
from django.db.transaction import atomic

from ledger import audit
from ledger.actors import Actor
from ledger.refusals import constraint_of
from reconciliation.approvals.checkers import person_of
from reconciliation.errors import BadInput, NotFound
from reconciliation.oversight.escalation.errors import AlreadyAcknowledged
from reconciliation.oversight.escalation.models import Acknowledgement, Notification
from reconciliation.permissions import Permission, require

LONGEST_NOTE = 2000


def acknowledge_notification(*, number: int, note: str, actor: Actor, at: datetime) -> Acknowledgement:
    """As the person behind `actor`, once: the first counts. Needs a tenant scope.

    Raises NotPermitted (also for systems: no person would know), NotFound, AlreadyAcknowledged naming who, BadInput."""
    require(actor, Permission.ACKNOWLEDGE)
    person = person_of(actor, "acknowledges")
    note = note.strip()
    if len(note) > LONGEST_NOTE or "\x00" in note or any("\ud800" <= c <= "\udfff" for c in note):
        raise BadInput(f"a note has at most {LONGEST_NOTE} characters, without NUL", "note")
    found = Notification.objects.filter(number=number).first()
    if found is None:
        raise NotFound(f"no notification has the number N-{number}")
    try:
        with atomic():
            made = Acknowledgement.objects.create(
                notification=found, person_id=person, name=actor.name or actor.id, note=note, at=at
            )
    except IntegrityError as error:
        if constraint_of(error) != "escalation_acknowledgement_pkey":
            raise
        first = Acknowledgement.objects.get(notification=found)
        raise AlreadyAcknowledged(f"{first.name} acknowledged {found} at {first.at:%Y-%m-%d %H:%M} UTC") from error
    audit.record(actor, at, "notification.acknowledged", str(found), why=note)
    return made
