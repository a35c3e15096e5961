"""Hand a case to somebody, or take it."""

from datetime import datetime

from ledger.actors import Actor
from reconciliation.cases.acting import Acted, act_on_one, assign_to, worker


def assign_case(
    *, number: int, actor: Actor, at: datetime, to: int | None = None, seen_state: str | None = None
) -> Acted:
    """Make the person `to` (id; None: the actor) the owner of case C-`number`. Needs a tenant scope.

    Raises NotPermitted, NotFound, BadInput (who does not work on cases), CaseNotOpen, ChangedSinceAsked (no longer in
    `seen_state`, the state on the actor's screen).
    """
    me = worker(actor)
    return act_on_one(number, assign_to(me if to is None else to), seen_state=seen_state, by=actor, at=at)
