"""Who acts and for which tenant: from memberships and tokens, in the database, at the moment of the act."""

import hashlib
from dataclasses import dataclass

from django.db import connection

from ledger.actors import Actor
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


def tenant_and_actor_of_token(secret: str) -> tuple[int, Actor] | None:
    """The tenant and the integration behind an API token, or None. Needs no scope."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT tenant_id, name FROM guard.tenant_of_token(%s)", [token_digest(secret)])
        row = cursor.fetchone()
    return None if row is None else (row[0], Actor("token", row[1], frozenset({"integration"}), row[1]))
