"""Say something about a case. Notes are events: they are read in order and never edited."""

from datetime import datetime

from ledger.actors import Actor
from reconciliation.cases.acting import Acted, act_on_one, worker
from reconciliation.cases.acts import note_of
from reconciliation.errors import BadInput

LONGEST_KEY = 64


def add_note(*, number: int, text: str, key: str, actor: Actor, at: datetime) -> Acted:
    """Append a note to case C-`number`, resolved or not. `key` is the sent form's: sent again it adds nothing. Needs a
    tenant scope. Raises NotPermitted, NotFound, BadInput, KeyReusedForAnotherPayload."""
    worker(actor)
    if not 1 <= len(key) <= LONGEST_KEY or not key.isalnum():
        raise BadInput("the form carries no key", "key")
    return act_on_one(number, note_of(text), seen_state=None, by=actor, at=at, key=key)
