"""Who may decide: a person whose sign-in holds the role at this moment, read in the deciding transaction."""

from dataclasses import replace

from ledger.actors import Actor
from reconciliation.approvals.models import ApprovalRequest
from reconciliation.errors import NotPermitted
from reconciliation.people.models import Membership
from reconciliation.permissions import Permission, require


def person_of(actor: Actor, does: str = "decides") -> int:
    """The person behind an actor. Raises NotPermitted for tokens of integrations, jobs and operators: they cannot be
    told apart from the people behind them, so they neither ask nor decide."""
    if actor.kind != "person" or actor.person_id is None:
        raise NotPermitted(f"only a person {does}; no person stands behind the {actor.kind} {actor.id}")
    return actor.person_id


def as_checker(actor: Actor) -> Actor:
    """The actor with the roles that this sign-in holds now, in the database, held until commit. Raises NotPermitted,
    also for a person who comes by a token: whoever found it would decide as them.

    What the session believed is not asked: a role that ended since would still be in it. The rows are locked, so a role
    cannot end between this look and the execution.
    """
    person_id = person_of(actor)
    if actor.token:
        raise NotPermitted(f"a person decides at the screen, never through a token; {actor.token} is one")
    held = Membership.objects.select_for_update(no_key=True, of=("self",)).filter(
        user__email=actor.id, user__person_id=person_id, user__is_active=True, ended_at=None
    )
    checker = replace(actor, roles=frozenset(held.order_by("id").values_list("role", flat=True)))
    require(checker, Permission.DECIDE_REQUEST)
    return checker


def role_for(request: ApprovalRequest, checker: Actor) -> str:
    """The role in which the checker decides. Raises NotPermitted naming those that policy asked for."""
    asked = request.precondition["policy"]["roles"]
    fitting = sorted(checker.roles.intersection(asked))
    if not fitting:
        raise NotPermitted(f"{request} is decided by {' or '.join(asked)}; you act as {checker.role}")
    return fitting[0]
