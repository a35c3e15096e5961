"""Put a case off until a day, with the reason."""

from datetime import date, datetime

from ledger.actors import Actor
from reconciliation.cases.acting import Acted, act_on_one, worker
from reconciliation.cases.acts import snooze_until


def snooze_case(
    *, number: int, until: date, reason: str, actor: Actor, at: datetime, seen_state: str | None = None
) -> Acted:
    """Let case C-`number` sleep until the start of the day `until` (UTC); it stays in the drift. Needs a tenant scope.

    Raises NotPermitted, NotFound, BadInput, ReasonMissing, CaseNotOpen (resolved, or waiting for a decision),
    SecurityHold, ChangedSinceAsked.
    """
    worker(actor)
    return act_on_one(number, snooze_until(until, reason, at), seen_state=seen_state, by=actor, at=at)
