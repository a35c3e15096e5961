"""Say something about a case. Notes are events: they are read in order and never edited."""

from datetime import datetime

from ledger.actors import Actor
from reconciliation.cases.acting import Acted, act_on_one, noter
from reconciliation.cases.acts import note_of
from reconciliation.errors import BadInput
from reconciliation.permissions import Permission, allowed

LONGEST_KEY = 64


def add_note(*, number: int, text: str, key: str, actor: Actor, at: datetime) -> Acted:
    """Append a note to case C-`number`, resolved or not; whoever works on cases takes an unowned one by it. `key` is the sent
    form's: sent again it adds nothing. Needs a tenant scope. Raises NotPermitted, NotFound, BadInput,
    KeyReusedForAnotherPayload."""
    noter(actor)
    if not 1 <= len(key) <= LONGEST_KEY or not key.isalnum():
        raise BadInput("the form carries no key", "key")
    said = note_of(text, takes=allowed(actor, Permission.WORK_CASES))
    return act_on_one(number, said, seen_state=None, by=actor, at=at, key=key)
