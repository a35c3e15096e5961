"""The sign-in behind an actor, for what people do with what is theirs alone."""

from ledger.actors import Actor
from reconciliation.errors import NotPermitted
from reconciliation.people.models import User
from reconciliation.permissions import Permission, require


def own_sign_in(by: Actor, does: str) -> User:
    """The active sign-in that acts. Raises NotPermitted for tokens, jobs and operators, and for a person without a role
    or whose sign-in was closed."""
    require(by, Permission.OWN_TOKENS)
    found = None
    if by.kind == "person" and by.person_id is not None:
        found = User.objects.filter(email=by.id, person_id=by.person_id, is_active=True).first()
    if found is None:
        raise NotPermitted(f"only a person who is signed in {does}; {by.kind} {by.id} is none")
    return found
