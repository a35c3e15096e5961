"""Record a call to the partner about an incident: who called whom, when, what was said, and the partner's own reference."""

from datetime import datetime

from ledger import audit
from ledger.actors import Actor
from ledger.errors import KeyReusedForAnotherPayload
from reconciliation.approvals.checkers import person_of
from reconciliation.errors import BadInput
from reconciliation.incidents.asking_evidence import ask_evidence
from reconciliation.incidents.models import PartnerCall
from reconciliation.permissions import Permission, require
from reconciliation.recovery.incident_named import incident_numbered, money_since, require_key, require_words

LONGEST_NAME, LONGEST_SAID = 140, 4000
LEAST_NAME, LEAST_SAID = 4, 15


def record_call(
    *, number: int, called_at: datetime, spoke_with: str, said: str, reference: str, key: str, actor: Actor, at: datetime
) -> PartnerCall:  # fmt: skip
    """Append the call; a released incident takes calls too. `key` is the sent form's: sent again it adds nothing. Needs a tenant
    scope.

    Raises NotPermitted, NotFound, BadInput naming the field (also for a call that has yet to be made, or was made before
    anything differed), KeyReusedForAnotherPayload."""
    require(actor, Permission.WORK_INCIDENTS)
    person = person_of(actor, "records a call")
    require_key(key)
    incident = incident_numbered(number)
    spoke_with = require_words(spoke_with, "spoke_with", LONGEST_NAME, LEAST_NAME)
    said = require_words(said, "said", LONGEST_SAID, LEAST_SAID)
    reference = require_words(reference, "reference", LONGEST_NAME, least=0)
    if called_at > at:
        raise BadInput("a call is recorded once it was made", "called_at")
    if called_at < (since := money_since(incident)):
        raise BadInput(f"nothing differed yet: the money is of {since:%Y-%m-%d} or later", "called_at")
    told = {
        "called_at": called_at,
        "caller_person_id": person,
        "spoke_with": spoke_with,
        "said": said,
        "reference": reference,
    }
    made, created = PartnerCall.objects.get_or_create(
        incident=incident, sent_key=key, defaults=told | {"caller": actor.name or actor.id, "recorded_at": at}
    )
    if not created:
        if any(getattr(made, name) != value for name, value in told.items()):
            raise KeyReusedForAnotherPayload("this form was sent before in other words; reload the page")
        return made
    audit.record(
        actor, at, "incident.called", str(incident), why=said[:500], spoke_with=spoke_with, reference=reference,
        called_at=called_at.isoformat(),
    )  # fmt: skip
    ask_evidence(incident, f"call {made.id}", at=at)
    return made
