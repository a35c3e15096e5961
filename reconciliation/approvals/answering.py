"""Who answers for what is asked: the person who asks, or the one behind a system. Whoever answers approves none of it."""

from collections.abc import Iterable
from dataclasses import dataclass

from ledger.actors import Actor
from reconciliation.approvals.checkers import person_of
from reconciliation.errors import NotPermitted
from reconciliation.people.models import ApiToken, User


@dataclass(frozen=True, slots=True)
class Answering:
    """`label` is how the request names its maker; `behind` are further persons who could have made it ask, and who approve none
    of it either."""

    person_id: int
    label: str
    behind: frozenset[int] = frozenset()


def answering_for(actor: Actor, does: str = "asks for approval") -> Answering:
    """A person for themself, an integration by whoever answers for its token. Raises NotPermitted where nobody does: for jobs
    and operators, and for a token that names no one."""
    if actor.kind != "token":
        return Answering(person_of(actor, does), actor.name or actor.id)
    token = ApiToken.objects.filter(user=None, name=actor.id).select_related("answered_by").first()
    if token is None or token.answered_by is None:
        raise NotPermitted(
            f"nobody answers for the token {actor.id}, so nobody could be kept from approving what it asks for; "
            "a policy admin makes a new one in Settings"
        )
    return Answering(token.answered_by.id, f"{actor.id}, for {token.answered_by.name}")


def set_up_by(email: str, what: str, behind: Iterable[str] = ()) -> Answering | None:
    """Who answers for what a rule asks for: the person who set it up, by sign-in; None where no person did. `behind`: the
    sign-ins of others who could make it ask."""
    user = User.objects.filter(email=email).select_related("person").first()
    if user is None:
        return None
    others = User.objects.filter(email__in=list(behind)).values_list("person_id", flat=True)
    return Answering(user.person_id, f"{what}, set by {user.person.name}", frozenset(others) - {user.person_id})
