"""What a person may do to a case as it stands, with the reason where they may not. Pages offer by this; the use cases
refuse by the same rules."""

from ledger.actors import Actor
from reconciliation.cases.models import ExceptionCase
from reconciliation.permissions import Permission, allowed, holders

State = ExceptionCase.State
ACTS = ("assign", "snooze", "note", "propose", "resolve")
NEEDS = {"propose": Permission.REQUEST_CORRECTION, "note": Permission.NOTE_CASES}


def available_actions(case: ExceptionCase, actor: Actor) -> dict[str, str]:
    """Each act with "" when it is available, else with the sentence that says why not."""
    return {act: _why_not(act, case, actor) for act in ACTS}


def who_may(permission: Permission, actor: Actor, what: str = "That needs") -> str:
    """The sentence that says who may, to somebody who may not. what: its beginning, with the verb."""
    acting = actor.role.replace("_", " ").replace(",", ", ")
    return f"{what} the role {roles_with(permission)}; you act as {acting}."


def roles_with(permission: Permission) -> str:
    """The roles of people that carry a permission: "analyst or controller"."""
    return " or ".join(role.replace("_", " ") for role in holders(permission) if role not in ("job", "integration"))


def who_requests(actor: Actor) -> str:
    """To a reader whose role does not request corrections, who does; "" to one whose role does."""
    if allowed(actor, Permission.REQUEST_CORRECTION):
        return ""
    return (
        f"A correction is requested by the role {roles_with(Permission.REQUEST_CORRECTION)}; a second person decides."
    )


def _why_not(act: str, case: ExceptionCase, actor: Actor) -> str:
    needed = NEEDS.get(act, Permission.WORK_CASES)
    if not allowed(actor, needed):
        return who_may(needed, actor)
    if act == "note":
        return ""
    if case.state == State.RESOLVED:
        return f"{case} is resolved; it opens again when its difference is back."
    if act == "assign":
        return ""
    if case.held:
        return f"{case} is a security hold."
    if case.state == State.WAITING:
        return f"{case} waits for a decision; withdraw the request first."
    return ""
