"""Choose the language of the sentences that one sends to customers. It is the person's own, and is kept."""

from datetime import datetime

from ledger import audit
from ledger.actors import Actor
from reconciliation.errors import BadInput
from reconciliation.people.models import Person
from reconciliation.permissions import Permission, require

KNOWN = ("en", "fr", "de", "es")


def choose_language(*, language: str, actor: Actor, at: datetime) -> None:
    """Needs a tenant scope. The same language again changes nothing. Raises NotPermitted, BadInput (no such language)."""
    require(actor, Permission.VIEW_PAYMENTS)
    if language not in KNOWN:
        raise BadInput(f"the language is one of {', '.join(KNOWN)}", "language")
    if Person.objects.filter(pk=actor.person_id or 0).exclude(language=language).update(language=language):
        audit.record(actor, at, "language.chosen", actor.id, language=language)
