"""Add a person to the tenant in scope: the human, a sign-in, and the roles held here."""

from collections.abc import Sequence
from datetime import datetime

from ledger import audit
from ledger.actors import Actor
from ledger.tenancy import current_tenant
from reconciliation.errors import BadInput
from reconciliation.people.models import Membership, Person, User
from reconciliation.permissions import Permission, require


def add_person(
    *,
    name: str,
    email: str,
    roles: Sequence[str],
    password: str | None,
    actor: Actor,
    at: datetime,
    same_as: Person | None = None,
) -> User:
    """Create or re-use the sign-in of `email` and grant the roles. `same_as` binds a second sign-in to a known human.

    A `password` of None lets nobody sign in by one. Raises NotPermitted, BadInput (unknown role, no address, an empty
    password for a new sign-in)."""
    require(actor, Permission.SET_UP)
    unknown = sorted(set(roles) - set(Membership.Role.values))
    if unknown or not roles:
        raise BadInput(f"roles are among {', '.join(Membership.Role.values)}", "roles")
    email = email.strip().lower()
    if "@" not in email or not name.strip():
        raise BadInput("a person has a name and an e-mail address", "email")
    user = User.objects.filter(email=email).first()
    if user is None and password == "":
        raise BadInput("this address is new, so it needs a first password", "password")
    if user is None:
        person = same_as or Person.objects.create(name=name.strip())
        user = User(person=person, email=email)
        user.set_password(password)
        user.save(force_insert=True)
    for role in roles:
        if not Membership.objects.filter(user=user, role=role, ended_at=None).exists():
            Membership.objects.create(tenant_id=current_tenant(), user=user, role=role, granted_at=at)
            audit.record(actor, at, "role.granted", email, role=role)
    return user
