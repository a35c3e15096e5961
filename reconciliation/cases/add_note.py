"""Say something about a case. Notes are events: they are read in order and never edited."""

from datetime import datetime

from ledger.actors import Actor
from reconciliation.cases.acting import Acted, act_on_one, worker
from reconciliation.cases.acts import note_of


def add_note(*, number: int, text: str, actor: Actor, at: datetime) -> Acted:
    """Append a note to case C-`number`, resolved or not. Needs a tenant scope. Raises NotPermitted, NotFound,
    BadInput."""
    worker(actor)
    return act_on_one(number, note_of(text), seen_state=None, by=actor, at=at)
