"""What a person may do to a case as it stands, with the reason where they may not. Pages offer by this; the use cases
refuse by the same rules."""

from ledger.actors import Actor
from reconciliation.cases.models import ExceptionCase
from reconciliation.permissions import Permission, allowed, holders

State = ExceptionCase.State
ACTS = ("assign", "snooze", "note", "propose")


def available_actions(case: ExceptionCase, actor: Actor) -> dict[str, str]:
    """Each act with "" when it is available, else with the sentence that says why not."""
    return {act: _why_not(act, case, actor) for act in ACTS}


def who_may(permission: Permission, actor: Actor) -> str:
    """The sentence that says who may, to somebody who may not."""
    roles = [role.replace("_", " ") for role in holders(permission) if role not in ("job", "integration")]
    return f"That needs the role {' or '.join(roles)}; you act as {actor.role.replace('_', ' ').replace(',', ', ')}."


def _why_not(act: str, case: ExceptionCase, actor: Actor) -> str:
    needed = Permission.REQUEST_CORRECTION if act == "propose" else Permission.WORK_CASES
    if not allowed(actor, needed):
        return who_may(needed, actor)
    if act == "note":
        return ""
    if case.state == State.RESOLVED:
        return f"{case} is resolved; it opens again when its difference is back."
    if act == "assign":
        return ""
    if case.cause == 4:
        return f"{case} is a security hold."
    if case.state == State.WAITING:
        return f"{case} waits for a decision; withdraw the request first."
    return ""
