"""Say something about an incident. Notes are read in order and never edited."""

from datetime import datetime

from ledger import audit
from ledger.actors import Actor
from ledger.errors import KeyReusedForAnotherPayload
from reconciliation.approvals.checkers import person_of
from reconciliation.incidents.asking_evidence import ask_evidence
from reconciliation.incidents.models import IncidentNote
from reconciliation.permissions import Permission, require
from reconciliation.recovery.incident_named import incident_numbered, require_key, require_words

LONGEST = 4000


def note_incident(*, number: int, text: str, key: str, actor: Actor, at: datetime) -> IncidentNote:
    """Append a note to incident IN-`number`, released or not; sent again by the same `key` it adds nothing. Needs a tenant scope.
    Raises NotPermitted, NotFound, BadInput, KeyReusedForAnotherPayload."""
    require(actor, Permission.WORK_INCIDENTS)
    person = person_of(actor, "writes a note")
    require_key(key)
    incident = incident_numbered(number)
    text = require_words(text, "text", LONGEST)
    made, created = IncidentNote.objects.get_or_create(
        incident=incident, sent_key=key,
        defaults={"at": at, "person_id": person, "actor": actor.name or actor.id, "text": text},
    )  # fmt: skip
    if not created:
        if (made.text, made.person_id) != (text, person):
            raise KeyReusedForAnotherPayload("this form was sent before in other words; reload the page")
        return made
    audit.record(actor, at, "incident.noted", str(incident), why=text[:500])
    ask_evidence(incident, f"note {made.id}", at=at)
    return made
