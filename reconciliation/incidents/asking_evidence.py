"""Ask for the evidence of an incident to be sealed as it stands then: when it opens or grows, with each call and note, and with its
release. A step of whoever changes it, in that transaction."""

from datetime import datetime

from reconciliation.incidents.models import Incident
from reconciliation.outbox import enqueue

SEAL_EVIDENCE = "seal_evidence"


def ask_evidence(incident: Incident, key: str, *, at: datetime) -> None:
    """`key` names what was added: the same is sealed for once."""
    enqueue(SEAL_EVIDENCE, f"{incident} {key}", {"subject": str(incident), "key": key}, at=at)
