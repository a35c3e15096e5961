"""What the page of rights shows: each restriction with who holds a right on it, and whom the forms may name."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from reconciliation.approvals.access_kind import KIND
from reconciliation.approvals.models import ApprovalRequest
from reconciliation.approvals.standing_models import Restriction, Right
from reconciliation.checkpoints.models import CheckpointVersion
from reconciliation.people.models import Membership, Person, User
from reconciliation.permissions import Permission, holders


@dataclass(frozen=True, slots=True)
class Restricts:
    """A standing restriction and the sign-ins that hold the right on it, by name."""

    restriction: Restriction
    held_by: tuple[User, ...]


def restrictions() -> list[Restricts]:
    """By what they are on. Two queries."""
    rows = list(Restriction.objects.filter(ended_at=None).select_related("account").order_by("account__code", "policy"))
    rights = Right.objects.filter(content_object__in=rows).select_related("user__person").order_by("user__person__name")
    held: dict[int, list[User]] = {}
    for right in rights:
        held.setdefault(right.content_object_id, []).append(right.user)
    return [Restricts(row, tuple(held.get(row.id, ()))) for row in rows]


def rights_of() -> dict[int, list[Restriction]]:
    """What each sign-in holds a right on, by the sign-in's id. One query."""
    found: dict[int, list[Restriction]] = {}
    for right in Right.objects.filter(content_object__ended_at=None).select_related("content_object__account"):
        found.setdefault(right.user_id, []).append(right.content_object)
    return found


def waiting_changes(at: datetime) -> Sequence[ApprovalRequest]:
    """Changes of who may decide that wait for a decision. One query."""
    rows = ApprovalRequest.objects.filter(kind=KIND, state=ApprovalRequest.State.OPEN, expires_at__gt=at)
    return list(rows.order_by("expires_at", "id"))


def policies() -> list[tuple[str, str]]:
    """The checkpoints in force: (key, title). One query."""
    rows = CheckpointVersion.objects.filter(state=CheckpointVersion.State.ACTIVE).select_related("policy")
    return sorted((v.policy.key, str(v.document["title"])) for v in rows)


def deciders() -> list[tuple[str, str]]:
    """The sign-ins that hold a deciding role here: (address, name and address). One query."""
    rows = Membership.objects.filter(
        role__in=holders(Permission.DECIDE_REQUEST), ended_at=None, user__is_active=True
    ).order_by("user__person__name", "user__email")
    found = rows.values_list("user__email", "user__person__name")
    return [(email, f"{name}, {email}") for email, name in dict.fromkeys(found)]


def persons_here() -> list[Person]:
    """Everybody who holds a role here, by name. One query."""
    rows = Person.objects.filter(users__memberships__ended_at=None, users__memberships__isnull=False)
    return list(rows.distinct().order_by("name", "id"))
