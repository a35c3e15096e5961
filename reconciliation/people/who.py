"""Who acts and for which tenant: from memberships and tokens, in the database, at the moment of the act."""

import hashlib
from dataclasses import dataclass, replace
from datetime import datetime

from django.db import connection

from ledger.actors import Actor
from ledger.tenancy import tenant
from reconciliation.people.mark_used import mark_used
from reconciliation.people.models import Membership, User


@dataclass(frozen=True, slots=True)
class TenantName:
    id: int
    slug: str
    name: str


def tenants_of(user: User) -> list[TenantName]:
    """The tenants in which the user holds a role now. Needs no scope: it answers for this sign-in only."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT tenant_id, slug, name FROM guard.tenants_of_user(%s)", [user.pk])
        return [TenantName(*row) for row in cursor.fetchall()]


def actor_of(user: User) -> Actor:
    """The user as an actor of the tenant in scope, with the roles held at this moment (none when all ended)."""
    roles = Membership.objects.filter(user=user, ended_at=None).values_list("role", flat=True)
    return Actor("person", user.email, frozenset(roles), user.person.name, user.person_id)


def token_digest(secret: str) -> bytes:
    """What is kept of a token: its SHA-256."""
    return hashlib.sha256(secret.encode()).digest()


def tenant_and_actor_of_token(secret: str, at: datetime) -> tuple[int, Actor] | None:
    """The tenant and who acts in it: the person whose token this is, with the roles held at this moment, else the
    integration. None when there is no such token, it has ended or expired, or its person may do nothing here any more.
    Its use is noted. Needs no scope, and is asked outside of one."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM guard.tenant_of_token(%s, %s)", [token_digest(secret), at])
        row = cursor.fetchone()
    if row is None:
        return None
    tenant_id, token_id, name, user_id, last_used_at = row
    if user_id is None:
        actor = Actor("token", name, frozenset({"integration"}), name)
    else:
        with tenant(tenant_id):
            user = User.objects.select_related("person").filter(pk=user_id, is_active=True).first()
            person = actor_of(user) if user else None
        if person is None or not person.roles:
            return None
        actor = replace(person, token=name)
    mark_used(tenant_id, token_id, last_used_at=last_used_at, at=at)
    return tenant_id, actor
