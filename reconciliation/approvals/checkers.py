"""Who may decide: a person whose sign-in holds the role at this moment, or to whom one who holds it has lent it, read in
the deciding transaction."""

from dataclasses import replace
from datetime import datetime

from ledger.actors import Actor
from reconciliation.approvals.models import ApprovalRequest
from reconciliation.approvals.read_standing import asked_of, hold_standing, read_standing
from reconciliation.approvals.standing import Standing, Way, ways_of
from reconciliation.approvals.standing_models import Delegation
from reconciliation.errors import AlreadyDecided, CheckerIsMaker, NotPermitted, Refusal
from reconciliation.people.models import Membership
from reconciliation.permissions import Permission, allowed, require

REFUSALS: dict[str, type[Refusal]] = {"maker": CheckerIsMaker, "used": AlreadyDecided}


def person_of(actor: Actor, does: str = "decides") -> int:
    """The person behind an actor. Raises NotPermitted for tokens of integrations, jobs and operators: they cannot be
    told apart from the people behind them, so they neither ask nor decide."""
    if actor.kind != "person" or actor.person_id is None:
        raise NotPermitted(f"only a person {does}; no person stands behind the {actor.kind} {actor.id}")
    return actor.person_id


def as_checker(actor: Actor, at: datetime) -> Actor:
    """The actor with the roles that this sign-in holds now, in the database, held until commit. Raises NotPermitted for
    one who holds no deciding role and to whom none is lent at `at`, also for a person who comes by a token: whoever found
    it would decide as them.

    What the session believed is not asked: a role that ended since would still be in it. The rows are locked, so a role
    cannot end between this look and the execution.
    """
    person_id = person_of(actor)
    if actor.token:
        raise NotPermitted(f"a person decides at the screen, never through a token; {actor.token} is one")
    hold_standing([person_id])
    held = Membership.objects.filter(
        user__email=actor.id, user__person_id=person_id, user__is_active=True, ended_at=None
    )  # fmt: skip
    checker = replace(actor, roles=frozenset(held.values_list("role", flat=True)))
    require_decider(checker, at)
    return checker


def require_decider(actor: Actor, at: datetime) -> None:
    """Raise NotPermitted for one who holds no deciding role and to whom none is lent at `at`."""
    lent = Delegation.objects.filter(delegate_id=actor.person_id, ended_at=None, from_at__lte=at, until_at__gt=at)
    if allowed(actor, Permission.DECIDE_REQUEST) or not (actor.roles and actor.person_id and lent.exists()):
        require(actor, Permission.DECIDE_REQUEST)


def way_for(request: ApprovalRequest, checker: Actor, at: datetime) -> tuple[Way, Standing]:
    """The way by which the checker decides on the request, and what it was judged by. Raises CheckerIsMaker (also for a
    right that the maker lent), AlreadyDecided (also where the right was used already), NotPermitted naming what is
    missing."""
    person_id = person_of(checker)
    if request.made_by_id == person_id:
        raise CheckerIsMaker(f"{request} is your own, under whichever sign-in or role; somebody else decides")
    asked = asked_of(request)
    if person_id in asked.decided:
        raise AlreadyDecided(f"you decided on {request} already")
    hold_standing({person_id} | asked.decided | asked.used, asked)
    found = read_standing(at)
    # One's own roles are those of this sign-in: that another one of theirs holds more is no matter here.
    standing = replace(found, holds={**found.holds, person_id: checker.roles})
    way = ways_of(person_id, asked, standing).best
    if not way.bar:
        return way, standing
    if not way.role:
        roles = " or ".join(sorted(request.precondition["policy"]["roles"]))
        raise NotPermitted(f"{request} is decided by {roles}; you act as {checker.role}")
    raise REFUSALS.get(way.bar, NotPermitted)(f"{request}: {checker.name or checker.id} {way.says}")
